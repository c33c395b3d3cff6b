//! The latency pass: a serialised timestamp before each message, at each mark, and after.

use super::driven::{Replay, Replayed};
use super::hops::{HopTimes, Onward};
use super::journey::Taken;
use super::pacing::Pacing;
use super::rows::Row;
use super::scale::Scale;
use super::split::split;
use super::stage_times::StageTimes;
use super::tail::{Tail, TailMessage};
use super::timed::{Origin, Timed};
use super::walk::{Progress, Volume};
use crate::instance::Answer;
use crate::library::TargetDescription;
use crate::{CoreError, Driving, Feed, Instance, Instrument, Pace};
use serde::Serialize;

/// What a latency pass found.
#[derive(Debug, Serialize)]
#[serde(tag = "collector", rename = "latency")]
pub struct LatencyResult {
    /// How messages were handed over.
    pub driving: Driving,
    /// Messages that were timed and counted.
    pub recorded: u64,
    /// Measured messages that were not counted, since the loop had just been left before them.
    pub settling: u64,
    /// Measured messages that were not counted, since they stand between those that the condition
    /// of the pass was made for.
    pub passed_over: u64,
    /// How well the plan was kept, in paced driving.
    pub pacing: Option<Pacing>,
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
    /// The whole message, from when it was handed over.
    pub total: StageTimes,
    /// The whole message, from when it was due, in paced driving.
    pub response: Option<StageTimes>,
    /// Each stage that a message of the kind came to the end of, by its index, whatever thread it is
    /// on.
    pub stages: Vec<Option<StageTimes>>,
    /// The whole message, from when it was handed over until its last thread was done with it: of a
    /// target with hops.
    pub end_to_end: Option<StageTimes>,
    /// The same from when it was due, in paced driving.
    pub end_to_end_response: Option<StageTimes>,
    /// Each hop whose queue a message of the kind came to, by its index.
    pub hops: Vec<Option<HopTimes>>,
    /// Messages whose place in a queue a newer one took.
    pub superseded: u64,
    /// Messages that were given up.
    pub dropped: u64,
}

/// Times each message of `volume` in closed driving.
///
/// # Errors
///
/// As [`latency_driven`].
pub fn latency(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    instrument: &Instrument,
    progress: Progress,
) -> Result<LatencyResult, CoreError> {
    latency_driven(feed, instance, volume, Driving::Closed, instrument, progress)
}

/// Times each message of `volume` that `driving` makes figures of.
///
/// # Errors
///
/// Where the feed is damaged or the target breaks the ABI, or there is no memory for cold driving.
pub fn latency_driven(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    driving: Driving,
    instrument: &Instrument,
    progress: Progress,
) -> Result<LatencyResult, CoreError> {
    let replay = Replay { feed, volume, timed: Timed::ALL, instrument, progress };
    let mut found = Found::new(instance, driving, instrument);
    let replayed = replay.driven(instance, driving, |answer, row, waited, origin| {
        found.record(answer, row, waited, origin);
    })?;
    Ok(found.told(instance, driving, replayed))
}

/// As [`latency_driven`] by a plan, with another clock than the processor's: for tests, in which
/// the target says how much time goes by. Marks still read the processor's.
///
/// # Errors
///
/// As [`latency_driven`].
pub fn latency_by(
    now: impl Fn() -> u64,
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    pace: Pace,
    instrument: &Instrument,
    progress: Progress,
) -> Result<LatencyResult, CoreError> {
    let replay = Replay { feed, volume, timed: Timed::ALL, instrument, progress };
    let driving = Driving::Paced(pace);
    let mut found = Found::new(instance, driving, instrument);
    let replayed = replay.paced(instance, pace, now, |answer, row, waited, origin| {
        found.record(answer, row, waited, origin);
    })?;
    Ok(found.told(instance, driving, replayed))
}

