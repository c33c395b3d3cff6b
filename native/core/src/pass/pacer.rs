//! What comes before each message of a timed replay.

use super::rows::{FEW_ROWS_BYTES, MANY_ROWS_BYTES, Row};
use super::walk::{Progress, Stretch};
use crate::timestamp::{Reader, stamp};

/// Decides when each message is handed over. The loop calls it between two messages, so that what
/// stands here in the place of a call is what the loop does.
pub(super) trait Pacer {
    /// Memory for raw timestamps.
    const ROWS_BYTES: usize = MANY_ROWS_BYTES;

    /// Most messages in one go of the loop.
    const LONGEST: usize = usize::MAX;

    /// Told once, before the first message, how many rows there can be at a time.
    fn reserve(&mut self, rows: usize) {
        let _ = rows;
    }

    /// Told before each stretch, outside of the loop; its rows begin at `first_row`.
    fn plan(&mut self, stretch: &Stretch, first_row: usize) {
        let _ = (stretch, first_row);
    }

    /// Told right before the first message of a stretch.
    fn resume(&mut self) {}

    /// Told right after the last message of a stretch.
    fn leave(&mut self) {}

    /// When the target has answered: the time at which it has.
    #[inline(always)]
    #[allow(clippy::inline_always)] // a call would be timed with the work
    fn end(&self) -> u64 {
        stamp()
    }

    /// Before anything of the message is looked at.
    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    fn prepare(&mut self, sequence: u64) {
        let _ = sequence;
    }

    /// When everything is ready: answers the time at which the message is handed over, which is
    /// when this returns.
    fn start(&mut self, bytes: &[u8], sequence: u64, progress: Progress) -> u64;

    /// Whether a measured message is one of those that figures are made of.
    fn counts(&self, sequence: u64) -> bool {
        let _ = sequence;
        true
    }

    /// How long a measured message waited for its hand-over, in ticks. Told of each one in order,
    /// outside of the loop; `is_kept` is whether it is recorded.
    fn waited(&mut self, sequence: u64, row: &Row, is_kept: bool) -> u64 {
        let _ = (sequence, row, is_kept);
        0
    }
}

/// The next message as soon as the last is done.
pub(super) struct Closed {
    clock: Reader,
}

impl Closed {
    pub fn new() -> Self {
        Self { clock: Reader::new() }
    }
}

impl Pacer for Closed {
    #[inline(always)]
    #[allow(clippy::inline_always)] // a call would be timed with the work
    fn start(&mut self, _bytes: &[u8], _sequence: u64, _progress: Progress) -> u64 {
        self.clock.stamp()
    }

    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    fn end(&self) -> u64 {
        self.clock.stamp()
    }
}

/// The same for the callables of an interpreter, with as little around a call as can be: half of what
/// a timed pass added to an empty one was fences and memory.
///
/// What the loop itself did just before may end after the first reading, which is a nanosecond or two
/// of an interpreter's tens; nothing of the call is ever missed.
pub(super) struct ClosedInterpreted {
    clock: Reader,
}

impl ClosedInterpreted {
    pub fn new() -> Self {
        Self { clock: Reader::new() }
    }
}

impl Pacer for ClosedInterpreted {
    const ROWS_BYTES: usize = FEW_ROWS_BYTES;

    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    fn start(&mut self, _bytes: &[u8], _sequence: u64, _progress: Progress) -> u64 {
        self.clock.first_stamp()
    }

    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    fn end(&self) -> u64 {
        self.clock.last_stamp()
    }
}

/// Which messages of a pass a condition is made for: every nth of those that are measured.
#[derive(Clone, Copy)]
pub(super) struct Every {
    pub first: u64,
    pub nth: u64,
}

impl Every {
    #[inline]
    pub fn includes(self, sequence: u64) -> bool {
        sequence >= self.first && (sequence - self.first).is_multiple_of(self.nth.max(1))
    }
}

/// Reads the clock, from its `first` reading on, until it is `due`, and answers the last reading.
/// It does nothing else, not even a pause instruction, which a hypervisor may take for an invitation
/// to run another guest. `next` reads it, and is told of the reading before.
///
/// Whoever watches is told of a wait over `long_ticks`: that a message which is not due yet is not
/// finished is nobody's fault.
#[inline(always)]
#[allow(clippy::inline_always)] // its last reading is the first of the message
pub(super) fn wait_until(
    due: u64,
    first: u64,
    mut next: impl FnMut(u64) -> u64,
    long_ticks: u64,
    sequence: u64,
    progress: Progress,
) -> u64 {
    let mut reading = first;
    if due.saturating_sub(reading) > long_ticks {
        progress.waiting(sequence);
        while due.saturating_sub(reading) > long_ticks / 2 {
            reading = next(reading);
        }
        progress.at(sequence);
    }
    while reading < due {
        reading = next(reading);
    }
    reading
}
