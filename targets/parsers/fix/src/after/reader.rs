//! From fields to an update.

mod body;
mod entry;

use super::cursor::{Cursor, Field};
use super::value::Value;
use crate::faults::Faults;
use crate::frame::Frame;
use crate::text::Span;
use crate::{Entry, Fault, Kind, Update};

/// Reads the fields of `message`, which end at `ends`, into `update`.
#[inline(always)]
#[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
pub fn read(
    message: &[u8],
    frame: Frame,
    ends: &[u32],
    update: &mut Update<Span>,
) -> Result<(), Fault> {
    let [version_end, _, type_end, ref ends @ ..] = *ends else { return Err(Fault::BadFrame) };
    update.clear();
    let cursor = Cursor {
        message,
        fields: &message[..frame.trailer],
        ends,
        start: type_end as usize + 1,
        data: None,
        faults: Faults::default(),
    };
    let mut reader = Reader { cursor, update, entry_count: None };
    reader.head(frame, version_end as usize, type_end as usize);
    reader.body();
    reader.check();
    reader.cursor.faults.result()
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    update: &'a mut Update<Span>,
    /// `NoMDEntries(268)`.
    entry_count: Option<u64>,
}

#[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
impl Reader<'_> {
    /// Reads the first field and the third; the second is the frame's.
    #[inline(always)]
    fn head(&mut self, frame: Frame, version_end: usize, type_end: usize) {
        let Self { cursor: Cursor { message, faults, .. }, update, .. } = self;
        let type_start = frame.body + b"35=".len();
        let is_empty = frame.version == version_end || type_start == type_end;
        faults.note(Fault::NotAField, is_empty);
        update.kind = Kind::of(&message[type_start..type_end]);
        Value { message, start: frame.version, end: version_end, faults }.text(&mut update.version);
        Value { message, start: type_start, end: type_end, faults }.text(&mut update.message_type);
    }

    /// Notes what can only be said of the whole message.
    #[inline(always)]
    fn check(&mut self) {
        let Self { cursor: Cursor { faults, .. }, update, entry_count } = self;
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
    Value { message: cursor.message, start, end, faults: &mut cursor.faults }
}
