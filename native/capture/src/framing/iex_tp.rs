//! IEX's "Transport Specification" (IEX-TP) 1.25: "Outbound segment", its header of 40 bytes and
//! "Message block". All numbers are little endian.

use super::cursor::Cursor;
use super::{Numbers, Sent, Unit, Unwrapped};

const VERSION: u8 = 1;
/// Lines may put the same messages into other segments, which are then sent at other times.
const APART_NS: u64 = 1_000_000_000;

pub(super) fn unwrap(datagram: &[u8], into: &mut Unwrapped) -> Result<(), String> {
    let mut cursor = Cursor::new("an IEX-TP segment", datagram);
    let [version, _reserved] = cursor.bytes()?;
    if version != VERSION {
        return Err(cursor.problem(&format!("version {version}, not {VERSION}")));
    }
    // Message protocol, channel and session: the three that a sequence is of.
    into.session = cursor.bytes()?;
    let payload_bytes = u16::from_le_bytes(cursor.bytes()?);
    let count = u16::from_le_bytes(cursor.bytes()?);
    let _stream_offset: [u8; 8] = cursor.bytes()?;
    let first = u64::from_le_bytes(cursor.bytes()?);
    into.sent = Some(Sent { ns: u64::from_le_bytes(cursor.bytes()?), apart_ns: APART_NS });
    if usize::from(payload_bytes) != cursor.left() {
        let left = cursor.left();
        return Err(cursor
            .problem(&format!("a payload of {payload_bytes} bytes of which {left} are there")));
    }
    cursor.blocks(count, u16::from_le_bytes, &mut into.messages)?;
    into.units.push(Unit { numbers: Numbers::From(first), messages: 0..into.messages.len() });
    Ok(())
}
