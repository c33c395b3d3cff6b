//! Where the fields of a message are.

#![allow(clippy::inline_always)] // so that it is compiled for the caller's instructions

use super::field::{Field, five_bytes};

/// Bytes of a message that come after its fields: those of `10=nnn`.
pub const TRAILER: usize = b"10=nnn".len();

/// A message and the offsets of the SOHs that end its fields.
///
/// Each offset but the first is over the one before it, and after each come at least the [`TRAILER`]'s
/// bytes. So a [`Field`] can be looked at past its end.
#[derive(Clone, Copy)]
pub struct Fields<'a> {
    message: &'a [u8],
    ends: &'a [u32],
}

impl<'a> Fields<'a> {
    /// # Safety
    ///
    /// `ends` must ascend, and the last be followed by the [`TRAILER`] in `message`.
    #[inline(always)]
    pub unsafe fn new(message: &'a [u8], ends: &'a [u32]) -> Self {
        debug_assert!(ends.is_sorted_by(|before, after| before < after));
        debug_assert!(ends.last().is_none_or(|&end| end as usize + TRAILER < message.len()));
        Self { message, ends }
    }

    /// The whole message.
    #[inline(always)]
    pub fn message(&self) -> &'a [u8] {
        self.message
    }

    /// How many fields there are.
    #[inline(always)]
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// Offset of the SOH that ends a field, if there is such a field.
    #[inline(always)]
    pub fn end(&self, index: usize) -> Option<usize> {
        self.ends.get(index).map(|&end| end as usize)
    }

    /// The first five bytes of the field at `index`, which is not the message's first, or of field 10,
    /// where it comes next.
    #[inline(always)]
    pub fn five_bytes_at(&self, index: usize) -> Option<u64> {
        let before = self.end(index.checked_sub(1)?)?;
        // SAFETY: after every end are as many bytes as the trailer has, which are six.
        Some(unsafe { five_bytes(self.message, before + 1) })
    }

    /// `length` fields from `first` on, which is not the message's first, if there are so many.
    #[inline(always)]
    pub fn run(&self, first: usize, length: usize) -> Option<Run<'a>> {
        let ends = self.ends.get(first.checked_sub(1)?..first + length)?;
        Some(Run { message: self.message, ends })
    }
}

/// Some fields in a row.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    message: &'a [u8],
    /// The ends of [`Fields`], from that of the field before the first.
    ends: &'a [u32],
}

impl<'a> Run<'a> {
    /// The field at `index`, counted from the run's first.
    ///
    /// # Safety
    ///
    /// There must be so many.
    #[inline(always)]
    pub unsafe fn field(&self, index: usize) -> Field<'a> {
        debug_assert!(index + 1 < self.ends.len());
        // SAFETY: there is an end more than fields.
        let (before, end) =
            unsafe { (*self.ends.get_unchecked(index), *self.ends.get_unchecked(index + 1)) };
        // SAFETY: what holds of `Fields` is what `Field` asks for.
        unsafe { Field::new(self.message, before as usize + 1, end as usize) }
    }
}
