//! From bytes to a list of tags and strings.

use crate::{Fault, checksum, data_field, tag};

/// A field as it stands in the message.
pub type Field = (u32, String);

/// Splits `message` into its fields, after checking its length and checksum.
pub fn split(message: &[u8]) -> Result<Vec<Field>, Fault> {
    let body_and_head = check_frame(message)?;
    let mut fields = Vec::new();
    let mut rest = body_and_head;
    while !rest.is_empty() {
        let end = rest.iter().position(|&byte| byte == b'\x01').ok_or(Fault::NotAField)?;
        let (tag, value) = split_field(&rest[..end])?;
        // A length is digits, which are the same in the message and in a string.
        let announced = data_field::after(tag, value.as_bytes(), rest, end + 1);
        fields.push((tag, value));
        rest = match announced? {
            Some(data) => {
                fields.push((data.tag, text(&rest[data.value..data.end])));
                &rest[data.end + 1..]
            }
            None => &rest[end + 1..],
        };
    }
    Ok(fields)
}

/// One character for each byte: FIX does not promise UTF-8.
fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

fn split_field(field: &[u8]) -> Result<Field, Fault> {
    let field = text(field);
    let (tag, value) = field.split_once('=').ok_or(Fault::NotAField)?;
    if value.is_empty() || tag.starts_with(['0', '+']) {
        return Err(Fault::NotAField);
    }
    let tag = tag.parse().map_err(|_| Fault::NotAField)?;
    Ok((tag, value.to_string()))
}

/// Checks fields 8 or 1128, 9 and 10, and answers what is before field 10.
fn check_frame(message: &[u8]) -> Result<&[u8], Fault> {
    let message = message.strip_suffix(b"\x01").unwrap_or(message);
    let pieces: Vec<&[u8]> = message.splitn(3, |&byte| byte == b'\x01').collect();
    let [version, length, body] = pieces[..] else { return Err(Fault::BadFrame) };
    let starts = |piece: &[u8], tag: u32| piece.starts_with(format!("{tag}=").as_bytes());
    let is_versioned = starts(version, tag::BEGIN_STRING) || starts(version, tag::APPL_VER_ID);
    if !is_versioned || !starts(length, tag::BODY_LENGTH) || !starts(body, tag::MSG_TYPE) {
        return Err(Fault::BadFrame);
    }
    let trailer = body.rsplit(|&byte| byte == b'\x01').next().unwrap_or_default();
    let sum = text(trailer);
    let sum = sum.strip_prefix("10=").filter(|sum| sum.len() == 3 && is_digits(sum));
    let sum: u32 = sum.and_then(|sum| sum.parse().ok()).ok_or(Fault::BadFrame)?;

    let body_length = body.len() - trailer.len();
    let length = text(&length[2..]);
    if length.len() > 9 || !is_digits(&length) || length.parse() != Ok(body_length) {
        return Err(Fault::BadBodyLength);
    }
    let summed = &message[..message.len() - trailer.len()];
    if u32::from(checksum(summed)) != sum {
        return Err(Fault::BadChecksum);
    }
    Ok(summed)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
