//! The tail pass: the latency pass over again, of which only some messages are looked at.
//!
//! What comes before a message decides what it costs: the state that it meets, the memory that is
//! there already, what the caches hold, how long it has been quiet. So all of it is replayed just as
//! it was, timestamps, plan and all.

use super::driven::Replay;
use super::journey::Taken;
use super::scale::Scale;
use super::split::split;
use super::timed::Timed;
use super::walk::{Progress, Volume};
use crate::{CoreError, Driving, Feed, Instance, Instrument};
use serde::Serialize;

/// What a tail pass found.
#[derive(Debug, Serialize)]
#[serde(tag = "collector", rename = "tail")]
pub struct ReplayedTail {
    /// How messages were handed over.
    pub driving: Driving,
    /// Those of the wanted messages that count in a pass, in their order.
    pub messages: Vec<ReplayedMessage>,
}

/// The time of one message.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ReplayedMessage {
    /// Its number, counted from the start of the pass.
    pub sequence: u64,
    /// Time of the whole message until `on_message` returned.
    pub total_ns: f64,
    /// Time until its last thread was done with it, where it has others.
    pub end_to_end_ns: Option<f64>,
}

/// Replays `volume` as a latency pass of the same `driving` does, for the times of the messages
/// numbered in `sequences`.
///
/// # Errors
///
/// As [`super::latency_driven`].
pub fn replay_tail(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    mut sequences: Vec<u64>,
    driving: Driving,
    instrument: &Instrument,
    progress: Progress,
) -> Result<ReplayedTail, CoreError> {
    let scale = Scale::of(instrument);
    sequences.sort_unstable();
    let mut messages = Vec::with_capacity(sequences.len());
    let replay = Replay { feed, volume, timed: Timed::ALL, instrument, progress };
    replay.driven(instance, driving, |_, row, _, origin| {
        if sequences.binary_search(&origin.sequence).is_ok() {
            let total_ns = split(scale, row, |_, _| ());
            let Taken { total_ns, end_to_end_ns } = Taken::of(row, total_ns, scale);
            messages.push(ReplayedMessage { sequence: origin.sequence, total_ns, end_to_end_ns });
        }
    })?;
    Ok(ReplayedTail { driving, messages })
}
