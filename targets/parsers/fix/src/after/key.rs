//! Tags as they are written.

#![allow(clippy::inline_always)] // so that it is compiled for the caller's instructions

use super::slot::split;

/// The bytes of a tag of two to four digits and its `=`.
#[derive(Clone, Copy)]
pub struct Key {
    /// The first is the lowest; zeros come above them: see [`split`].
    pub bytes: u64,
    /// Ones where the bytes are.
    mask: u64,
    /// How many they are.
    pub length: usize,
}

impl Key {
    pub const NONE: Self = Self { bytes: 0, mask: 0, length: 0 };

    /// The key that a field starts with, given its first five bytes.
    #[inline(always)]
    pub const fn of(five_bytes: u64) -> Self {
        let (bytes, length) = split(five_bytes.to_le_bytes());
        Self { bytes, mask: (1 << (8 * length)) - 1, length }
    }

    /// Whether a field starts with it, given its first five bytes.
    #[inline(always)]
    pub const fn starts(self, five_bytes: u64) -> bool {
        five_bytes & self.mask == self.bytes
    }
}
