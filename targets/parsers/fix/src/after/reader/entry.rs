//! Fields of the entries.

#![allow(clippy::inline_always)] // so that it is compiled for the caller's instructions

use super::{Reader, value};
use crate::after::cursor::Field;
use crate::after::instructions::Instructions;
use crate::after::slot::{Slot, lookup};
use crate::text::Span;
use crate::{Entry, Instrument, Kind, Update};

impl<I: Instructions> Reader<'_, I> {
    /// Reads the fields after `NoMDEntries(268)`: the first one's tag starts each entry.
    #[inline(always)]
    pub(super) fn entries(&mut self) {
        let mut entries = std::mem::take(&mut self.update.entries);
        self.known_entries(&mut entries);
        let mut next = self.cursor.next();
        while let Some(first) = next {
            next = self.entry(&mut entries, first);
            // A field with a known tag is what stands there, and not a data field with a SOH in it: so
            // one can go back before it.
            if next.is_some_and(|field| lookup(field.key).is_some()) {
                self.cursor.done -= 1;
                self.known_entries(&mut entries);
                next = self.cursor.next();
            }
        }
        self.update.entries = entries;
    }

    /// Reads the entry that starts with the field `first`, and answers the first of the next one.
    #[inline(never)]
    fn entry(&mut self, entries: &mut Vec<Entry<Span>>, first: Field) -> Option<Field> {
        let begun = self.cursor.done - 1;
        entries.push(Entry::default());
        let entry = entries.last_mut()?;
        self.entry_field(entry, first);
        let next = loop {
            match self.cursor.next() {
                Some(field) if field.key != first.key => self.entry_field(entry, field),
                next => break next,
            }
        };
        if self.cursor.faults.is_empty() {
            let end = self.cursor.done - usize::from(next.is_some());
            self.habits.learn_entry(self.update.kind, &self.cursor.fields, begun, end);
        }
        next
    }

    #[inline(always)]
    fn entry_field(&mut self, entry: &mut Entry<Span>, field: Field) {
        let update = &mut *self.update;
        let value = value(&mut self.cursor, field);
        match field.slot {
            Slot::Action => value.character(&mut entry.action, is_action),
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

/// Whether an `MDUpdateAction(279)` is of the specification: `0` (new) to `5` (overlay).
#[inline(always)]
pub fn is_action(character: u8) -> bool {
    character.wrapping_sub(b'0') <= 5
}
