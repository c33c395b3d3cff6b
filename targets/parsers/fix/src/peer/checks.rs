//! What the crate is laxer about than the family, or cannot do.

use crate::data_field::{after, announced_by};
use crate::frame::Frame;
use crate::{Fault, checksum, tag};
use fix_codec_rs::message::Message;

/// Whether no field is one that announces a data field: the crate ends those at the next SOH.
pub fn are_plain(decoded: &Message<'_>) -> bool {
    decoded.fields().all(|field| announced_by(field.tag).is_none())
}

/// Checks length and checksum with the crate, and that its fields are written as they should be.
pub fn frame(decoded: &Message<'_>, bytes: &[u8]) -> Result<(), Fault> {
    let is_framed = decoded.validate_body_length().is_ok()
        && decoded.validate_checksum().is_ok()
        && decoded.field(2).tag == tag::MSG_TYPE
        && matches!(decoded.field(0).tag, tag::BEGIN_STRING | tag::APPL_VER_ID)
        && is_number(decoded.field(1).value, 1..=9)
        && is_number(decoded.field(decoded.len() - 1).value, 3..=3);
    if is_framed && fields(decoded, bytes).is_ok() {
        return Ok(());
    }
    checked_frame(bytes)?;
    Err(Fault::NotAField)
}

/// Checks that tags have no leading zeros, and values at least a byte.
pub fn fields(decoded: &Message<'_>, bytes: &[u8]) -> Result<(), Fault> {
    let mut length = 0;
    for field in decoded.fields() {
        if field.tag == 0 || field.value.is_empty() {
            return Err(Fault::NotAField);
        }
        length += field.tag.ilog10() as usize + "1=\x01".len() + field.value.len();
    }
    if length == bytes.len() { Ok(()) } else { Err(Fault::NotAField) }
}

fn is_number(value: &[u8], length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&value.len()) && value.iter().all(u8::is_ascii_digit)
}

fn checked_frame(bytes: &[u8]) -> Result<Frame, Fault> {
    let frame = Frame::find(bytes)?;
    if u32::from(checksum(&bytes[..frame.trailer])) == frame.checksum {
        Ok(frame)
    } else {
        Err(Fault::BadChecksum)
    }
}

/// Checks a message's length and checksum, and copies it with its last SOH, and with the SOHs in data
/// fields replaced: nobody reads those.
#[cold]
pub fn copy_plain(bytes: &[u8], copy: &mut Vec<u8>) -> Result<(), Fault> {
    let frame = checked_frame(bytes)?;
    let fields = &bytes[..frame.trailer];
    copy.clear();
    copy.extend_from_slice(bytes.strip_suffix(b"\x01").unwrap_or(bytes));
    copy.push(b'\x01');
    let mut start = 0;
    while let Some(length) = fields[start..].iter().position(|&byte| byte == b'\x01') {
        let end = start + length;
        let (tag, value) = split(&fields[start..end]).ok_or(Fault::NotAField)?;
        start = match after(tag, value, fields, end + 1)? {
            Some(data) => {
                copy[data.value..data.end].fill(b' ');
                data.end + 1
            }
            None => end + 1,
        };
    }
    Ok(())
}

fn split(field: &[u8]) -> Option<(u32, &[u8])> {
    let equals = field.iter().position(|&byte| byte == b'=')?;
    let tag = std::str::from_utf8(&field[..equals]).ok()?.parse().ok()?;
    Some((tag, &field[equals + 1..]))
}
