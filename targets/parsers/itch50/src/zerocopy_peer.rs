//! What a well-kept library gives: `zerocopy` lays a struct over the bytes and checks it.
//!
//! A crate for ITCH itself would be the nearer peer, but those that are published do not do the
//! same job: `itchy` 0.3 reads streams only, not a message, does not know the types `h` and `O`,
//! refuses codes that it has not heard of, and panics at an unknown type; `lunary` 0.2 comes under
//! the AGPL.

#[macro_use]
mod define;
mod value;
mod wire;

use crate::{ERRORS, FAMILY, KINDS, Message, PROTOCOL};
use latprobe_sdk::{Outcome, Probe, Target};
use std::mem::MaybeUninit;

/// `itch50-zerocopy`: structs laid over the bytes, then the same message as [`crate::After`] makes.
#[derive(Debug)]
pub struct ZerocopyPeer;

impl Target for ZerocopyPeer {
    const NAME: &'static str = "itch50-zerocopy";
    const FAMILY: &'static str = FAMILY;
    const DESCRIPTION: &'static str = "zerocopy structs laid over the bytes, then a Copy enum";
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
        let decoded = &*wire::decode_into(message.bytes, &mut slot)?;
        probe.mark_made(0, decoded);
        let kind = decoded.kind();
        probe.understood(kind, decoded, Message::fold);
        Ok(kind)
    }

    fn reset(&mut self) {}
}
