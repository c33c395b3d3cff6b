//! The span pass: several stages in a row timed as one, and nothing else.
//!
//! Each timestamp waits for all work before it and holds back all work after it. Marks between the
//! stages would cut what the processor overlaps, so that here they take none: there is one at each
//! end of the span.

use super::driven::Replay;
use super::rows::Row;
use super::scale::Scale;
use super::stage_times::StageTimes;
use super::timed::Timed;
use super::walk::{Progress, Volume};
use crate::instance::Answer;
use crate::library::TargetDescription;
use crate::tracks::ENDS;
use crate::{CoreError, Driving, Feed, Instance, Instrument};
use latprobe_abi::Column;
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
    let rejected = instance.kind_count();
    let mut kinds = vec![StageTimes::default(); rejected + 1];
    let ends = Ends::of(span, description);
    let replay = Replay { feed, volume, timed: ends.timed(), instrument, progress };
    let replayed = replay.driven(instance, driving, |answer, row, _, _| {
        let index = match answer {
            Answer::Kind(index) => index,
            Answer::Error(_) => rejected,
        };
        if let (Some(from), Some(to)) = (ends.start(row), ends.end(row)) {
            kinds[index].record(scale.ns(from, to, 1));
        }
    })?;
    let counts = replayed.counts;
    let kinds = instance
        .by_kind(kinds)
        .filter(|(_, times)| times.count > 0)
        .map(|(kind, times)| KindSpan { kind, times })
        .collect();
    Ok(SpanResult { span, recorded: counts.recorded, settling: counts.settling, kinds })
}

/// Where a span begins and ends.
struct Ends {
    span: Span,
    /// Hops that stand before its first stage: where there is one, it begins when the message was
    /// taken out of the queue.
    hops: Vec<u32>,
    all_hops: u32,
}

impl Ends {
    fn of(span: Span, target: &TargetDescription) -> Self {
        let hops = (0..).zip(&target.hops).filter(|(_, hop)| hop.stage == span.first);
        #[allow(clippy::cast_possible_truncation)] // at most 8
        let all_hops = target.hops.len() as u32;
        Self { span, hops: hops.map(|(index, _)| index).collect(), all_hops }
    }

    fn timed(&self) -> Timed {
        // A span from the first stage on starts with the message.
        let before = self.span.first.checked_sub(1);
        let stages = before.map_or(0, |stage| 1 << stage) | 1 << self.span.last;
        let marked = (0..32).filter(|stage| stages & (1 << stage) != 0);
        let marks = marked.fold(0, |bits, stage| bits | Column::marked(self.all_hops, stage).bit());
        let dequeued = self.hops.iter().fold(0, |bits, &hop| bits | Column::dequeued(hop).bit());
        Timed { stages, columns: ENDS | marks | dequeued }
    }

    fn start(&self, row: &Row) -> Option<u64> {
        let dequeued = row
            .place
            .and_then(|it| self.hops.iter().filter_map(|&hop| it.track.dequeued(hop)).max());
        let before = || match self.span.first.checked_sub(1) {
            Some(stage) => marked(row, stage),
            None => Some(row.start),
        };
        dequeued.or_else(before)
    }

    fn end(&self, row: &Row) -> Option<u64> {
        marked(row, self.span.last)
    }
}

/// When a stage was done, whatever thread did it.
fn marked(row: &Row, stage: usize) -> Option<u64> {
    let own = Some(row.stamps[stage]).filter(|&stamp| stamp != 0);
    #[allow(clippy::cast_possible_truncation)] // at most 32
    own.or_else(|| row.place?.track.marked(stage as u32))
}
