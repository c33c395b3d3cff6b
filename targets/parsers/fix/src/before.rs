//! The variant that people write first: owned strings, maps by tag, clones.

mod fields;
mod group;
mod number;
mod typed;

use crate::fold::fold;
use crate::{ERRORS, FAMILY, Fault, KINDS, PROTOCOL, STAGES, Update};
use latprobe_sdk::{Message, Outcome, Probe, Target};

/// Splits a message into strings, gathers them in maps, and makes an update of those.
pub struct Before;

impl Before {
    fn parse(message: &[u8]) -> Result<Update<String>, Fault> {
        let fields = fields::split(message)?;
        let grouped = group::group(&fields)?;
        typed::update(&fields, &grouped)
    }
}

impl Target for Before {
    const NAME: &'static str = "fix-before";
    const FAMILY: &'static str = FAMILY;
    const DESCRIPTION: &'static str = "FIX market data as strings in maps: what is written first";
    const PROTOCOL: &'static str = PROTOCOL;
    const STAGES: &'static [&'static str] = STAGES;
    const KINDS: &'static [&'static str] = KINDS;
    const ERRORS: &'static [&'static str] = ERRORS;

    fn create(_config: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        let update = Self::parse(message.bytes)?;
        probe.mark_made(0, &update);
        let kind = update.kind.into();
        probe.understood(kind, &update, |update, digest| fold(update, message.bytes, digest));
        Ok(kind)
    }

    fn reset(&mut self) {}
}
