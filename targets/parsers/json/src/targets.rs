//! The family's targets.

use crate::decoder::Decoder;
use crate::message::{Frame, Level};
use crate::{DecodeError, KINDS, before};
use latprobe_sdk::{Message, Outcome, Probe, Target};

/// The one stage.
const STAGES: &[&str] = &["parse"];

/// Marks the stage, and says what was understood.
fn report<Text: AsRef<str>, Levels: AsRef<[Level]>>(
    parsed: Result<Frame<Text, Levels>, DecodeError>,
    probe: &mut Probe,
) -> Outcome {
    probe.mark(0);
    let frame = parsed.map_err(DecodeError::reject)?;
    let kind = frame.message.kind();
    probe.understood(kind, &frame, Frame::fold);
    Ok(kind)
}

/// `json-before`: see [`before`].
#[derive(Debug)]
pub struct Before;

impl Target for Before {
    const NAME: &'static str = "json-before";
    const FAMILY: &'static str = "json";
    const DESCRIPTION: &'static str = "a tree of values, maps, owned strings, clones";
    const PROTOCOL: &'static str = "json";
    const STAGES: &'static [&'static str] = STAGES;
    const KINDS: &'static [&'static str] = KINDS;
    const ERRORS: &'static [&'static str] = DecodeError::NAMES;

    fn create(_config: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        report(before::decode(message.bytes), probe)
    }

    fn reset(&mut self) {}
}

/// `json-after`: see [`Decoder`].
#[derive(Debug)]
pub struct After {
    decoder: Decoder,
}

impl Target for After {
    const NAME: &'static str = "json-after";
    const FAMILY: &'static str = "json";
    const DESCRIPTION: &'static str = "borrowed, fixed point, no allocation";
    const PROTOCOL: &'static str = "json";
    const STAGES: &'static [&'static str] = STAGES;
    const KINDS: &'static [&'static str] = KINDS;
    const ERRORS: &'static [&'static str] = DecodeError::NAMES;

    fn create(_config: &str) -> Result<Self, String> {
        Ok(Self { decoder: Decoder::new() })
    }

    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        report(self.decoder.decode(message.bytes), probe)
    }

    fn reset(&mut self) {}
}
