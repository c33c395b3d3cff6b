//! The variant for production: borrowed text, fixed-point numbers, no allocation.

mod reader;
mod scan;
mod slot;
mod value;

use crate::text::Span;
use crate::{ERRORS, FAMILY, Fault, KINDS, PROTOCOL, STAGES, Update};
use crate::{fold::fold, frame::Frame};
use latprobe_sdk::{Message, Outcome, Probe, Target};
use scan::Scan;

/// Parses in place, into memory that is reused.
///
/// It allocates only for a message longer, or with more entries, than it has room for: it starts with
/// room for 64 KiB and 1024 entries.
pub struct After {
    update: Update<Span>,
    scan: Scan,
}

impl After {
    fn parse(&mut self, message: &[u8]) -> Result<(), Fault> {
        let frame = Frame::find(message)?;
        let sum = self.scan.run(&message[..frame.trailer]);
        if u32::from(sum) != frame.checksum {
            return Err(Fault::BadChecksum);
        }
        reader::read(message, frame, self.scan.ends(), &mut self.update)
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
        Ok(Self { update, scan: Scan::with_room_for(64 * 1024) })
    }

    #[inline]
    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        self.parse(message.bytes)?;
        probe.mark(0);
        let kind = self.update.kind.into();
        probe.understood(kind, &self.update, |update, digest| fold(update, message.bytes, digest));
        Ok(kind)
    }

    fn reset(&mut self) {
        self.update.clear();
    }
}
