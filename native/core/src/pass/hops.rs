//! What a latency pass finds of a target's queues.

use super::journey::{End, Journey};
use super::rows::{Place, Row};
use super::scale::Scale;
use super::stage_times::StageTimes;
use crate::LatencyHistogram;
use serde::Serialize;

/// The queue of one hop, for the messages of one kind.
#[derive(Clone, Debug, Default, Serialize)]
pub struct HopTimes {
    /// From when a message was enqueued until it was dequeued, of those that were.
    pub wait: StageTimes,
    /// How many messages each met there.
    pub depth: Depths,
}

/// Numbers of messages.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Depths {
    /// Messages that came.
    pub count: u64,
    /// Sum of what they met.
    pub sum: u64,
    /// The most that any of them met.
    pub max: u64,
    /// HDR V2, of numbers and not of times.
    pub histogram: LatencyHistogram,
}

impl Depths {
    fn record(&mut self, depth: u64) {
        self.count += 1;
        self.sum += depth;
        self.max = self.max.max(depth);
        self.histogram.record_times(depth, 1);
    }
}

/// What one kind's messages did beside what the market-data thread saw of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Onward {
    pub end_to_end: StageTimes,
    pub end_to_end_response: StageTimes,
    pub hops: Vec<HopTimes>,
    pub superseded: u64,
    pub dropped: u64,
}

impl Onward {
    pub fn new(hops: usize) -> Self {
        Self { hops: vec![HopTimes::default(); hops], ..Self::default() }
    }

    /// Takes in one message, which waited for so long to be handed over.
    pub fn record(&mut self, scale: Scale, row: &Row, place: Place, waited_ns: f64) {
        let journey = Journey::of(row, place.track);
        for (hop, times) in (0..).zip(&mut self.hops) {
            if place.track.enqueued(hop).is_some() {
                times.depth.record(place.depths[hop as usize][row.index]);
            }
            if let Some(ns) = journey.waited(scale, hop) {
                times.wait.record(ns);
            }
        }
        match journey.end(scale) {
            End::Finished(ns) => {
                self.end_to_end.record(ns);
                self.end_to_end_response.record(ns + waited_ns);
            }
            End::Superseded => self.superseded += 1,
            End::Dropped => self.dropped += 1,
        }
    }
}
