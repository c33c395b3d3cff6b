//! The latency pass: a serialised timestamp before each message, at each mark, and after.

use super::rows::Row;
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
    let counts = replay_timed(feed, instance, volume, u32::MAX, progress, |answer, row| {
        let index = match answer {
            Answer::Kind(index) => index,
            Answer::Error(_) => rejected,
        };
        let times = kinds[index].get_or_insert_with(|| Box::new(Times::new(row.stamps.len())));
        times.record(scale, &row);
    })?;
    let names = description.kinds.iter().cloned().map(Some).chain([None]);
    let kinds = names.zip(kinds).filter_map(|(kind, times)| Some(times?.named(kind))).collect();
    Ok(LatencyResult { recorded: counts.recorded, settling: counts.settling, kinds })
}

struct Times {
    total: StageTimes,
    stages: Vec<StageTimes>,
}

impl Times {
    fn new(stages: usize) -> Self {
        Self { total: StageTimes::default(), stages: vec![StageTimes::default(); stages] }
    }

    fn record(&mut self, scale: Scale, row: &Row) {
        let mut before = row.start;
        let mut intervals = 1;
        for (stage, &stamp) in self.stages.iter_mut().zip(row.stamps) {
            if stamp != 0 {
                stage.record(scale.ns(before, stamp, 1));
                before = stamp;
                intervals += 1;
            }
        }
        self.total.record(scale.ns(row.start, row.end, intervals));
    }

    fn named(self, kind: Option<String>) -> KindTimes {
        let seen = |times: StageTimes| (times.count > 0).then_some(times);
        KindTimes { kind, total: self.total, stages: self.stages.into_iter().map(seen).collect() }
    }
}
