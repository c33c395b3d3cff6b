//! When each message is due: a plan that is the same whatever the target does with it.

use serde::{Deserialize, Serialize};

const NS_PER_SECOND: f64 = 1e9;

/// How the intended times of messages follow each other.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// The feed's own gaps, divided by `speed`. A message that was received before the one in front
    /// of it is due with it.
    Recorded {
        /// 2 for twice as fast.
        speed: f64,
    },
    /// A fixed gap.
    Rate {
        /// Messages a second.
        per_second: f64,
    },
    /// Gaps drawn from the exponential distribution: arrivals that know nothing of each other.
    Poisson {
        /// Messages a second, on average.
        per_second: f64,
        /// The same seed draws the same gaps.
        seed: u64,
    },
    /// A fixed gap for a while, then nothing for a while.
    Burst {
        /// Messages a second, while there are any.
        per_second: f64,
        /// Length of a burst in nanoseconds.
        on_ns: f64,
        /// Quiet time between two bursts in nanoseconds.
        off_ns: f64,
    },
}

/// Goes through the plan from its first message on, a part at a time, so that a plan of any length
/// takes no memory.
#[derive(Debug)]
pub struct Schedule {
    pace: Pace,
    ns_per_tick: f64,
    planned: u64,
    /// Of the feed's own time or of drawn gaps: where the last message stands.
    elapsed: Elapsed,
    last_recv_ns: Option<i64>,
    chance: SplitMix,
}

#[derive(Clone, Copy, Debug, Default)]
struct Elapsed {
    /// Whole nanoseconds, since a sum of them has no rounding.
    recorded_ns: u64,
    drawn_ns: f64,
}

impl Schedule {
    /// A plan in ticks of a clock.
    #[must_use]
    pub fn new(pace: Pace, ns_per_tick: f64) -> Self {
        let seed = if let Pace::Poisson { seed, .. } = pace { seed } else { 0 };
        Self {
            pace,
            ns_per_tick,
            planned: 0,
            elapsed: Elapsed::default(),
            last_recv_ns: None,
            chance: SplitMix(seed),
        }
    }

    /// The next message begins a feed: in the feed's own time it is due with the one before.
    pub fn begin_feed(&mut self) {
        self.last_recv_ns = None;
    }

    /// Plans the next messages: one for each of `due_ticks`, received at `recv_ns`. Each is counted
    /// from the start of the schedule, and is never less than the one before.
    pub fn plan<'due>(
        &mut self,
        recv_ns: impl Iterator<Item = i64>,
        due_ticks: impl IntoIterator<Item = &'due mut u64>,
    ) {
        for (due, recv_ns) in due_ticks.into_iter().zip(recv_ns) {
            let ticks = self.next_ns(recv_ns) / self.ns_per_tick;
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates, from 0
            let whole = ticks as u64;
            *due = whole;
        }
    }

    fn next_ns(&mut self, recv_ns: i64) -> f64 {
        let number = self.planned;
        self.planned += 1;
        match self.pace {
            Pace::Recorded { speed } => {
                let last = self.last_recv_ns.replace(recv_ns).unwrap_or(recv_ns);
                let gap = recv_ns.saturating_sub(last).max(0).cast_unsigned();
                self.elapsed.recorded_ns = self.elapsed.recorded_ns.saturating_add(gap);
                self.elapsed.recorded_ns as f64 / speed
            }
            Pace::Rate { per_second } => number as f64 * NS_PER_SECOND / per_second,
            Pace::Poisson { per_second, .. } => {
                self.elapsed.drawn_ns += self.chance.exponential() * NS_PER_SECOND / per_second;
                self.elapsed.drawn_ns
            }
            Pace::Burst { per_second, on_ns, off_ns } => {
                // Rounded up, as the message at the very start of a burst counts; the margin is for
                // products that are whole but for their last bit.
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // as above
                let in_burst = ((on_ns * per_second / NS_PER_SECOND - 1e-9).ceil() as u64).max(1);
                let (burst, nth) = (number / in_burst, number % in_burst);
                burst as f64 * (on_ns + off_ns) + nth as f64 * NS_PER_SECOND / per_second
            }
        }
    }
}

/// `SplitMix64`: a generator of a few instructions whose 64 bits pass the usual batteries (Steele,
/// Lea and Flood, *Fast Splittable Pseudorandom Number Generators*, OOPSLA 2014).
#[derive(Debug)]
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Of mean 1, by inversion: -ln(1 - u) for a u from [0, 1) of 53 bits.
    fn exponential(&mut self) -> f64 {
        let uniform = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        -(1.0 - uniform).ln()
    }
}
