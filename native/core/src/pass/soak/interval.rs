//! An interval of a soak, as it is told.

use super::super::allocation_counter::AllocationTotals;
use crate::LatencyHistogram;
use serde::Serialize;

/// All that was measured between two moments. Counts are those of the interval alone.
#[derive(Debug, Serialize)]
pub struct Interval<'sorter> {
    /// When it began: nanoseconds since 1970.
    pub start_unix_ns: u64,
    /// How far the clock on the wall, as the target reads it, went further than that which times are
    /// measured with.
    pub wall_step_ns: f64,
    /// How long it was, by the clock that times are measured with.
    pub seconds: f64,
    /// Messages that were handed over, those of the warm-up among them.
    pub messages: u64,
    /// Number of the last of them, from the start of the soak.
    pub last_sequence: Option<u64>,
    /// Of them, those that are in the histograms.
    pub recorded: u64,
    /// Those that are not, since the target had just been set back.
    pub settling: u64,
    /// Recorded ones that the target did not understand.
    pub errors: u64,
    /// How often a feed was begun.
    pub rounds: u64,
    /// Messages handed over more than 1 µs after they were due.
    pub late: u64,
    /// Of them, those that stalls made late which the driver saw while it waited.
    pub late_by_platform: u64,
    /// Of them, those that the driver's bookkeeping made late.
    pub late_by_driver: u64,
    /// Stalls over 1 µs that the driver saw while it waited for messages to be due.
    pub stalls_in_waiting: u64,
    /// All of them together.
    pub stalled_in_waiting_ns: f64,
    /// How long the plan stood still in all: the loop was left for a new block or interval.
    pub paused_ns: f64,
    /// The longest such time.
    pub longest_pause_ns: f64,
    /// Blocks of the heap in use at its end; `None` where the C library does not tell.
    pub heap_bytes: Option<u64>,
    /// The same right after a feed was last begun anew in it; `None` where none was.
    pub heap_floor_bytes: Option<u64>,
    /// What the target asked for; `None` without the counting allocator.
    pub allocated: Option<AllocationTotals>,
    /// Processor time of the driver's thread.
    pub cpu_s: f64,
    /// Page faults of it that needed no disk.
    pub minor_faults: u64,
    /// Those that did.
    pub major_faults: u64,
    /// How often it gave its CPU away.
    pub voluntary_switches: u64,
    /// How often that was taken from it.
    pub involuntary_switches: u64,
    /// The message with the longest response time.
    pub worst: Option<WorstMessage>,
    /// `total`, `response`, and each stage that a message came to the end of.
    pub times: Vec<TaggedTimes<'sorter>>,
}

/// The message that took longest from when it was due.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WorstMessage {
    /// Its number from the start of the soak.
    pub sequence: u64,
    /// From when it was due.
    pub response_ns: f64,
    /// From when it was handed over.
    pub total_ns: f64,
}

/// The times of one row of the report.
#[derive(Debug, Serialize)]
pub struct TaggedTimes<'sorter> {
    /// The stage's name, `total` or `response`.
    pub tag: &'sorter str,
    /// Number of times.
    pub count: u64,
    /// Sum of all times in nanoseconds, not rounded.
    pub sum_ns: f64,
    /// The longest, to three digits.
    pub max_ns: u64,
    /// HDR V2.
    pub histogram: &'sorter LatencyHistogram,
}
