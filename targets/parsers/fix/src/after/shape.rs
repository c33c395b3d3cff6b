//! The order of fields, as seen before: most messages repeat it.

use super::fields::Fields;
use super::key::Key;
use super::slot::{Slot, lookup};

/// Most fields of a shape.
const LONGEST: usize = 32;

/// Most fields of a shape whose values are not read.
const MOST_UNREAD: usize = 8;

/// The index of a field that is not there.
const ABSENT: u8 = u8::MAX;

/// What is done with a field at its place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Its value is read.
    Read,
    /// It need only be a field.
    Unread,
    /// A message that has it there is not the rule: no shape holds it.
    Exception,
}

/// Fields with known tags in a known order. None of those that are read comes twice, nor does the
/// first.
#[derive(Clone, Copy)]
pub struct Shape {
    /// How many fields it has.
    pub length: usize,
    /// Key of the first.
    pub first: Key,
    /// A bit for each slot that is read.
    slots: u32,
    /// Index of the field that is read to each slot.
    indices: [u8; Slot::COUNT],
    unread: [(usize, Key); MOST_UNREAD],
    unread_count: usize,
}

impl Shape {
    pub const EMPTY: Self = Self {
        length: 0,
        first: Key::NONE,
        slots: 0,
        indices: [ABSENT; Slot::COUNT],
        unread: [(0, Key::NONE); MOST_UNREAD],
        unread_count: 0,
    };

    /// The shape of `length` fields from `first` on, if they have one. `use_of` says what is done with
    /// the fields of a slot.
    pub fn of(
        fields: &Fields<'_>,
        first: usize,
        length: usize,
        use_of: impl Fn(Slot) -> Use,
    ) -> Option<Self> {
        if length > LONGEST {
            return None;
        }
        let mut shape = Self { length, ..Self::EMPTY };
        for index in 0..length {
            let key = Key::of(fields.five_bytes_at(first + index)?);
            let slot = lookup(key.bytes)?;
            if index == 0 {
                shape.first = key;
            } else if key.bytes == shape.first.bytes {
                return None;
            }
            match use_of(slot) {
                Use::Read => shape.add(slot, index)?,
                Use::Unread => shape.add_unread(index, key)?,
                Use::Exception => return None,
            }
        }
        Some(shape)
    }

    fn add(&mut self, slot: Slot, index: usize) -> Option<()> {
        let place = &mut self.indices[slot as usize];
        let is_new = *place == ABSENT;
        *place = u8::try_from(index).ok()?;
        self.slots |= slot.bit();
        is_new.then_some(())
    }

    fn add_unread(&mut self, index: usize, key: Key) -> Option<()> {
        *self.unread.get_mut(self.unread_count)? = (index, key);
        self.unread_count += 1;
        Some(())
    }

    /// Whether a field is read to any of the slots with these bits.
    #[inline(always)]
    #[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
    pub fn has_any(&self, slots: u32) -> bool {
        self.slots & slots != 0
    }

    /// The index of the field that is read to `slot`, which is below its length.
    #[inline(always)]
    #[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
    pub fn index_of(&self, slot: Slot) -> Option<usize> {
        let index = self.indices[slot as usize];
        (index != ABSENT).then_some(index as usize)
    }

    /// The fields that are not read: their indices, which are below its length, and their keys.
    #[inline(always)]
    #[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
    pub fn unread(&self) -> &[(usize, Key)] {
        &self.unread[..self.unread_count.min(MOST_UNREAD)]
    }
}
