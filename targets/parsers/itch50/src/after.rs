//! The parser as it should be: no allocation, and no copy but the one into the decoded message.

use crate::{ERRORS, FAMILY, KINDS, Message, PROTOCOL, decode_into};
use latprobe_sdk::{Outcome, Probe, Target};
use std::mem::MaybeUninit;

/// `itch50-after`: integers and fixed-size text in a `Copy` enum, decoded without a branch on the
/// message type.
#[derive(Debug)]
pub struct After;

impl Target for After {
    const NAME: &'static str = "itch50-after";
    const FAMILY: &'static str = FAMILY;
    const DESCRIPTION: &'static str = "fixed-point fields, no allocation, no branch on the type";
    const PROTOCOL: &'static str = PROTOCOL;
    const STAGES: &'static [&'static str] = &["parse"];
    const KINDS: &'static [&'static str] = KINDS;
    const ERRORS: &'static [&'static str] = ERRORS;

    fn create(_config: &str) -> Result<Self, String> {
        Ok(Self)
    }

    #[inline]
    fn on_message(&mut self, message: latprobe_sdk::Message<'_>, probe: &mut Probe) -> Outcome {
        let mut slot = MaybeUninit::uninit();
        let decoded = &*decode_into(message.bytes, &mut slot)?;
        probe.mark_made(0, decoded);
        let kind = decoded.kind();
        probe.understood(kind, decoded, Message::fold);
        Ok(kind)
    }

    fn reset(&mut self) {}
}
