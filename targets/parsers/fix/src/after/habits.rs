//! What an instance has learnt of how its feed writes messages.

use super::fields::Fields;
use super::shape::{Shape, Use};
use super::shapes::Shapes;
use super::slot::Slot;
use crate::{KINDS, Kind};

/// Shapes by kind. They are a guess at the next message, which is checked.
pub struct Habits {
    /// From the fourth field to the end, or to the field that counts the entries.
    bodies: [Shapes; KINDS.len()],
    /// From one entry to the next.
    entries: [Shapes; KINDS.len()],
}

impl Habits {
    /// Nothing learnt.
    pub const NONE: Self = Self {
        bodies: [const { Shapes::EMPTY }; KINDS.len()],
        entries: [const { Shapes::EMPTY }; KINDS.len()],
    };

    /// Shapes of the body of a message, without its entries.
    #[inline(always)]
    #[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
    pub fn bodies(&mut self, kind: Kind) -> &mut Shapes {
        &mut self.bodies[kind as usize]
    }

    /// Shapes of an entry.
    #[inline(always)]
    #[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
    pub fn entries(&mut self, kind: Kind) -> &mut Shapes {
        &mut self.entries[kind as usize]
    }

    /// Learns the shape of the body in the fields from `first` to before `end`, if it has one.
    #[cold]
    #[inline(never)]
    pub fn learn_body(&mut self, kind: Kind, fields: &Fields<'_>, first: usize, end: usize) {
        if let Some(shape) = Shape::of(fields, first, end - first, |slot| use_in_body(kind, slot)) {
            self.bodies(kind).add(&shape);
        }
    }

    /// Learns the shape of the entry in the fields from `first` to before `end`, if it has one.
    #[cold]
    #[inline(never)]
    pub fn learn_entry(&mut self, kind: Kind, fields: &Fields<'_>, first: usize, end: usize) {
        if let Some(shape) = Shape::of(fields, first, end - first, |slot| use_in_entry(kind, slot))
        {
            self.entries(kind).add(&shape);
        }
    }
}

fn use_in_body(kind: Kind, slot: Slot) -> Use {
    let is_read = match slot {
        Slot::Sender | Slot::SequenceNumber | Slot::SendingTime => true,
        Slot::TestRequest => kind == Kind::Heartbeat,
        Slot::EntryCount => kind.has_entries(),
        slot => kind.has_instrument() && slot.bit() & Slot::OF_INSTRUMENT_MESSAGES != 0,
    };
    if is_read { Use::Read } else { Use::Unread }
}

fn use_in_entry(kind: Kind, slot: Slot) -> Use {
    match slot {
        Slot::Sender | Slot::SequenceNumber | Slot::SendingTime | Slot::EntryCount => {
            Use::Exception
        }
        Slot::SecurityId | Slot::Symbol | Slot::Description if kind == Kind::Snapshot => {
            Use::Exception
        }
        slot if slot.bit() & Slot::OF_ENTRIES != 0 => Use::Read,
        _ => Use::Unread,
    }
}
