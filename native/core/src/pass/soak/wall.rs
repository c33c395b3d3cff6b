//! The clock on the wall, which may be stepped: by whoever keeps the machine's time, or for the
//! target alone.

use crate::timestamp::stamp;

/// Times that it is read, of which the one counts that took the shortest: a moment in which the
/// process has no CPU must not look like a step.
const READINGS: usize = 4;

/// What the clock on the wall said, and when.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reading {
    ticks: u64,
    ns: u64,
}

impl Reading {
    /// By way of the C library, as the target reads it: where a library is preloaded that steps the
    /// clock, it is that one's.
    pub fn now() -> Self {
        let read = || {
            let before = stamp();
            let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
            // SAFETY: writes to a structure that is live.
            unsafe { libc::clock_gettime(libc::CLOCK_REALTIME, &raw mut time) };
            let ticks = stamp();
            (ticks.saturating_sub(before), Self { ticks, ns: nanoseconds(time) })
        };
        let shortest = (0..READINGS).map(|_| read()).min_by_key(|(length, _)| *length);
        shortest.map(|(_, reading)| reading).unwrap_or_default()
    }

    /// How far this clock went further than that of ticks since an earlier reading.
    pub fn step_ns(self, earlier: Self, ns_per_tick: f64) -> f64 {
        let walked = self.ns.cast_signed().wrapping_sub(earlier.ns.cast_signed());
        walked as f64 - self.ticks.saturating_sub(earlier.ticks) as f64 * ns_per_tick
    }
}

/// Nanoseconds since 1970, asked of the kernel itself, past any library that is preloaded.
pub(super) fn of_the_machine() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes to a structure that is live.
    unsafe { libc::syscall(libc::SYS_clock_gettime, libc::CLOCK_REALTIME, &raw mut time) };
    nanoseconds(time)
}

fn nanoseconds(time: libc::timespec) -> u64 {
    (time.tv_sec * 1_000_000_000 + time.tv_nsec).cast_unsigned()
}
