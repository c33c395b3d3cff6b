//! Entries of a known shape.

#![allow(clippy::inline_always)] // so that it is compiled for the caller's instructions

use super::Reader;
use super::entry::is_action;
use crate::after::field::MostlyWhole;
use crate::after::fields::Fields;
use crate::after::instructions::Instructions;
use crate::after::key::Key;
use crate::after::known::{Known, Unlike};
use crate::after::shape::Shape;
use crate::after::shapes::Shapes;
use crate::after::slot::Slot;
use crate::text::Span;
use crate::{Entry, tag};

/// A constant in memory is copied in a few blocks, and not field by field.
static BLANK: Entry<Span> = Entry::BLANK;

impl<I: Instructions> Reader<'_, I> {
    /// Reads entries up to the first that is of no known shape.
    #[inline(always)]
    pub(super) fn known_entries(&mut self, entries: &mut Vec<Entry<Span>>) {
        let fields = self.cursor.fields;
        let shapes = self.habits.entries(self.update.kind);
        let mut index = self.cursor.done;
        let Some(first) = fields.five_bytes_at(index).map(Key::of) else { return };
        while index < fields.count() {
            entries.push(BLANK);
            let Some(entry) = entries.last_mut() else { break };
            let Some(next) = known_entry(self.instructions, shapes, entry, &fields, index, first)
            else {
                entries.pop();
                break;
            };
            index = next;
        }
        self.cursor.done = index;
    }
}

/// Reads the entry at the field with this `index`, if it has one of `shapes`, and answers the index of
/// the field after it.
#[inline(always)]
fn known_entry<I: Instructions>(
    instructions: I,
    shapes: &mut Shapes,
    entry: &mut Entry<Span>,
    fields: &Fields<'_>,
    index: usize,
    first: Key,
) -> Option<usize> {
    for place in 0..shapes.count() {
        let shape = shapes.get(place);
        let next = index + shape.length;
        let Some(after) = fields.five_bytes_at(next) else { continue };
        let is_whole = next == fields.count() || first.starts(after);
        if shape.first.bytes == first.bytes
            && is_whole
            && instructions.read_entry(entry, fields, index, shape)
        {
            shapes.used(place);
            return Some(next);
        }
    }
    None
}

/// Reads an entry that is held to have `shape`, from the field with the index `first`.
#[inline(always)]
pub fn read(
    entry: &mut Entry<Span>,
    fields: &Fields<'_>,
    first: usize,
    shape: &Shape,
) -> Result<(), Unlike> {
    let known = Known::new(fields, first, shape)?;
    known.read::<{ tag::MD_UPDATE_ACTION }, _>(&mut entry.action)?;
    if entry.action.is_some_and(|action| !is_action(action)) {
        return Err(Unlike);
    }
    known.read::<{ tag::MD_ENTRY_TYPE }, _>(&mut entry.entry_type)?;
    let instrument = &mut entry.instrument;
    known.read::<{ tag::SECURITY_ID }, _>(&mut instrument.security_id)?;
    known.read::<{ tag::SYMBOL }, _>(&mut instrument.symbol)?;
    known.read::<{ tag::RPT_SEQ }, _>(&mut entry.report_sequence)?;
    known.read::<{ tag::MD_ENTRY_PX }, _>(&mut entry.price)?;
    let mut size = None;
    known.read::<{ tag::MD_ENTRY_SIZE }, _>(&mut size)?;
    entry.size = size.map(|MostlyWhole(size)| size);
    known.read::<{ tag::NUMBER_OF_ORDERS }, _>(&mut entry.orders)?;
    known.read::<{ tag::MD_PRICE_LEVEL }, _>(&mut entry.level)?;
    if known.has_any(SELDOM) {
        read_seldom(entry, &known)?;
    }
    known.check_unread()
}

/// Slots that many feeds do without: they are asked for together.
const SELDOM: u32 = Slot::EntryId.bit()
    | Slot::Description.bit()
    | Slot::EntryDate.bit()
    | Slot::EntryTime.bit()
    | Slot::Session.bit()
    | Slot::Position.bit();

#[inline(always)]
fn read_seldom(entry: &mut Entry<Span>, known: &Known<'_>) -> Result<(), Unlike> {
    known.read::<{ tag::MD_ENTRY_ID }, _>(&mut entry.id)?;
    known.read::<{ tag::SECURITY_DESC }, _>(&mut entry.instrument.description)?;
    known.read::<{ tag::MD_ENTRY_DATE }, _>(&mut entry.date)?;
    known.read::<{ tag::MD_ENTRY_TIME }, _>(&mut entry.time)?;
    known.read::<{ tag::TRADING_SESSION_ID }, _>(&mut entry.session)?;
    known.read::<{ tag::MD_ENTRY_POSITION_NO }, _>(&mut entry.position)
}
