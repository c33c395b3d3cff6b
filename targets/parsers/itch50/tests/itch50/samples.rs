//! Made-up messages.

use crate::random::Random;
use latprobe_itch50::message_length;

/// All message types, in the order of `KINDS`.
pub const TYPES: &[u8; 23] = b"SRHYLVWKJhAFECXDUPQBINO";

/// A message of `message_type` whose other bytes are random, but for the side where it has one.
pub fn random_message(message_type: u8, random: &mut Random) -> Vec<u8> {
    let length = message_length(message_type).expect("a type of ITCH 5.0");
    let mut message = random.bytes(length);
    message[0] = message_type;
    if b"AFP".contains(&message_type) {
        message[19] = if random.below(2) == 0 { b'B' } else { b'S' };
    }
    message
}
