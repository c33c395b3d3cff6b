//! "MIAX MACH Protocol" 1.2: the header of 12 bytes that begins each of the MACH packets in a
//! datagram (sequence number, length, type, session). All numbers are little endian.
//!
//! A MACH packet is a message, with its header: heartbeats, and the packets that begin and end a
//! session, have nothing else.

use super::cursor::Cursor;
use super::{Numbers, Unit, Unwrapped};

const HEADER_BYTES: usize = 12;
const HEARTBEAT: u8 = 0;
const APPLICATION_DATA: u8 = 3;

pub(super) fn unwrap(datagram: &[u8], into: &mut Unwrapped) -> Result<(), String> {
    let mut cursor = Cursor::new("MIAX MACH packets", datagram);
    if cursor.at_end() {
        return Err(cursor.problem("none"));
    }
    while !cursor.at_end() {
        let start = datagram.len() - cursor.left();
        let number = u64::from_le_bytes(cursor.bytes()?);
        let length = usize::from(u16::from_le_bytes(cursor.bytes()?));
        let [kind, session] = cursor.bytes()?;
        let Some(body) = length.checked_sub(HEADER_BYTES) else {
            return Err(cursor.problem(&format!("a packet of {length} bytes, its header included")));
        };
        if kind > APPLICATION_DATA {
            return Err(cursor.problem(&format!("one of type {kind}, not 0 to 3")));
        }
        cursor.range(body)?;
        into.session[0] = session;
        // The number of a heartbeat is that of the packet before.
        let numbers = if kind == HEARTBEAT { Numbers::None } else { Numbers::All(number) };
        let index = into.messages.len();
        into.messages.push(start..start + length);
        into.units.push(Unit { numbers, messages: index..index + 1 });
    }
    Ok(())
}
