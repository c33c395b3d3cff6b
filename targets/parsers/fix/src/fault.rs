//! Why a message is refused.

use latprobe_sdk::Reject;

/// Names of the faults, by [`Fault`].
pub const ERRORS: &[&str] = &[
    "bad frame",
    "bad body length",
    "bad checksum",
    "not a field",
    "bad group",
    "repeated field",
    "missing field",
    "bad value",
];

/// A reason to refuse a message. Of several the first in this order is reported, whatever the order
/// in which a parser comes upon them, so that all variants say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum Fault {
    /// The message does not start with `8=` or `1128=`, then `9=`, then `35=`, or does not end with
    /// `10=` and three digits.
    BadFrame,
    /// `BodyLength(9)` is not a number of one to nine digits, or not the length of the body.
    BadBodyLength,
    /// `CheckSum(10)` is not the sum of the bytes before it.
    BadChecksum,
    /// A piece is not a tag, `=`, and a value of at least one byte.
    NotAField,
    /// `NoMDEntries(268)` is not a number, or not the number of entries.
    BadGroup,
    /// A field that is read stands twice in one message or one entry.
    RepeatedField,
    /// The message, or an entry, lacks a field that it must have.
    MissingField,
    /// The value of a field that is read is not of the field's type.
    BadValue,
}

impl From<Fault> for Reject {
    fn from(fault: Fault) -> Self {
        Self(fault as u32)
    }
}
