//! From ticks to nanoseconds.

use crate::Instrument;

/// From ticks between timestamps to nanoseconds of work.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    offset_ticks: f64,
    ns_per_tick: f64,
}

impl Scale {
    pub fn of(instrument: &Instrument) -> Self {
        let ns_per_tick = instrument.clock.ns_per_tick;
        Self { offset_ticks: instrument.calibration.offset_ns / ns_per_tick, ns_per_tick }
    }

    /// A time in which nothing was done but reading the clock.
    pub fn raw_ns(self, ticks: u64) -> f64 {
        ticks as f64 * self.ns_per_tick
    }

    /// Each of the intervals that timestamps cut the time into carries the offset once.
    pub fn ns(self, from: u64, to: u64, intervals: usize) -> f64 {
        // Signed, for which processors have an instruction.
        let ticks = to.saturating_sub(from).cast_signed() as f64;
        (ticks - self.offset_ticks * intervals as f64) * self.ns_per_tick
    }

    /// The same for one interval, of which another CPU's clock read the end: that may be before the
    /// start.
    pub fn signed_ns(self, from: u64, to: u64) -> f64 {
        let ticks = to.wrapping_sub(from).cast_signed() as f64;
        (ticks - self.offset_ticks) * self.ns_per_tick
    }
}
