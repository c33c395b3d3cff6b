//! What is not as it should be.

/// A stretch of a capture that is not what it should be, and of which nothing came through.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bad {
    /// Where it begins in the capture, in bytes.
    pub offset: u64,
    /// What was expected, and what was found.
    pub problem: String,
    /// Its bytes; empty where bytes are missing.
    pub content: Vec<u8>,
}

/// The bytes are no capture, or one of which nothing can be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("byte {offset}: {problem}")]
pub struct Refused {
    /// Where that shows, in bytes.
    pub offset: u64,
    /// What was expected, and what was found.
    pub problem: String,
}
