//! The value of one field, on its way into an update.

use crate::Fault;
use crate::faults::Faults;
use crate::number;
use std::ops::RangeInclusive;

/// A value, and what is wrong so far.
pub struct Read<'a, 'faults> {
    pub value: &'a [u8],
    pub faults: &'faults mut Faults,
}

impl<'a> Read<'a, '_> {
    pub fn text(&mut self, into: &mut Option<&'a [u8]>) {
        self.put(into, Some(self.value));
    }

    pub fn fixed_point(&mut self, into: &mut Option<i64>) {
        self.put(into, number::fixed_point(self.value, 0, self.value.len()));
    }

    pub fn count(&mut self, into: &mut Option<u64>) {
        self.put(into, number::count(self.value, 0, self.value.len()));
    }

    pub fn small_count(&mut self, into: &mut Option<u32>) {
        let count = number::count(self.value, 0, self.value.len());
        self.put(into, count.and_then(|count| u32::try_from(count).ok()));
    }

    pub fn character(&mut self, into: &mut Option<u8>, valid: RangeInclusive<u8>) {
        let character = match *self.value {
            [character] if valid.contains(&character) => Some(character),
            _ => None,
        };
        self.put(into, character);
    }

    /// A bad value counts as there, so that its field is not missing too.
    fn put<V: Default>(&mut self, into: &mut Option<V>, value: Option<V>) {
        self.faults.note(Fault::BadValue, value.is_none());
        let before = into.replace(value.unwrap_or_default());
        self.faults.note(Fault::RepeatedField, before.is_some());
    }
}
