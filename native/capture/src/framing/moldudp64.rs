//! Nasdaq's `MoldUDP64` Protocol Specification 1.00, "Downstream Packet", "Message Block",
//! "Heartbeats" and "End of Session". All numbers are big endian.

use super::cursor::Cursor;
use super::{Numbers, Unit, Unwrapped};

const END_OF_SESSION: u16 = 0xffff;

pub(super) fn unwrap(datagram: &[u8], into: &mut Unwrapped) -> Result<(), String> {
    let mut cursor = Cursor::new("a MoldUDP64 packet", datagram);
    into.session = cursor.bytes()?;
    let first = u64::from_be_bytes(cursor.bytes()?);
    let count = u16::from_be_bytes(cursor.bytes()?);
    let count = if count == END_OF_SESSION { 0 } else { count };
    cursor.blocks(count, u16::from_be_bytes, &mut into.messages)?;
    into.units.push(Unit { numbers: Numbers::From(first), messages: 0..into.messages.len() });
    Ok(())
}
