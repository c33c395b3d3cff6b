//! A quiet spell before each message.

use super::pacer::{Every, Pacer, wait_until};
use super::walk::Progress;
use crate::Clock;
use crate::timestamp::stamp;

/// Lets some time go by, by looking at the clock: the processor stays awake, as one that polls a
/// network card does.
pub(super) struct Idle {
    gap_ticks: u64,
    every: Every,
    long_ticks: u64,
}

impl Idle {
    pub fn new(gap_ns: f64, every: Every, clock: Clock) -> Self {
        Self { gap_ticks: clock.ticks(gap_ns), every, long_ticks: clock.ticks(super::LONG_WAIT_NS) }
    }
}

impl Pacer for Idle {
    #[inline(always)]
    #[allow(clippy::inline_always)] // its last reading is the first of the message
    fn start(&mut self, _bytes: &[u8], sequence: u64, progress: Progress) -> u64 {
        let now = stamp();
        if !self.every.includes(sequence) {
            return now;
        }
        let due = now.saturating_add(self.gap_ticks);
        wait_until(due, now, |_| stamp(), self.long_ticks, sequence, progress)
    }

    fn counts(&self, sequence: u64) -> bool {
        self.every.includes(sequence)
    }
}
