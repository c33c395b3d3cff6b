//! Why a message is not understood.

use std::error::Error;
use std::fmt;

/// Names of the errors that every target of the family reports, in the order of [`Reject`].
pub const ERRORS: &[&str] = &["empty", "unknown type", "wrong length", "unknown side"];

/// Why a message is not understood. Where several reasons hold, the first of them here is given.
///
/// The side of an order is the only code that is checked: an order of neither side cannot be put
/// in a book. Nasdaq adds values to the other codes from time to time, so that they are handed on
/// as they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Reject {
    /// There is no byte at all.
    Empty,
    /// The first byte is not a message type of ITCH 5.0.
    UnknownType,
    /// The message is longer or shorter than its type says.
    WrongLength,
    /// The side is neither `B` nor `S`.
    UnknownSide,
}

impl fmt::Display for Reject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(ERRORS[*self as usize])
    }
}

impl Error for Reject {}

impl From<Reject> for latprobe_sdk::Reject {
    #[inline]
    fn from(reject: Reject) -> Self {
        Self(reject as u32)
    }
}
