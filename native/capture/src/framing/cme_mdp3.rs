//! CME Group's Client Systems Wiki, "MDP 3.0 - Binary Packet Header" (sequence number and sending
//! time, 12 bytes) and "MDP 3.0 - Message Header" (the size, which counts itself). All numbers are
//! little endian. A message is what SBE makes of it: the size before it is taken off.

use super::cursor::Cursor;
use super::{Numbers, Sent, Unit, Unwrapped};

const SIZE_BYTES: usize = 2;

pub(super) fn unwrap(datagram: &[u8], into: &mut Unwrapped) -> Result<(), String> {
    let mut cursor = Cursor::new("a CME MDP 3.0 packet", datagram);
    let number = u32::from_le_bytes(cursor.bytes()?);
    // Copies on other lines have the same sending time.
    into.sent = Some(Sent { ns: u64::from_le_bytes(cursor.bytes()?), apart_ns: 0 });
    while !cursor.at_end() {
        let size = usize::from(u16::from_le_bytes(cursor.bytes()?));
        let Some(length) = size.checked_sub(SIZE_BYTES).filter(|length| *length > 0) else {
            return Err(cursor.problem(&format!("a message of {size} bytes, its size included")));
        };
        into.messages.push(cursor.range(length)?);
    }
    let numbers = Numbers::All(u64::from(number));
    into.units.push(Unit { numbers, messages: 0..into.messages.len() });
    Ok(())
}
