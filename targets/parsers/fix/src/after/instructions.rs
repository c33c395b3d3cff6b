//! What is compiled for more than one kind of processor.

use super::fields::Fields;
use super::reader::known_entry;
use super::scan;
use super::shape::Shape;
use crate::Entry;
use crate::text::Span;

/// The parts of parsing that take most of its time, made of the instructions of one kind of processor.
pub trait Instructions: Copy {
    /// As [`scan::scan`].
    fn scan(self, bytes: &[u8], ends: &mut [u32]) -> (usize, u8);

    /// Reads an entry that is held to have `shape`, from the field with the index `first`, and answers
    /// whether it could. It is a function of its own so that its values have all registers.
    fn read_entry(
        self,
        entry: &mut Entry<Span>,
        fields: &Fields<'_>,
        first: usize,
        shape: &Shape,
    ) -> bool;
}

/// The instructions that every processor has.
#[derive(Clone, Copy)]
pub struct Plain;

impl Instructions for Plain {
    fn scan(self, bytes: &[u8], ends: &mut [u32]) -> (usize, u8) {
        scan::scan(bytes, ends)
    }

    #[inline(never)]
    fn read_entry(
        self,
        entry: &mut Entry<Span>,
        fields: &Fields<'_>,
        first: usize,
        shape: &Shape,
    ) -> bool {
        known_entry::read(entry, fields, first, shape).is_ok()
    }
}
