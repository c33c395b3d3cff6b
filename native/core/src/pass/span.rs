//! The span pass: several stages in a row timed as one, and nothing else.
//!
//! Each timestamp waits for all work before it and holds back all work after it. Marks between the
//! stages would cut what the processor overlaps, so that here they take none: there is one at each
//! end of the span.

use super::driven::Replay;
use super::timed::{Scale, StageTimes};
use super::walk::{Progress, Volume};
use crate::instance::Answer;
use crate::{CoreError, Driving, Feed, Instance, Instrument};
use serde::Serialize;

/// Consecutive stages: from the end of the stage before `first` (or the start of the message) to
/// the end of `last`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Span {
    /// Index of its first stage.
    pub first: usize,
    /// Index of its last stage.
    pub last: usize,
}

/// What a span pass found.
#[derive(Debug, Serialize)]
#[serde(tag = "collector", rename = "span")]
pub struct SpanResult {
    /// What was timed.
    pub span: Span,
    /// Messages that were counted, whether they came to the end of the span or not.
    pub recorded: u64,
    /// As for the latency pass.
    pub settling: u64,
    /// Times of each kind of which a message came to the end of the span.
    pub kinds: Vec<KindSpan>,
}

/// The times of one kind's messages.
#[derive(Debug, Serialize)]
pub struct KindSpan {
    /// The kind's name; `None` for messages that were not understood.
    pub kind: Option<String>,
    /// From one end of the span to the other.
    pub times: StageTimes,
}

/// Times `span` of each message of `volume`, handed over as `driving` says.
///
/// # Errors
///
/// As [`super::latency`].
pub fn span(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    span: Span,
    driving: Driving,
    instrument: &Instrument,
    progress: Progress,
) -> Result<SpanResult, CoreError> {
    let description = instance.description();
    let scale = Scale::of(instrument);
    let rejected = description.kinds.len();
    let mut kinds = vec![StageTimes::default(); rejected + 1];
    // A span from the first stage on starts with the message.
    let before = span.first.checked_sub(1);
    let timed = before.map_or(0, |stage| 1 << stage) | 1 << span.last;
    let replay = Replay { feed, volume, timed, instrument, progress };
    let replayed = replay.driven(instance, driving, |answer, row, _, _| {
        let index = match answer {
            Answer::Kind(index) => index,
            Answer::Error(_) => rejected,
        };
        let from = before.map_or(row.start, |stage| row.stamps[stage]);
        let to = row.stamps[span.last];
        if from != 0 && to != 0 {
            kinds[index].record(scale.ns(from, to, 1));
        }
    })?;
    let counts = replayed.counts;
    let names = description.kinds.iter().cloned().map(Some).chain([None]);
    let kinds = names
        .zip(kinds)
        .filter(|(_, times)| times.count > 0)
        .map(|(kind, times)| KindSpan { kind, times })
        .collect();
    Ok(SpanResult { span, recorded: counts.recorded, settling: counts.settling, kinds })
}
