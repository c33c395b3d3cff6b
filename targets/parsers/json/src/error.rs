//! Why a frame was not understood.

use latprobe_sdk::Reject;
use std::fmt;

/// Why a frame was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// Not JSON in UTF-8, or nested too deep, or with a number beyond a double's range.
    Malformed,
    /// JSON of a known kind, of which a field is missing or not what it must be.
    BadField,
}

impl DecodeError {
    /// Names of the errors, in the order of [`DecodeError::reject`].
    pub const NAMES: &'static [&'static str] = &["malformed", "bad field"];

    /// The error as a target answers it.
    #[must_use]
    pub const fn reject(self) -> Reject {
        match self {
            Self::Malformed => Reject(0),
            Self::BadField => Reject(1),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(Self::NAMES[self.reject().0 as usize])
    }
}

impl std::error::Error for DecodeError {}
