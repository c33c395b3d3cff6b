//! Fields of the entries.

use super::{Reader, body};
use crate::Kind;
use crate::after::slot::Slot;
use crate::after::value::Value;

impl Reader<'_> {
    /// Reads a field after `NoMDEntries(268)`.
    #[inline]
    pub(super) fn entry_field(&mut self, slot: Slot, start: usize, end: usize) {
        let Self { message, update, faults, .. } = self;
        let value = Value { message, start, end, faults };
        let is_snapshot = update.kind == Kind::Snapshot;
        let Some(entry) = update.entries.last_mut() else { return };
        let instrument = if is_snapshot { &mut update.instrument } else { &mut entry.instrument };
        match slot {
            Slot::Action => value.character(&mut entry.action, |c| c.wrapping_sub(b'0') <= 5),
            Slot::EntryType => value.character(&mut entry.entry_type, |_| true),
            Slot::EntryId => value.text(&mut entry.id),
            Slot::SecurityId => value.text(&mut instrument.security_id),
            Slot::Symbol => value.text(&mut instrument.symbol),
            Slot::Description => value.text(&mut instrument.description),
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
            _ => body::header(update, slot, value),
        }
    }
}
