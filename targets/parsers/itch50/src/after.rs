//! The parser as it should be: no allocation, no copy but the one into the decoded message.

use crate::{ERRORS, FAMILY, KINDS, Message, PROTOCOL, decode};
use latprobe_sdk::{Outcome, Probe, Target};

/// `itch50-after`: fixed-point integers in a `Copy` enum.
#[derive(Debug)]
pub struct After;

impl Target for After {
    const NAME: &'static str = "itch50-after";
    const FAMILY: &'static str = FAMILY;
    const DESCRIPTION: &'static str = "fixed-point integers in a Copy enum, no allocation";
    const PROTOCOL: &'static str = PROTOCOL;
    const STAGES: &'static [&'static str] = &["parse"];
    const KINDS: &'static [&'static str] = KINDS;
    const ERRORS: &'static [&'static str] = ERRORS;

    fn create(_config: &str) -> Result<Self, String> {
        Ok(Self)
    }

    #[inline]
    fn on_message(&mut self, message: latprobe_sdk::Message<'_>, probe: &mut Probe) -> Outcome {
        let decoded = decode(message.bytes)?;
        probe.mark(0);
        let kind = decoded.kind();
        probe.understood(kind, &decoded, Message::fold);
        Ok(kind)
    }

    fn reset(&mut self) {}
}