/// What has been found so far.
struct Found<'pass> {
    target: &'pass TargetDescription,
    /// Of each kind that was met, and last of those messages that were not understood. In boxes: most
    /// targets meet few of their kinds.
    kinds: Vec<Option<Box<Times>>>,
    has_response: bool,
    scale: Scale,
    tail: Tail<'pass>,
}

impl<'pass> Found<'pass> {
    fn new(instance: &Instance<'pass>, driving: Driving, instrument: &Instrument) -> Self {
        let scale = Scale::of(instrument);
        Self {
            target: instance.description(),
            kinds: (0..=instance.kind_count()).map(|_| None).collect(),
            has_response: matches!(driving, Driving::Paced(_)),
            scale,
            tail: Tail::new(scale),
        }
    }

    #[inline]
    fn record(&mut self, answer: Answer, row: &Row, waited: u64, origin: &Origin<'pass>) {
        let index = match answer {
            Answer::Kind(index) => index,
            Answer::Error(_) => self.kinds.len() - 1,
        };
        let times =
            self.kinds[index].get_or_insert_with(|| Times::boxed(self.target, self.has_response));
        let total_ns = times.record(self.scale, row, waited);
        self.tail.offer(Taken::of(row, total_ns, self.scale), index, row, origin);
    }

    fn told(self, instance: &Instance, driving: Driving, replayed: Replayed) -> LatencyResult {
        let Replayed { counts, pacing } = replayed;
        let kinds = instance.by_kind(self.kinds);
        let kinds = kinds.filter_map(|(kind, times)| Some(times?.named(kind))).collect();
        LatencyResult {
            driving,
            recorded: counts.recorded,
            settling: counts.settling,
            passed_over: counts.passed_over,
            pacing,
            kinds,
            tail: self.tail.finished(&instance.kinds()),
        }
    }
}

struct Times {
    total: StageTimes,
    has_response: bool,
    response: StageTimes,
    stages: Vec<StageTimes>,
    onward: Onward,
}

impl Times {
    #[cold]
    fn boxed(target: &TargetDescription, has_response: bool) -> Box<Self> {
        Box::new(Self {
            total: StageTimes::default(),
            has_response,
            response: StageTimes::default(),
            stages: vec![StageTimes::default(); target.stages.len()],
            onward: Onward::new(target.hops.len()),
        })
    }

    #[inline]
    fn record(&mut self, scale: Scale, row: &Row, waited_ticks: u64) -> f64 {
        let service_ns = split(scale, row, |stage, ns| self.stages[stage].record(ns));
        self.total.record(service_ns);
        if self.has_response || row.place.is_some() {
            self.record_beyond(scale, row, service_ns, waited_ticks);
        }
        service_ns
    }

    /// What there is of a message before it was handed over, and on other threads.
    #[inline(never)]
    fn record_beyond(&mut self, scale: Scale, row: &Row, service_ns: f64, waited_ticks: u64) {
        // Both ends of the wait are readings of the same clock: no offset to be taken off.
        let waited_ns = scale.raw_ns(waited_ticks);
        if self.has_response {
            self.response.record(service_ns + waited_ns);
        }
        if let Some(place) = row.place {
            self.onward.record(scale, row, place, waited_ns);
        }
    }

    fn named(self, kind: Option<String>) -> KindTimes {
        let seen = |times: StageTimes| (times.count > 0).then_some(times);
        let (stages, onward) = (self.stages.into_iter().map(seen).collect(), self.onward);
        let responds = |times| seen(times).filter(|_| self.has_response);
        KindTimes {
            kind,
            total: self.total,
            response: responds(self.response),
            stages,
            end_to_end: seen(onward.end_to_end),
            end_to_end_response: responds(onward.end_to_end_response),
            hops: onward.hops.into_iter().map(|hop| (hop.depth.count > 0).then_some(hop)).collect(),
            superseded: onward.superseded,
            dropped: onward.dropped,
        }
    }
}
