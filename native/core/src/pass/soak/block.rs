//! Raw timestamps of some messages, on their way from the driver to the sorter and back.

use super::super::allocation_counter::AllocationTotals;
use super::super::memory;
use super::snapshot::Snapshot;
use latprobe_abi::MAX_STAGES;

/// Most messages in a block.
pub(super) const LONGEST: usize = 1024;

/// What is known of a message besides its stages: when it was due, in the plan's time; the first
/// reading of the clock for it; the longest gap between two readings while it was waited for, or 0;
/// and start, end and answer.
const HEAD: usize = 6;

/// A fixed buffer of rows, with what all of them have in common.
pub(super) struct Block {
    words: Vec<u64>,
    width: usize,
    /// Rows that were written.
    pub used: usize,
    /// Number of the first message.
    pub sequence: u64,
    pub measured: bool,
    /// Whether something was done right before it that took the caches from the target.
    pub disturbed: bool,
    /// What the clock read at the plan's time 0, had it never stood still.
    pub origin: u64,
    /// How long the plan stood still before the first message, in ticks.
    pub paused: u64,
    /// What was asked for while the loop ran.
    pub allocated: AllocationTotals,
    /// Set where an interval ends behind the last message.
    pub closing: Option<Snapshot>,
}

/// One message of a block.
pub(super) struct BlockRow<'block> {
    pub due: u64,
    pub first: u64,
    pub longest_gap: u64,
    pub start: u64,
    pub end: u64,
    pub answer: i32,
    pub stamps: &'block [u64],
}

impl Block {
    /// Room for [`LONGEST`] messages of so many stages.
    pub fn new(stages: usize) -> Self {
        let width = HEAD + stages.min(MAX_STAGES);
        Self {
            words: memory::filled(1, width * LONGEST),
            width,
            used: 0,
            sequence: 0,
            measured: false,
            disturbed: false,
            origin: 0,
            paused: 0,
            allocated: AllocationTotals::default(),
            closing: None,
        }
    }

    /// The next row's words, to be written as [`BlockRow`] reads them.
    #[inline]
    pub fn next(&mut self) -> &mut [u64] {
        let from = self.used * self.width;
        self.used += 1;
        &mut self.words[from..from + self.width]
    }

    /// The rows that were written, in order.
    pub fn rows(&self) -> impl Iterator<Item = BlockRow<'_>> {
        self.words[..self.used * self.width].chunks_exact(self.width).map(|row| BlockRow {
            due: row[0],
            first: row[1],
            longest_gap: row[2],
            start: row[3],
            end: row[4],
            #[allow(clippy::cast_possible_truncation)] // written from an `i32`
            answer: row[5] as i32,
            stamps: &row[HEAD..],
        })
    }
}
