//! The parser as it is often written first: everything is looked up by name, and owned.
//!
//! A message is cut up by a table of named fields into a map from names to texts, as one does to
//! look at it or to write it to a CSV file; the typed message is then read out of the map. It is
//! correct, easy to extend, and allocates several times a field.

#[macro_use]
mod define;
mod fields;
mod messages;
mod value;

pub use fields::{Fields, Format, Position};
pub use messages::*;

use crate::{ERRORS, FAMILY, KINDS, PROTOCOL, Reject};
use latprobe_sdk::{Outcome, Probe, Target};

/// Decodes one message, from its type to its end.
///
/// # Errors
///
/// The first [`Reject`] that holds.
pub fn decode(bytes: &[u8]) -> Result<OwnedMessage, Reject> {
    let Some(&message_type) = bytes.first() else { return Err(Reject::Empty) };
    let layout = layout(message_type).ok_or(Reject::UnknownType)?;
    let fields = Fields::cut(bytes, layout)?;
    OwnedMessage::from_fields(message_type, &fields)
}

/// `itch50-before`: a map of texts, then owned text and numbers in an enum.
#[derive(Debug)]
pub struct Before;

impl Target for Before {
    const NAME: &'static str = "itch50-before";
    const FAMILY: &'static str = FAMILY;
    const DESCRIPTION: &'static str = "a map of strings, then owned strings in an enum";
    const PROTOCOL: &'static str = PROTOCOL;
    const STAGES: &'static [&'static str] = &["parse"];
    const KINDS: &'static [&'static str] = KINDS;
    const ERRORS: &'static [&'static str] = ERRORS;

    fn create(_config: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_message(&mut self, message: latprobe_sdk::Message<'_>, probe: &mut Probe) -> Outcome {
        let decoded = decode(message.bytes)?;
        probe.mark_made(0, &decoded);
        let kind = decoded.kind();
        probe.understood(kind, &decoded, OwnedMessage::fold);
        Ok(kind)
    }

    fn reset(&mut self) {}
}
