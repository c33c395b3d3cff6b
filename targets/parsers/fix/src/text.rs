//! The ways in which variants keep a field's text.

use std::borrow::Cow;
use std::num::NonZero;

/// Text of a field, wherever it is kept.
pub trait Text: Default {
    /// Its bytes as they stood in `message`.
    fn bytes<'a>(&'a self, message: &'a [u8]) -> Cow<'a, [u8]>;
}

/// A place in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte. It is never zero, so that the lack of a span takes no more room.
    pub end: NonZero<u32>,
}

impl Span {
    /// The place from `start` to before `end`, which is over zero and fits 32 bits.
    #[inline]
    #[allow(clippy::cast_possible_truncation)] // no longer message is parsed in place
    pub(crate) const fn between(start: usize, end: usize) -> Option<Self> {
        match NonZero::new(end as u32) {
            Some(end) => Some(Self { start: start as u32, end }),
            None => None,
        }
    }
}

/// The first byte of a message.
impl Default for Span {
    fn default() -> Self {
        Self { start: 0, end: NonZero::<u32>::MIN }
    }
}

impl Text for Span {
    fn bytes<'a>(&'a self, message: &'a [u8]) -> Cow<'a, [u8]> {
        Cow::Borrowed(message.get(self.start as usize..self.end.get() as usize).unwrap_or_default())
    }
}

impl Text for &[u8] {
    fn bytes<'a>(&'a self, _message: &'a [u8]) -> Cow<'a, [u8]> {
        Cow::Borrowed(self)
    }
}

/// FIX does not promise UTF-8: owned text holds a character for each byte, as ISO 8859-1 does.
impl Text for String {
    fn bytes<'a>(&'a self, _message: &'a [u8]) -> Cow<'a, [u8]> {
        self.chars().filter_map(|character| u8::try_from(character).ok()).collect()
    }
}
