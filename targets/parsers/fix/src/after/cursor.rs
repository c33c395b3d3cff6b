//! From the ends of fields to fields.

use super::fields::Fields;
use super::slot::{Slot, key_of, lookup, split};
use crate::Fault;
use crate::data_field::{self, DataField};
use crate::faults::Faults;

/// A field, as far as a parser needs it.
#[derive(Clone, Copy)]
pub struct Field {
    /// The same for the same tag: see [`split`].
    pub key: u64,
    pub slot: Slot,
    /// Offset of the value.
    pub start: usize,
    /// Offset of the SOH after it.
    pub end: usize,
}

/// Goes through the fields of a message.
///
/// What is uncommon is done by functions that take it whole and give it back: whoever took its address
/// would force it out of the registers.
#[derive(Clone, Copy)]
pub struct Cursor<'a> {
    pub fields: Fields<'a>,
    /// The message up to field 10, which ends with a SOH.
    pub text: &'a [u8],
    /// How many of the fields are done with. The next one starts after the end of the last of them.
    pub done: usize,
    /// The next field, where its end is known from the one before.
    pub data: Option<DataField>,
    pub faults: Faults,
}

impl Cursor<'_> {
    /// The next field.
    #[inline(always)]
    #[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
    pub fn next(&mut self) -> Option<Field> {
        let end = self.fields.end(self.done)?;
        let start = self.start();
        self.done += 1;
        // Behind the fields is the trailer: only a field of no bytes has no eight bytes.
        if let Some(&word) = self.fields.message()[start..].first_chunk() {
            let (key, length) = split(word);
            if let Some(slot) = lookup(key)
                && start + length < end
            {
                return Some(Field { key, slot, start: start + length, end });
            }
        }
        let (cursor, field) = self.uncommon(start, end);
        *self = cursor;
        Some(field)
    }

    /// Where the next field starts.
    #[inline(always)]
    #[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
    fn start(&self) -> usize {
        self.done.checked_sub(1).and_then(|last| self.fields.end(last)).map_or(0, |end| end + 1)
    }

    /// The field from `start` to `end`, of whatever tag, if it is one at all.
    #[inline(never)]
    fn uncommon(mut self, start: usize, end: usize) -> (Self, Field) {
        let (mut tag, mut value) = (0, start);
        if let Some(data) = self.data.take() {
            (tag, value) = (data.tag, data.value);
            while self.fields.end(self.done).is_some_and(|end| end <= data.end) {
                self.done += 1;
            }
        } else if let Some((number, text)) = tag_and_value(&self.text[start..end]) {
            tag = number;
            match data_field::after(tag, text, self.text, end + 1) {
                Ok(data) => self.data = data,
                Err(fault) => self.faults.note(fault, true),
            }
        } else {
            self.faults.note(Fault::NotAField, true);
        }
        let end = self.start() - 1;
        (self, Field { key: key_of(tag), slot: Slot::Nowhere, start: value, end })
    }
}

fn tag_and_value(field: &[u8]) -> Option<(u32, &[u8])> {
    let equals = field.iter().position(|&byte| byte == b'=')?;
    let (tag, value) = (&field[..equals], &field[equals + 1..]);
    if value.is_empty() || tag.is_empty() || tag[0] == b'0' {
        return None;
    }
    let number = tag.iter().try_fold(0_u32, |sum, &digit| {
        let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })?;
    Some((number, value))
}
