//! The fields that hold a message together: 8 or 1128, 9 and 35 at its start, 10 at its end.

use crate::Fault;

/// Where the parts of a message are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Offset of the first field's value.
    pub version: usize,
    /// Offset of the body, which starts with `35=`.
    pub body: usize,
    /// Offset of `10=`: after the SOH that ends the body.
    pub trailer: usize,
    /// `CheckSum(10)`, not yet compared; over 255 it is wrong.
    pub checksum: u32,
}

impl Frame {
    /// Finds the parts of `message`, and compares the body's length with `BodyLength(9)`: it counts
    /// the bytes after the SOH that ends field 9, up to and with the SOH before `10=`.
    ///
    /// # Errors
    ///
    /// [`Fault::BadFrame`] and [`Fault::BadBodyLength`].
    #[inline]
    pub fn find(message: &[u8]) -> Result<Self, Fault> {
        let version = if message.starts_with(b"8=") {
            2
        } else if message.starts_with(b"1128=") {
            5
        } else {
            return Err(Fault::BadFrame);
        };
        let first_end = message.iter().position(|&byte| byte == b'\x01').ok_or(Fault::BadFrame)?;
        let length = first_end + 3;
        if !message[first_end + 1..].starts_with(b"9=") {
            return Err(Fault::BadFrame);
        }
        let (declared, length_end) = body_length(message, length)?;
        let body = length_end + 1;
        let end = message.len() - usize::from(message.ends_with(b"\x01"));
        let trailer = end.checked_sub(6).filter(|&at| at >= body).ok_or(Fault::BadFrame)?;
        let checksum = checksum_field(&message[trailer - 1..end]).ok_or(Fault::BadFrame)?;
        if !message[body..].starts_with(b"35=") {
            return Err(Fault::BadFrame);
        }
        match declared {
            Some(declared) if declared == trailer - body => {
                Ok(Self { version, body, trailer, checksum })
            }
            _ => Err(Fault::BadBodyLength),
        }
    }
}

/// The number at `start`, if it is one of up to nine digits, and the offset of the SOH after it.
fn body_length(message: &[u8], start: usize) -> Result<(Option<usize>, usize), Fault> {
    let (mut sum, mut is_number) = (0, true);
    for (index, &byte) in message[start..].iter().enumerate() {
        if byte == b'\x01' {
            return Ok(((is_number && index > 0).then_some(sum), start + index));
        }
        is_number &= byte.is_ascii_digit() && index < 9;
        sum = if is_number { sum * 10 + usize::from(byte - b'0') } else { 0 };
    }
    Err(Fault::BadFrame)
}

/// The three digits of `<SOH>10=nnn`.
fn checksum_field(field: &[u8]) -> Option<u32> {
    match *field {
        [b'\x01', b'1', b'0', b'=', a, b, c] if [a, b, c].iter().all(u8::is_ascii_digit) => {
            Some([a, b, c].iter().fold(0, |sum, &digit| sum * 10 + u32::from(digit - b'0')))
        }
        _ => None,
    }
}
