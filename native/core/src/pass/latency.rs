//! The latency pass: a serialised timestamp before each message, at each mark, and after.

use super::rows::Row;
use super::tail::{Tail, TailMessage};
use super::timed::{Scale, StageTimes, replay_timed};
use super::walk::{Progress, Volume};
use crate::instance::Answer;
use crate::{CoreError, Feed, Instance, Instrument};
use serde::Serialize;

/// What a latency pass found.
#[derive(Debug, Serialize)]
#[serde(tag = "collector", rename = "latency")]
pub struct LatencyResult {
    /// Messages that were timed and counted.
    pub recorded: u64,
    /// Measured messages that were not counted, since the loop had just been left before them.
    pub settling: u64,
    /// Histograms of each kind that was seen, and of the messages that were not understood.
    pub kinds: Vec<KindTimes>,
    /// The slowest messages, the slowest first.
    pub tail: Vec<TailMessage>,
}

/// The times of one kind's messages.
#[derive(Debug, Serialize)]
pub struct KindTimes {
    /// The kind's name; `None` for messages that were not understood.
    pub kind: Option<String>,
    /// The whole message.
    pub total: StageTimes,
    /// Each stage that a message of the kind came to the end of, by its index.
    pub stages: Vec<Option<StageTimes>>,
}

/// Times each message of `volume`.
///
/// # Errors
///
/// Where the feed is damaged or the target breaks the ABI.
pub fn latency(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    instrument: &Instrument,
    progress: Progress,
) -> Result<LatencyResult, CoreError> {
    let description = instance.description();
    let scale = Scale::of(instrument);
    let rejected = description.kinds.len();
    // In boxes: most targets meet few of their kinds.
    let mut kinds: Vec<Option<Box<Times>>> = (0..=rejected).map(|_| None).collect();
    let mut tail = Tail::new(scale);
    let counts =
        replay_timed(feed, instance, volume, u32::MAX, progress, |answer, row, origin| {
            let index = match answer {
                Answer::Kind(index) => index,
                Answer::Error(_) => rejected,
            };
            let times = kinds[index].get_or_insert_with(|| Box::new(Times::new(row.stamps.len())));
            let total_ns = times.record(scale, &row);
            tail.offer(total_ns, index, &row, origin);
        })?;
    let names = description.kinds.iter().cloned().map(Some).chain([None]);
    let kinds = names.zip(kinds).filter_map(|(kind, times)| Some(times?.named(kind))).collect();
    let tail = tail.finished(&description.kinds);
    Ok(LatencyResult { recorded: counts.recorded, settling: counts.settling, kinds, tail })
}

/// Cuts one message's time at the marks that it came to: hands over the index and the nanoseconds
/// of each stage, and answers those of the whole message.
pub(super) fn split(scale: Scale, row: &Row, mut stage: impl FnMut(usize, f64)) -> f64 {
    let mut before = row.start;
    let mut intervals = 1;
    for (index, &stamp) in row.stamps.iter().enumerate() {
        if stamp != 0 {
            stage(index, scale.ns(before, stamp, 1));
            before = stamp;
            intervals += 1;
        }
    }
    scale.ns(row.start, row.end, intervals)
}

struct Times {
    total: StageTimes,
    stages: Vec<StageTimes>,
}

impl Times {
    fn new(stages: usize) -> Self {
        Self { total: StageTimes::default(), stages: vec![StageTimes::default(); stages] }
    }

    fn record(&mut self, scale: Scale, row: &Row) -> f64 {
        let total_ns = split(scale, row, |stage, ns| self.stages[stage].record(ns));
        self.total.record(total_ns);
        total_ns
    }

    fn named(self, kind: Option<String>) -> KindTimes {
        let seen = |times: StageTimes| (times.count > 0).then_some(times);
        KindTimes { kind, total: self.total, stages: self.stages.into_iter().map(seen).collect() }
    }
}
