//! Reading fields that stand in a known order.

#![allow(clippy::inline_always)] // so that it is compiled for the caller's instructions

use super::field::Value;
use super::fields::{Fields, Run};
use super::key::Key;
use super::shape::Shape;
use super::slot::{key_of, slot_of};

/// Fields that are held to have a shape, and are as many; each is looked at when it is read.
pub struct Known<'a> {
    run: Run<'a>,
    shape: &'a Shape,
}

/// The fields have not the shape that they were held to have, or a value is not of its field's type.
pub struct Unlike;

impl<'a> Known<'a> {
    /// The fields from `first` on, held to have `shape`.
    #[inline(always)]
    pub fn new(fields: &Fields<'a>, first: usize, shape: &'a Shape) -> Result<Self, Unlike> {
        let run = fields.run(first, shape.length).ok_or(Unlike)?;
        Ok(Self { run, shape })
    }

    /// Reads the value of the field `TAG` to `into`, which is empty, if the shape has one that is read.
    #[inline(always)]
    pub fn read<const TAG: u32, V: Value>(&self, into: &mut Option<V>) -> Result<(), Unlike> {
        let slot = const { slot_of(TAG) };
        let Some(index) = self.shape.index_of(slot) else { return Ok(()) };
        // SAFETY: the run is as long as the shape, which has this index.
        let field = unsafe { self.run.field(index) };
        let key = const { Key::of(key_of(TAG)) };
        if !field.has(key) {
            return Err(Unlike);
        }
        // SAFETY: it starts with this key.
        let Some(value) = V::of(unsafe { field.value(key.length) }) else { return Err(Unlike) };
        *into = Some(value);
        Ok(())
    }

    /// Whether a field is read to any of the slots with these bits.
    #[inline(always)]
    pub fn has_any(&self, slots: u32) -> bool {
        self.shape.has_any(slots)
    }

    /// Looks at the fields that are not read.
    #[inline(always)]
    pub fn check_unread(&self) -> Result<(), Unlike> {
        for &(index, key) in self.shape.unread() {
            // SAFETY: as above.
            let field = unsafe { self.run.field(index) };
            if !key.starts(field.five_bytes()) || field.length() == key.length {
                return Err(Unlike);
            }
        }
        Ok(())
    }
}
