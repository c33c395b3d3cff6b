//! Fields of the entries.

#![allow(clippy::inline_always)] // so that it is compiled for the caller's instructions

use super::{Reader, value};
use crate::after::cursor::Field;
use crate::after::slot::Slot;
use crate::text::Span;
use crate::{Entry, Instrument, Kind, Update};

impl Reader<'_> {
    /// Reads the fields after `NoMDEntries(268)`: the first one's tag starts each entry.
    #[inline(always)]
    pub(super) fn entries(&mut self) {
        let mut next = self.cursor.next();
        let mut entries = std::mem::take(&mut self.update.entries);
        while let Some(first) = next {
            entries.push(Entry::default());
            let Some(entry) = entries.last_mut() else { break };
            self.entry_field(entry, first);
            loop {
                next = self.cursor.next();
                match next {
                    Some(field) if field.key != first.key => self.entry_field(entry, field),
                    _ => break,
                }
            }
        }
        self.update.entries = entries;
    }

    #[inline(always)]
    fn entry_field(&mut self, entry: &mut Entry<Span>, field: Field) {
        let update = &mut *self.update;
        let value = value(&mut self.cursor, field);
        match field.slot {
            Slot::Action => value.character(&mut entry.action, |c| c.wrapping_sub(b'0') <= 5),
            Slot::EntryType => value.character(&mut entry.entry_type, |_| true),
            Slot::EntryId => value.text(&mut entry.id),
            Slot::SecurityId => value.text(&mut instrument_of(update, entry).security_id),
            Slot::Symbol => value.text(&mut instrument_of(update, entry).symbol),
            Slot::Description => value.text(&mut instrument_of(update, entry).description),
            Slot::ReportSequence => value.count(&mut entry.report_sequence),
            Slot::Price => value.fixed_point(&mut entry.price),
            Slot::Size => value.fixed_point(&mut entry.size),
            Slot::EntryDate => value.text(&mut entry.date),
            Slot::EntryTime => value.text(&mut entry.time),
            Slot::Session => value.text(&mut entry.session),
            Slot::Orders => value.small_count(&mut entry.orders),
            Slot::Position => value.small_count(&mut entry.position),
            Slot::Level => value.small_count(&mut entry.level),
            Slot::EntryCount => value.entry_count(&mut self.entry_count),
            Slot::Sender => value.text(&mut update.sender),
            Slot::SequenceNumber => value.count(&mut update.sequence_number),
            Slot::SendingTime => value.text(&mut update.sending_time),
            _ => {}
        }
    }
}

/// An entry of a snapshot has no instrument of its own.
#[inline(always)]
fn instrument_of<'a>(
    update: &'a mut Update<Span>,
    entry: &'a mut Entry<Span>,
) -> &'a mut Instrument<Span> {
    if update.kind == Kind::Snapshot { &mut update.instrument } else { &mut entry.instrument }
}
