//! What it costs to drive a target that does nothing but mark.
//!
//! The target takes a timestamp in the first and in the last message of a latency pass: the time
//! between them is that of the pass's own loop, whatever the pass does before and after.

use crate::feed_file::bounded_feed;
use crate::rounds::{ROUNDS, Rounds, clock};
use latprobe_abi::stamp;
use latprobe_core::pass::{self, Progress, Volume};
use latprobe_core::{Clock, Feed, Instance, Instrument, Library};
use latprobe_sdk::{Kind, Message, Metrics, Outcome, Probe, Target, entry, leak_table};
use serde::Serialize;
use std::error::Error;
use std::hint::black_box;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// So few that a round is short beside the time for which a busy machine takes the processor.
const MESSAGES: usize = 4_000;

const READS: u32 = 5_000;

/// What driving costs. Times in nanoseconds.
#[derive(Debug, Serialize)]
pub struct Driving {
    /// One serialised timestamp, amortised over many.
    pub read_ns: Rounds,
    /// One message without a mark.
    pub message_ns: Rounds,
    /// The same, in units of two timestamps of the same round.
    pub message_in_two_reads: Rounds,
    /// Messages of 0, 1, 2, 4 and 8 marks.
    pub by_marks: Vec<Marked>,
    /// One further mark: the slope of a straight line through them.
    pub mark_ns: Rounds,
    /// The same, in units of one timestamp of the same round.
    pub mark_in_reads: Rounds,
}

/// A message of so many marks.
#[derive(Debug, Serialize)]
pub struct Marked {
    pub marks: u32,
    pub message_ns: Rounds,
}

/// One round, in ticks.
struct Round {
    read: f64,
    messages: [f64; 5],
}

const MARKS: [u32; 5] = [0, 1, 2, 4, 8];

/// Marks `MARKS` stages.
struct Marker<const MARKS: usize> {
    first: u64,
    last: u64,
}

impl<const MARKS: usize> Target for Marker<MARKS> {
    const NAME: &'static str = ["0", "1", "2", "", "4", "", "", "", "8"][MARKS];
    const FAMILY: &'static str = "marker";
    /// No target has none; the stage of a target that does not mark is never done.
    const STAGES: &'static [&'static str] =
        ["a", "b", "c", "d", "e", "f", "g", "h"].split_at(if MARKS == 0 { 1 } else { MARKS }).0;
    const KINDS: &'static [&'static str] = &["any"];

    fn create(_config: &str) -> Result<Self, String> {
        Ok(Self { first: 0, last: 0 })
    }

    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        if !message.bytes.is_empty() {
            (self.first, self.last) = (self.last, stamp());
        }
        for stage in 0..MARKS {
            #[allow(clippy::cast_possible_truncation)] // at most 8
            probe.mark(stage as u32);
        }
        Ok(Kind(0))
    }

    fn reset(&mut self) {}

    fn metrics(&self, metrics: &mut Metrics) {
        metrics.report("ticks", (self.last - self.first) as f64);
    }
}

/// Measures in rounds that alternate.
///
/// # Errors
///
/// Where the temporary folder cannot be written to.
pub fn measure() -> Result<Driving, Box<dyn Error>> {
    let library = Library::linked(
        "marker",
        leak_table(vec![
            entry::<Marker<0>>(),
            entry::<Marker<1>>(),
            entry::<Marker<2>>(),
            entry::<Marker<4>>(),
            entry::<Marker<8>>(),
        ]),
    )?;
    let feed = bounded_feed(MESSAGES)?;
    let clock = clock();
    let instrument = Instrument::measure(Duration::from_millis(10))?;
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let read = read_ticks();
        let mut messages = [0.0; MARKS.len()];
        for (ticks, marks) in messages.iter_mut().zip(MARKS) {
            *ticks = message_ticks(&library, marks, &feed, &instrument)?;
        }
        rounds.push(Round { read: f64::midpoint(read, read_ticks()), messages });
    }
    Ok(summary(&rounds, clock))
}

fn summary(rounds: &[Round], clock: Clock) -> Driving {
    let over = |figure: &dyn Fn(&Round) -> f64| Rounds::of(rounds.iter().map(figure));
    let ns = clock.ns_per_tick;
    Driving {
        read_ns: over(&|it| it.read * ns),
        message_ns: over(&|it| it.messages[0] * ns),
        message_in_two_reads: over(&|it| it.messages[0] / (2.0 * it.read)),
        by_marks: (0..MARKS.len())
            .map(|index| Marked {
                marks: MARKS[index],
                message_ns: over(&|it| it.messages[index] * ns),
            })
            .collect(),
        mark_ns: over(&|it| slope(&it.messages) * ns),
        mark_in_reads: over(&|it| slope(&it.messages) / it.read),
    }
}

/// By least squares.
fn slope(ticks: &[f64; MARKS.len()]) -> f64 {
    let mean_marks = f64::from(MARKS.iter().sum::<u32>()) / MARKS.len() as f64;
    let from_mean = || MARKS.map(|marks| f64::from(marks) - mean_marks).into_iter();
    let covariance: f64 = from_mean().zip(ticks).map(|(marks, ticks)| marks * ticks).sum();
    covariance / from_mean().map(|marks| marks * marks).sum::<f64>()
}

fn read_ticks() -> f64 {
    let start = stamp();
    for _ in 1..READS {
        black_box(stamp());
    }
    (stamp() - start) as f64 / f64::from(READS)
}

fn message_ticks(
    library: &Library,
    marks: u32,
    feed: &Feed,
    instrument: &Instrument,
) -> Result<f64, Box<dyn Error>> {
    let mut instance = Instance::create(library, &marks.to_string(), "{}")?;
    let counter = AtomicU64::new(0);
    let volume = Volume { warmup: 0, measured: MESSAGES as u64 };
    pass::latency(feed, &mut instance, volume, instrument, Progress::to(&counter))?;
    let metrics = instance.metrics();
    Ok(metrics["ticks"] / (MESSAGES - 1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_what_each_mark_adds() {
        let ticks = MARKS.map(|marks| 40.0 + 19.5 * f64::from(marks));
        assert!((slope(&ticks) - 19.5).abs() < 1e-9);
    }
}
