//! By how much the clocks of two CPUs differ.
//!
//! A thread on each sends the other what its clock reads, back and forth. Nothing arrives before it
//! was sent: with a clock of the other CPU that is ahead by `offset`, a message that takes a delay
//! d > 0 arrives at what reads as d + offset later, and one the other way at d − offset. So
//!
//! ```text
//! −min(way back) < offset < min(way there)
//! ```
//!
//! whatever the delays are. The middle of that is the estimate, and half its width, half of the
//! quickest round trip, is how far that may be off (D. L. Mills, *Internet Time Synchronization: the
//! Network Time Protocol*, 1991, bounds a clock's offset so).

use crate::timestamp::{choice, stamp};
use crate::{Clock, affinity};
use serde::Serialize;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Round trips: the quickest of them are what a machine can do.
const ROUNDS: u64 = 20_000;

/// By then it has made as many as it will: the two have to run at the same time, and one of them may
/// not be allowed to.
const LONGEST: Duration = Duration::from_millis(500);

const STOP: u64 = u64::MAX;

/// What was found, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Skew {
    /// One CPU.
    pub cpu: usize,
    /// The other one.
    pub other_cpu: usize,
    /// How far the other one's clock is ahead: the middle of what is possible.
    pub offset_ns: f64,
    /// How far that may be off, either way.
    pub bound_ns: f64,
    /// Round trips that it was made of.
    pub rounds: u64,
}

/// A word for each direction, in cache lines of their own.
#[repr(align(128))]
#[derive(Default)]
struct Mailbox(AtomicU64);

/// The quickest way there and back, as the clocks read.
#[derive(Clone, Copy, Debug)]
struct Quickest {
    there: i64,
    back: i64,
    rounds: u64,
}

/// Measures it between two CPUs; `None` where a thread cannot be moved to one of them, or not one
/// round trip was made.
#[must_use]
pub fn measure_skew(clock: Clock, cpu: usize, other_cpu: usize) -> Option<Skew> {
    choice();
    let (there, back) = (Mailbox::default(), Mailbox::default());
    let quickest = std::thread::scope(|scope| {
        let answering = scope.spawn(|| affinity::pin(other_cpu) && answer(&there, &back));
        let asking = scope.spawn(|| {
            let asked = affinity::pin(cpu).then(|| ask(&there, &back));
            there.0.store(STOP, Ordering::Release);
            asked
        });
        let asked = asking.join().ok().flatten();
        answering.join().is_ok_and(|answered| answered).then_some(asked).flatten()
    })?;
    (quickest.rounds > 0).then(|| skew_of(quickest, clock, cpu, other_cpu))
}

fn skew_of(quickest: Quickest, clock: Clock, cpu: usize, other_cpu: usize) -> Skew {
    let ns = |ticks: i64| ticks as f64 * clock.ns_per_tick;
    Skew {
        cpu,
        other_cpu,
        offset_ns: ns(quickest.there - quickest.back) / 2.0,
        bound_ns: ns(quickest.there + quickest.back) / 2.0,
        rounds: quickest.rounds,
    }
}

/// Sends what the clock reads, and looks at it again when the other's reading has come.
fn ask(there: &Mailbox, back: &Mailbox) -> Quickest {
    let mut quickest = Quickest { there: i64::MAX, back: i64::MAX, rounds: 0 };
    let (started, mut last) = (Instant::now(), 0);
    while quickest.rounds < ROUNDS {
        let sent = stamp();
        // A number of its own for each round, since a clock may read the same twice.
        there.0.store(quickest.rounds + 1, Ordering::Release);
        let mut looks: u32 = 0;
        let answered = loop {
            let reading = back.0.load(Ordering::Acquire);
            if reading != last {
                break reading;
            }
            looks = looks.wrapping_add(1);
            // Not each time, which would have it look less often.
            if looks.is_multiple_of(4_096) && started.elapsed() > LONGEST {
                return quickest;
            }
            spin_loop();
        };
        let arrived = stamp();
        last = answered;
        quickest.there = quickest.there.min(difference(answered, sent));
        quickest.back = quickest.back.min(difference(arrived, answered));
        quickest.rounds += 1;
    }
    quickest
}

/// Answers each with what the clock reads here; true once it was told to stop.
fn answer(there: &Mailbox, back: &Mailbox) -> bool {
    let (mut last, mut reading) = (0, 0);
    loop {
        let asked = there.0.load(Ordering::Acquire);
        if asked == STOP {
            return true;
        }
        if asked == last {
            spin_loop();
            continue;
        }
        last = asked;
        // Never the same twice, so that it is seen to be new: by a tick, where the clock is coarse.
        reading = stamp().max(reading + 1);
        back.0.store(reading, Ordering::Release);
    }
}

fn difference(later: u64, earlier: u64) -> i64 {
    later.wrapping_sub(earlier).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOCK: Clock = Clock { ns_per_tick: 0.5 };

    #[test]
    fn the_offset_is_the_middle_of_what_both_ways_leave_possible() {
        // 100 ticks each way, and a clock that is 40 ticks ahead.
        let quickest = Quickest { there: 140, back: 60, rounds: 9 };

        let skew = skew_of(quickest, CLOCK, 0, 1);

        assert!((skew.offset_ns - 20.0).abs() < 1e-9 && (skew.bound_ns - 50.0).abs() < 1e-9);
    }

    #[test]
    fn a_cpu_that_is_not_there_has_no_skew() {
        assert_eq!(measure_skew(CLOCK, 0, 100_000), None);
        assert_eq!(measure_skew(CLOCK, 100_000, 0), None);
    }
}
