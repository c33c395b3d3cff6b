//! The loop over a message's fields.

mod body;
mod entry;
mod unknown;

use super::slot::{lookup, split};
use super::value::Value;
use crate::faults::Faults;
use crate::frame::Frame;
use crate::text::Span;
use crate::{Entry, Fault, Kind, Update};

/// Reads the fields of `message`, which end at `ends`, into `update`.
#[inline]
pub fn read(
    message: &[u8],
    frame: Frame,
    ends: &[u32],
    update: &mut Update<Span>,
) -> Result<(), Fault> {
    let [version_end, _, type_end, ref ends @ ..] = *ends else { return Err(Fault::BadFrame) };
    update.clear();
    let mut reader = Reader {
        message,
        update,
        faults: Faults::default(),
        entry_count: None,
        delimiter: Delimiter::None,
    };
    reader.head(frame, version_end as usize, type_end as usize);
    reader.rest(&message[..frame.trailer], ends, type_end as usize + 1);
    reader.check();
    reader.faults.result()
}

/// Which tag starts an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Delimiter {
    /// None yet: the entries have not come.
    None,
    /// The next one.
    Next,
    /// The one with this key.
    Key(u64),
}

struct Reader<'a> {
    message: &'a [u8],
    update: &'a mut Update<Span>,
    faults: Faults,
    /// `NoMDEntries(268)`.
    entry_count: Option<u64>,
    delimiter: Delimiter,
}

impl Reader<'_> {
    /// Reads the first field and the third; the second is the frame's.
    #[inline]
    fn head(&mut self, frame: Frame, version_end: usize, type_end: usize) {
        let type_start = frame.body + b"35=".len();
        let is_empty = frame.version == version_end || type_start == type_end;
        let Self { message, update, faults, .. } = self;
        faults.note(Fault::NotAField, is_empty);
        update.kind = Kind::of(&message[type_start..type_end]);
        Value { message, start: frame.version, end: version_end, faults }.text(&mut update.version);
        Value { message, start: type_start, end: type_end, faults }.text(&mut update.message_type);
    }

    /// Reads the fields from `start` on; `fields` is the message up to its trailer.
    #[inline]
    fn rest(&mut self, fields: &[u8], ends: &[u32], mut start: usize) {
        let mut ends = ends.iter();
        while let Some(&end) = ends.next() {
            let end = end as usize;
            // The trailer is behind the fields, so that there are eight bytes but at its edge.
            let known = self.message[start..].first_chunk().and_then(|&word| {
                let (key, length) = split(word);
                lookup(key).map(|slot| (slot, key, start + length))
            });
            if let Some((slot, key, value)) = known {
                self.tag(key);
                if value == end {
                    self.faults.note(Fault::NotAField, true);
                } else if self.delimiter == Delimiter::None {
                    self.body_field(slot, value, end);
                } else {
                    self.entry_field(slot, value, end);
                }
                start = end + 1;
            } else {
                start = self.unknown_field(fields, start, end);
                while ends.as_slice().first().is_some_and(|&end| (end as usize) < start) {
                    ends.next();
                }
            }
        }
    }

    /// Takes note of a tag: it may start an entry.
    #[inline]
    fn tag(&mut self, key: u64) {
        let starts_entry = match self.delimiter {
            Delimiter::None => false,
            Delimiter::Next => {
                self.delimiter = Delimiter::Key(key);
                true
            }
            Delimiter::Key(delimiter) => delimiter == key,
        };
        if starts_entry {
            self.update.entries.push(Entry::default());
        }
    }

    /// Notes what can only be said of the whole message.
    #[inline]
    fn check(&mut self) {
        let Self { update, faults, .. } = self;
        let mut is_whole = update.sender.is_some()
            && update.sequence_number.is_some()
            && update.sending_time.is_some();
        if update.kind.has_entries() {
            is_whole &= self.entry_count.is_some();
            let entries = update.entries.len() as u64;
            faults.note(Fault::BadGroup, self.entry_count.is_some_and(|count| count != entries));
            let is_incremental = update.kind == Kind::IncrementalRefresh;
            for Entry { action, entry_type, .. } in &update.entries {
                is_whole &= if is_incremental { action.is_some() } else { entry_type.is_some() };
            }
        }
        faults.note(Fault::MissingField, !is_whole);
    }
}
