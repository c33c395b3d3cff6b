//! What stands at the driver's thread where an interval ends.

use super::heap::Heap;
use super::wall::{self, Reading};

/// Counts since the thread began, and what the heap is now.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Snapshot {
    /// The clock, in ticks.
    pub ticks: u64,
    /// Nanoseconds since 1970, by the machine's clock, which may be set.
    pub unix_ns: u64,
    /// The same as the target reads it.
    pub wall: Reading,
    /// Blocks in use, of the first thread; `None` where the C library does not tell.
    pub heap_bytes: Option<u64>,
    /// The same right after a feed was begun anew, the last time in the interval.
    pub heap_floor_bytes: Option<u64>,
    /// How often a feed was begun.
    pub rounds: u64,
    pub cpu_ns: u64,
    pub minor_faults: u64,
    pub major_faults: u64,
    pub voluntary_switches: u64,
    pub involuntary_switches: u64,
}

impl Snapshot {
    /// Asks the kernel and the C library: some microseconds, in which the plan stands still.
    pub fn now(ticks: u64, rounds: u64, heap: &mut Heap, heap_floor_bytes: Option<u64>) -> Self {
        let usage = usage_of_thread();
        Self {
            ticks,
            unix_ns: wall::of_the_machine(),
            wall: Reading::now(),
            heap_bytes: heap.in_use(),
            heap_floor_bytes,
            rounds,
            cpu_ns: microseconds(usage.ru_utime).saturating_add(microseconds(usage.ru_stime))
                * 1000,
            minor_faults: usage.ru_minflt.cast_unsigned(),
            major_faults: usage.ru_majflt.cast_unsigned(),
            voluntary_switches: usage.ru_nvcsw.cast_unsigned(),
            involuntary_switches: usage.ru_nivcsw.cast_unsigned(),
        }
    }
}

fn microseconds(time: libc::timeval) -> u64 {
    (time.tv_sec * 1_000_000 + time.tv_usec).cast_unsigned()
}

fn usage_of_thread() -> libc::rusage {
    // SAFETY: all zeros is a valid `rusage`, which the kernel fills for this thread.
    unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_THREAD, &raw mut usage);
        usage
    }
}
