//! What it costs to put a sample into its histogram.

use crate::rounds::{ROUNDS, Rounds, clock};
use hdrhistogram::Histogram;
use latprobe_abi::stamp;
use latprobe_core::LatencyHistogram;
use serde::Serialize;
use std::hint::black_box;

/// What one sample costs. Times in nanoseconds.
#[derive(Debug, Serialize)]
pub struct Recording {
    /// In latprobe's histogram, by `record`.
    pub sample_ns: Rounds,
    /// In the `hdrhistogram` crate's, by `record`, of the same range and digits.
    pub hdrhistogram_ns: Rounds,
    /// The first over the second, of the same round.
    pub ratio: Rounds,
}

const SAMPLES: usize = 8192;
const TIMES_EACH: usize = 16;
const HOUR_NS: u64 = 3_600_000_000_000;

/// Measures in rounds that alternate.
///
/// # Panics
///
/// Never: the bounds of the histogram are constants.
pub fn measure() -> Recording {
    let samples_ns = samples_ns();
    let exact_ns: Vec<f64> = samples_ns.iter().map(|&ns| ns as f64).collect();
    let mut ours = LatencyHistogram::default();
    let mut theirs = Histogram::<u64>::new_with_bounds(1, HOUR_NS, 3).expect("sound bounds");
    let clock = clock();
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let sample = per_sample(&exact_ns, |ns| ours.record(ns));
        let hdrhistogram = per_sample(&samples_ns, |ns| {
            // An hour fits, and no sample is longer.
            let _ = theirs.record(ns);
        });
        rounds.push((sample * clock.ns_per_tick, hdrhistogram * clock.ns_per_tick));
    }
    black_box((ours.count(), theirs.len()));
    Recording {
        sample_ns: Rounds::of(rounds.iter().map(|round| round.0)),
        hdrhistogram_ns: Rounds::of(rounds.iter().map(|round| round.1)),
        ratio: Rounds::of(rounds.iter().map(|round| round.0 / round.1)),
    }
}

/// Some ten to some thousand nanoseconds with a long tail, as latencies are, and in no order that
/// a processor could learn.
fn samples_ns() -> Vec<u64> {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..SAMPLES)
        .map(|_| {
            let tail = next().trailing_zeros().min(16);
            20 + next() % 60 + ((next() % 40) << tail)
        })
        .collect()
}

/// Ticks of one sample.
fn per_sample<T: Copy>(samples: &[T], mut record: impl FnMut(T)) -> f64 {
    let start = stamp();
    for _ in 0..TIMES_EACH {
        for sample in black_box(samples) {
            record(*sample);
        }
    }
    (stamp() - start) as f64 / (samples.len() * TIMES_EACH) as f64
}
