//! The family's targets.

use crate::decoder::Decoder;
use crate::message::{Frame, Level};
use crate::peers::{self, Library};
use crate::{DecodeError, KINDS, before};
use latprobe_sdk::{Message, Outcome, Probe, Target};
use std::marker::PhantomData;

/// The one stage.
const STAGES: &[&str] = &["parse"];

/// Marks the stage, and says what was understood.
#[allow(clippy::needless_pass_by_value)] // what was made for a message goes away with it
fn report<Text: AsRef<str>, Levels: AsRef<[Level]>>(
    parsed: Result<Frame<Text, Levels>, DecodeError>,
    probe: &mut Probe,
) -> Outcome {
    probe.mark_made(0, &parsed);
    match &parsed {
        Ok(frame) => {
            let kind = frame.message.kind();
            probe.understood(kind, frame, Frame::fold);
            Ok(kind)
        }
        Err(error) => Err(error.reject()),
    }
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

/// `json-serde` and `json-sonic`: see [`crate::peers`].
#[derive(Debug)]
pub struct Peer<L>(PhantomData<L>);

impl<L: Library> Target for Peer<L> {
    const NAME: &'static str = L::NAME;
    const FAMILY: &'static str = "json";
    const DESCRIPTION: &'static str = L::DESCRIPTION;
    const PROTOCOL: &'static str = "json";
    const STAGES: &'static [&'static str] = STAGES;
    const KINDS: &'static [&'static str] = KINDS;
    const ERRORS: &'static [&'static str] = DecodeError::NAMES;

    fn create(_config: &str) -> Result<Self, String> {
        Ok(Self(PhantomData))
    }

    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        match peers::decode::<L>(message.bytes) {
            Some(frame) => report(Ok(frame), probe),
            None => report(before::decode(message.bytes), probe),
        }
    }

    fn reset(&mut self) {}
}
