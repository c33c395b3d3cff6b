//! A part of the driver's time, and how often it was stopped in it.

use serde::Serialize;

/// Time of one sort, in nanoseconds. A stall is over 1 µs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Watched {
    /// All of it, stalls among it.
    pub total_ns: f64,
    /// How many stalls there were.
    pub stalls: u64,
    /// All stalls together.
    pub stalled_ns: f64,
    /// The longest of them; 0 for none.
    pub longest_ns: f64,
}

/// The same while it is being counted, in ticks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WatchedTicks {
    total: u64,
    stalls: u64,
    stalled: u64,
    longest: u64,
}

impl WatchedTicks {
    pub fn passed(&mut self, ticks: u64) {
        self.total += ticks;
    }

    /// So many ticks passed at once: a stall if they are more than `longest`.
    pub fn took(&mut self, ticks: u64, longest: u64) {
        self.passed(ticks);
        if ticks > longest {
            self.stalled(ticks);
        }
    }

    /// What passed had a stall of so many ticks in it.
    #[cold]
    #[inline(never)]
    pub fn stalled(&mut self, ticks: u64) {
        self.stalls += 1;
        self.stalled += ticks;
        self.longest = self.longest.max(ticks);
    }

    pub fn watched(self, ns_per_tick: f64) -> Watched {
        let ns = |ticks| ticks as f64 * ns_per_tick;
        Watched {
            total_ns: ns(self.total),
            stalls: self.stalls,
            stalled_ns: ns(self.stalled),
            longest_ns: ns(self.longest),
        }
    }
}
