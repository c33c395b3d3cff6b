//! The variant for production: borrowed text, fixed-point numbers, no allocation.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod cursor;
mod field;
mod fields;
mod habits;
mod instructions;
mod key;
mod known;
mod parse;
mod reader;
mod scan;
mod shape;
mod shapes;
mod slot;
mod value;

use crate::fold::fold;
use crate::text::Span;
use crate::{ERRORS, FAMILY, Fault, KINDS, PROTOCOL, STAGES, Update};
use habits::Habits;
use instructions::Plain;
use latprobe_sdk::{Message, Outcome, Probe, Target};
use scan::ROOM;

/// Parses in place, into memory that is reused.
///
/// It learns in which order a feed writes its fields, and looks for the next message's in that order
/// first. What stands otherwise is read one field after the other, with the same outcome.
///
/// It allocates only for a message longer, or with more entries, than it has room for: it starts with
/// room for 64 KiB and 1024 entries.
pub struct After {
    update: Update<Span>,
    /// Offsets of a message's SOHs, with room for more than it has bytes.
    ends: Vec<u32>,
    habits: Box<Habits>,
    #[cfg(target_arch = "x86_64")]
    avx2: Option<avx2::Avx2>,
}

impl After {
    #[inline]
    fn parse(&mut self, message: &[u8]) -> Result<(), Fault> {
        // Offsets are kept in 32 bits.
        if u32::try_from(message.len()).is_err() {
            return Err(Fault::BadFrame);
        }
        if self.ends.len() < message.len() + ROOM {
            self.ends.resize(message.len() + ROOM, 0);
        }
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = self.avx2 {
            return avx2.parse(message, &mut self.ends, &mut self.update, &mut self.habits);
        }
        parse::parse(Plain, message, &mut self.ends, &mut self.update, &mut self.habits)
    }
}

impl Target for After {
    const NAME: &'static str = "fix-after";
    const FAMILY: &'static str = FAMILY;
    const DESCRIPTION: &'static str =
        "FIX market data in place: no allocation, fixed-point numbers";
    const PROTOCOL: &'static str = PROTOCOL;
    const STAGES: &'static [&'static str] = STAGES;
    const KINDS: &'static [&'static str] = KINDS;
    const ERRORS: &'static [&'static str] = ERRORS;

    fn create(_config: &str) -> Result<Self, String> {
        let update = Update { entries: Vec::with_capacity(1024), ..Update::default() };
        Ok(Self {
            update,
            ends: vec![0; 64 * 1024 + ROOM],
            habits: Box::new(Habits::NONE),
            #[cfg(target_arch = "x86_64")]
            avx2: avx2::Avx2::detect(),
        })
    }

    #[inline]
    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        self.parse(message.bytes)?;
        probe.mark_made(0, &self.update);
        let kind = self.update.kind.into();
        probe.understood(kind, &self.update, |update, digest| fold(update, message.bytes, digest));
        Ok(kind)
    }

    fn reset(&mut self) {
        self.update.clear();
        *self.habits = Habits::NONE;
    }
}
