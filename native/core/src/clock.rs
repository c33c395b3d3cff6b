//! The clock that messages are timed with, and what it can see.

use crate::granularity::granularity_ticks;
use crate::timestamp::{choice, stamp};
use serde::Serialize;
use std::time::{Duration, Instant};

/// Turns ticks into nanoseconds.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Length of one tick.
    pub ns_per_tick: f64,
}

/// What one look at the clock found. Times in nanoseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ClockReading {
    /// Which clock: `tsc`, `cntvct` or `monotonic_raw`.
    pub source: &'static str,
    /// Why it is the one.
    pub reason: &'static str,
    /// Ticks in a second.
    pub frequency_hz: f64,
    /// Smallest step between two readings that differ.
    pub granularity_ns: f64,
    /// Cost of one serialised reading, amortised over many.
    pub read_cost_ns: f64,
}

impl Clock {
    /// Measures the tick against the monotonic clock over `period`.
    ///
    /// Each end is read 16 times and the tightest bracket kept, so that an interrupt between
    /// the two clocks does not skew the ratio: over 10 ms it is good to some parts in a million.
    #[must_use]
    pub fn measure(period: Duration) -> Self {
        Self::measure_from(Sight::now(), period)
    }

    /// As [`Clock::measure`], from a look at the clocks that was just taken.
    pub(crate) fn measure_from(start: Sight, period: Duration) -> Self {
        while start.instant.elapsed() < period {
            std::hint::spin_loop();
        }
        Self::between(start, Sight::now())
    }

    pub(crate) fn between(start: Sight, end: Sight) -> Self {
        let ns = end.instant.duration_since(start.instant).as_nanos() as f64;
        Self { ns_per_tick: ns / (end.ticks - start.ticks) as f64 }
    }

    /// So many nanoseconds in ticks, to the whole one.
    #[must_use]
    pub(crate) fn ticks(self, ns: f64) -> u64 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
        let ticks = (ns / self.ns_per_tick) as u64;
        ticks
    }

    /// Reads the clock's own properties.
    #[must_use]
    pub fn read(self) -> ClockReading {
        ClockReading {
            source: choice().source.name(),
            reason: &choice().reason,
            frequency_hz: 1e9 / self.ns_per_tick,
            granularity_ns: granularity_ticks(&readings()) as f64 * self.ns_per_tick,
            read_cost_ns: read_cost_ticks() * self.ns_per_tick,
        }
    }
}

/// The two clocks, read as close together as can be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight {
    instant: Instant,
    ticks: u64,
}

impl Sight {
    /// Settles which clock it is, if it is the first look.
    pub fn now() -> Self {
        choice();
        let mut best = (Self { instant: Instant::now(), ticks: 0 }, u64::MAX);
        for _ in 0..16 {
            let before = stamp();
            let instant = Instant::now();
            let after = stamp();
            if after - before < best.1 {
                let ticks = before + (after - before) / 2;
                best = (Self { instant, ticks }, after - before);
            }
        }
        best.0
    }
}

/// Many readings, one right after the other.
fn readings() -> Vec<u64> {
    (0..10_000).map(|_| stamp()).collect()
}

/// The cheapest of several long runs, since what the machine adds is never negative.
fn read_cost_ticks() -> f64 {
    const READS: u64 = 10_000;
    let cheapest = (0..8)
        .map(|_| {
            let start = stamp();
            for _ in 1..READS {
                std::hint::black_box(stamp());
            }
            stamp() - start
        })
        .min();
    cheapest.unwrap_or_default() as f64 / READS as f64
}
