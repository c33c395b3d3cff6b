//! Raw timestamps, kept as they come, and looked at when there is time.

use super::memory;
use crate::tracks::Track;
use latprobe_abi::MAX_STAGES;
use std::ops::Range;

/// Memory for raw timestamps: enough for any pass at a desk, small beside any machine's memory.
pub(super) const MANY_ROWS_BYTES: usize = 32 << 20;

/// Few enough to stay in the processor's second cache, for which the loop is left more often.
pub(super) const FEW_ROWS_BYTES: usize = 1 << 20;

/// Where messages are known: in a buffer of rows.
#[derive(Clone, Copy)]
pub(crate) struct Place<'window> {
    pub track: Track,
    /// For each hop, the number of messages that each row's message met in its queue.
    pub depths: &'window [Vec<u64>],
}

/// One message: start, end, the target's answer, and a stamp for each stage.
#[derive(Clone, Copy)]
pub(crate) struct Row<'rows> {
    pub start: u64,
    pub end: u64,
    pub answer: i32,
    /// Where in the buffer it is.
    pub index: usize,
    pub stamps: &'rows [u64],
    /// What other threads said of it; `None` for a target that has none.
    pub place: Option<Place<'rows>>,
}

const HEAD: usize = 3;

/// A fixed buffer of rows, written from front to back without a check, a lock or an allocation.
pub(crate) struct Rows {
    words: Vec<u64>,
    width: usize,
    used: usize,
}

impl Rows {
    /// Room for `count` rows, or for as many as so many bytes hold.
    pub fn new(stages: usize, count: u64, bytes: usize) -> Self {
        let width = HEAD + stages.min(MAX_STAGES);
        let most = bytes / (8 * width);
        let capacity = usize::try_from(count).map_or(most, |count| count.min(most));
        Self { words: memory::filled(1, width * capacity), width, used: 0 }
    }

    pub fn capacity(&self) -> usize {
        self.words.len() / self.width
    }

    pub fn used(&self) -> usize {
        self.used
    }

    pub fn free(&self) -> usize {
        self.capacity() - self.used
    }

    /// The next `count` rows, to be written in order.
    pub fn reserve(&mut self, count: usize) -> std::slice::ChunksExactMut<'_, u64> {
        let from = self.used * self.width;
        self.used += count;
        self.words[from..self.used * self.width].chunks_exact_mut(self.width)
    }

    /// Has the processor know where the next `count` rows are: looking up the address of a page that
    /// has not been touched for long takes a virtual machine a microsecond now and then.
    pub fn look_up(&self, count: usize) {
        const PAGE_WORDS: usize = 4096 / 8;
        let from = self.used * self.width;
        let words = &self.words[from..from + count * self.width];
        for word in words.iter().step_by(PAGE_WORDS).chain(words.last()) {
            std::hint::black_box(*word);
        }
    }

    pub fn clear(&mut self) {
        self.used = 0;
    }

    /// Some of the rows that were written.
    pub fn range(&self, range: Range<usize>) -> impl Iterator<Item = Row<'_>> {
        let words = &self.words[range.start * self.width..range.end * self.width];
        range.zip(words.chunks_exact(self.width)).map(|(index, row)| Row {
            start: row[0],
            end: row[1],
            #[allow(clippy::cast_possible_truncation)] // written from an `i32` by `fill`
            answer: row[2] as i32,
            index,
            stamps: &row[HEAD..],
            place: None,
        })
    }
}

/// Writes one row, and clears the stamps for the next message.
///
/// In one loop, since clearing by itself would be a call of `memset` in front of each message.
#[inline]
pub(crate) fn fill(
    row: &mut [u64],
    start: u64,
    end: u64,
    answer: i32,
    stamps: &mut [u64; MAX_STAGES],
) {
    let (head, tail) = row.split_at_mut(HEAD);
    head[0] = start;
    head[1] = end;
    head[2] = u64::from(answer.cast_unsigned());
    for (slot, stamp) in tail.iter_mut().zip(stamps) {
        *slot = std::mem::take(stamp);
    }
}
