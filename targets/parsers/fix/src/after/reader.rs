//! From fields to an update.

mod body;
mod entry;
mod known_body;
pub mod known_entry;

use super::cursor::{Cursor, Field};
use super::fields::Fields;
use super::habits::Habits;
use super::instructions::Instructions;
use super::value::Value;
use crate::faults::Faults;
use crate::frame::Frame;
use crate::text::Span;
use crate::{Entry, Fault, Kind, Update};

/// Fields that the frame needs at their places: the first three.
const HEAD_FIELDS: usize = 3;

/// Reads `fields` into `update`, guided by `habits`.
#[inline(always)]
#[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
pub fn read<I: Instructions>(
    instructions: I,
    fields: Fields<'_>,
    frame: Frame,
    update: &mut Update<Span>,
    habits: &mut Habits,
) -> Result<(), Fault> {
    let (Some(version_end), Some(type_end)) = (fields.end(0), fields.end(2)) else {
        return Err(Fault::BadFrame);
    };
    update.clear();
    let cursor = Cursor {
        fields,
        text: &fields.message()[..frame.trailer],
        done: HEAD_FIELDS,
        data: None,
        faults: Faults::default(),
    };
    let mut reader = Reader { instructions, cursor, update, habits, entry_count: None };
    reader.head(frame, version_end, type_end);
    reader.body();
    reader.check();
    reader.cursor.faults.result()
}

struct Reader<'a, I> {
    instructions: I,
    cursor: Cursor<'a>,
    update: &'a mut Update<Span>,
    habits: &'a mut Habits,
    /// `NoMDEntries(268)`.
    entry_count: Option<u64>,
}

#[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
impl<I: Instructions> Reader<'_, I> {
    /// Reads the first field and the third; the second is the frame's.
    #[inline(always)]
    fn head(&mut self, frame: Frame, version_end: usize, type_end: usize) {
        let Self { cursor: Cursor { fields, faults, .. }, update, .. } = self;
        let message = fields.message();
        let type_start = frame.body + b"35=".len();
        let is_empty = frame.version == version_end || type_start == type_end;
        faults.note(Fault::NotAField, is_empty);
        update.kind = Kind::of(&message[type_start..type_end]);
        update.version = Span::between(frame.version, version_end);
        update.message_type = Span::between(type_start, type_end);
    }

    /// Notes what can only be said of the whole message.
    #[inline(always)]
    fn check(&mut self) {
        let Self { cursor: Cursor { faults, .. }, update, entry_count, .. } = self;
        let mut is_whole = update.sender.is_some()
            && update.sequence_number.is_some()
            && update.sending_time.is_some();
        if update.kind.has_entries() {
            is_whole &= entry_count.is_some();
            let entries = update.entries.len() as u64;
            faults.note(Fault::BadGroup, entry_count.is_some_and(|count| count != entries));
            let is_incremental = update.kind == Kind::IncrementalRefresh;
            for Entry { action, entry_type, .. } in &update.entries {
                is_whole &= if is_incremental { action.is_some() } else { entry_type.is_some() };
            }
        }
        faults.note(Fault::MissingField, !is_whole);
    }
}

/// The value of `field`, and the faults that it may add to.
#[inline(always)]
#[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
fn value<'a>(cursor: &'a mut Cursor<'_>, field: Field) -> Value<'a> {
    let Field { start, end, .. } = field;
    Value { message: cursor.fields.message(), start, end, faults: &mut cursor.faults }
}
