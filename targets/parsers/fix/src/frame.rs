//! The fields that hold a message together: 8 or 1128, 9 and 35 at its start, 10 at its end.

use crate::Fault;
use crate::number::count;

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
    pub fn find(message: &[u8]) -> Result<Self, Fault> {
        let mut ends = (0..message.len()).filter(|&offset| message[offset] == b'\x01');
        let (first, second) = (ends.next(), ends.next());
        Self::between(message, first.zip(second).ok_or(Fault::BadFrame)?)
    }

    /// As [`Frame::find`], given the offsets of the first two SOHs.
    ///
    /// # Errors
    ///
    /// As [`Frame::find`].
    #[inline(always)]
    #[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
    pub fn between(message: &[u8], (first, second): (usize, usize)) -> Result<Self, Fault> {
        let version = if message.starts_with(b"8=") {
            2
        } else if message.starts_with(b"1128=") {
            5
        } else {
            return Err(Fault::BadFrame);
        };
        let (body, trailer) = (second + 1, trailer(message).ok_or(Fault::BadFrame)?);
        let is_framed = message[first + 1..].starts_with(b"9=")
            && message[body..].starts_with(b"35=")
            && body < trailer
            && message[trailer - 1] == b'\x01';
        let checksum = checksum_field(&message[trailer..]).ok_or(Fault::BadFrame)?;
        if !is_framed {
            return Err(Fault::BadFrame);
        }
        let length = first + b"|9=".len();
        match count(message, length, second) {
            Some(declared) if second - length <= 9 && declared == (trailer - body) as u64 => {
                Ok(Self { version, body, trailer, checksum })
            }
            _ => Err(Fault::BadBodyLength),
        }
    }
}

/// Offset of the last six bytes, leaving out a SOH at the end: those of `10=nnn`.
#[inline]
pub fn trailer(message: &[u8]) -> Option<usize> {
    let end = message.len() - usize::from(message.ends_with(b"\x01"));
    end.checked_sub(b"10=nnn".len())
}

/// The three digits of `10=nnn`, with or without a SOH.
#[inline(always)]
#[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
fn checksum_field(field: &[u8]) -> Option<u32> {
    let &[tag @ .., hundreds, tens, ones] = field.first_chunk::<6>()?;
    let is_tagged =
        u32::from_le_bytes([tag[0], tag[1], tag[2], 0]) == u32::from_le_bytes(*b"10=\0");
    let digits = u32::from_le_bytes([hundreds, tens, ones, b'0']) ^ u32::from_le_bytes(*b"0000");
    // A byte over 9 carries into its top bit, or has it already.
    let is_number = (digits.wrapping_add(0x7676_7676) | digits) & 0x8080_8080 == 0;
    let [hundreds, tens, ones, _] = digits.to_le_bytes().map(u32::from);
    (is_tagged && is_number).then(|| hundreds * 100 + tens * 10 + ones)
}
