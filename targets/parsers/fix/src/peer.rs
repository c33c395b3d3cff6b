//! The public crate `fix-codec-rs`, put to the same work.
//!
//! Of the crates looked at, it is the one that reads market data of any venue without allocating:
//! `hotfix-message` and `rustyfix` go by a dictionary, `fixlite` by a structure for each message type,
//! and `ironfix-tagvalue` refuses messages that start with field 1128. It splits a message into
//! borrowed fields, checks length and checksum, and finds a group's entries; numbers are left to its
//! user.

mod checks;
mod read;
mod typed;

use crate::fold::fold;
use crate::{ERRORS, FAMILY, Fault, KINDS, PROTOCOL, STAGES};
use fix_codec_rs::decoder::Decoder;
use latprobe_sdk::{Message, Outcome, Probe, Target};

/// Parses with `fix-codec-rs`.
pub struct FixCodecRs {
    decoder: Decoder,
    /// A message that the crate would not take as it came.
    copy: Vec<u8>,
}

impl Target for FixCodecRs {
    const NAME: &'static str = "fix-codec-rs";
    const FAMILY: &'static str = FAMILY;
    const DESCRIPTION: &'static str = "FIX market data with the public crate fix-codec-rs";
    const PROTOCOL: &'static str = PROTOCOL;
    const STAGES: &'static [&'static str] = STAGES;
    const KINDS: &'static [&'static str] = KINDS;
    const ERRORS: &'static [&'static str] = ERRORS;

    fn create(_config: &str) -> Result<Self, String> {
        Ok(Self { decoder: Decoder::with_capacity(1024), copy: Vec::new() })
    }

    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        let bytes = message.bytes;
        if let Ok(decoded) = self.decoder.decode(bytes)
            && checks::are_plain(&decoded)
        {
            checks::frame(&decoded, bytes)?;
            return understand(&decoded, bytes, probe);
        }
        checks::copy_plain(bytes, &mut self.copy)?;
        let decoded = self.decoder.decode(&self.copy).map_err(|_| Fault::NotAField)?;
        checks::fields(&decoded, &self.copy)?;
        understand(&decoded, bytes, probe)
    }

    fn reset(&mut self) {}
}

fn understand(
    decoded: &fix_codec_rs::message::Message<'_>,
    bytes: &[u8],
    probe: &mut Probe,
) -> Outcome {
    let update = typed::update(decoded)?;
    probe.mark_made(0, &update);
    let kind = update.kind.into();
    probe.understood(kind, &update, |update, digest| fold(update, bytes, digest));
    Ok(kind)
}
