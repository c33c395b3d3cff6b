//! The value of one field, on its way into an update.

#![allow(clippy::inline_always)] // so that it is compiled for the caller's instructions

use crate::Fault;
use crate::faults::Faults;
use crate::number::{count, fixed_point};
use crate::text::Span;

/// A value that is at least one byte long.
pub struct Value<'a> {
    pub message: &'a [u8],
    pub start: usize,
    pub end: usize,
    pub faults: &'a mut Faults,
}

impl Value<'_> {
    #[inline(always)]
    pub fn text(self, into: &mut Option<Span>) {
        let span = Span::between(self.start, self.end);
        self.put(into, span);
    }

    #[inline(always)]
    pub fn fixed_point(self, into: &mut Option<i64>) {
        let value = fixed_point(self.message, self.start, self.end);
        self.put(into, value);
    }

    #[inline(always)]
    pub fn count(self, into: &mut Option<u64>) {
        let value = count(self.message, self.start, self.end);
        self.put(into, value);
    }

    #[inline(always)]
    pub fn small_count(self, into: &mut Option<u32>) {
        let value = count(self.message, self.start, self.end);
        self.put(into, value.and_then(|value| u32::try_from(value).ok()));
    }

    #[inline(always)]
    pub fn character(self, into: &mut Option<u8>, is_valid: impl FnOnce(u8) -> bool) {
        let character = self.message[self.start];
        let is_valid = self.end - self.start == 1 && is_valid(character);
        self.put(into, is_valid.then_some(character));
    }

    /// How many entries there are; what is no number is a number that they never reach. Only the first
    /// such field counts.
    #[inline(always)]
    pub fn entry_count(self, into: &mut Option<u64>) {
        self.faults.note(Fault::RepeatedField, into.is_some());
        into.get_or_insert(count(self.message, self.start, self.end).unwrap_or(u64::MAX));
    }

    /// A bad value counts as there, so that its field is not missing too.
    #[inline(always)]
    fn put<V: Default>(self, into: &mut Option<V>, value: Option<V>) {
        self.faults.note(Fault::BadValue, value.is_none());
        let before = into.replace(value.unwrap_or_default());
        self.faults.note(Fault::RepeatedField, before.is_some());
    }
}
