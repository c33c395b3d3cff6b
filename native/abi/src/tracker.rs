//! Where the threads of a target write what becomes of a message, by the number that the driver gave
//! it.
//!
//! A word for each message and each thing that can be said of it, in memory that was there before:
//! to say something is a timestamp and a store. All words that are about the same thing lie in a row
//! (a [`Column`]), since it is mostly one thread that says it: no line of the caches is written to
//! by two threads in turn.

use crate::{KindDigest, MAX_HOPS, MAX_STAGES, stamp};
use core::ffi::c_void;
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

/// Both numbers are powers of two, so that an index is made safe by a mask.
#[allow(clippy::cast_possible_truncation)] // 8
const HOP_MASK: u32 = MAX_HOPS as u32 - 1;
#[allow(clippy::cast_possible_truncation)] // 32
const STAGE_MASK: u32 = MAX_STAGES as u32 - 1;

/// One thing that can be said of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column(pub u32);

impl Column {
    /// When all work on it was done.
    pub const FINISHED: Self = Self(0);
    /// The number of the newer message that took its place in a queue, plus 1.
    pub const SUPERSEDED: Self = Self(1);
    /// 1 where it was given up.
    pub const DROPPED: Self = Self(2);

    /// When it was about to be put into the queue of a hop.
    #[inline]
    #[must_use]
    pub const fn enqueued(hop: u32) -> Self {
        Self(3 + 2 * (hop & HOP_MASK))
    }

    /// When it had been taken out of the queue of a hop.
    #[inline]
    #[must_use]
    pub const fn dequeued(hop: u32) -> Self {
        Self(4 + 2 * (hop & HOP_MASK))
    }

    /// When a stage was done, of a target with `hops`.
    #[inline]
    #[must_use]
    pub const fn marked(hops: u32, stage: u32) -> Self {
        Self(3 + 2 * hops + (stage & STAGE_MASK))
    }

    /// Columns of a target.
    #[must_use]
    pub const fn count(hops: u32, stages: u32) -> u32 {
        3 + 2 * hops + stages
    }

    /// Its bit in [`Tracker::timed`] and [`Tracker::observed`].
    #[inline]
    #[must_use]
    pub const fn bit(self) -> u64 {
        1 << (self.0 & 63)
    }
}

/// The memory for what is said. The driver owns it, and never gives it back to the system.
#[repr(C)]
pub struct Tracker {
    /// The columns, one behind the other, each of `mask + 1` words.
    pub words: *const AtomicU64,
    /// A message's place in a column is its number by this mask.
    pub mask: u64,
    /// Hops of the target: where its stages begin among the columns.
    pub hop_count: u32,
    /// Whether [`Tracker::digests`] are wanted, as [`crate::MODE_DIGEST`] says.
    pub mode: AtomicU32,
    /// A bit for each column that is written to; only of columns that are there.
    pub timed: AtomicU64,
    /// A bit for each column of which [`Tracker::observe`] is told instead.
    pub observed: AtomicU64,
    /// Called by the thread that says something, before it goes on.
    pub observe: Option<unsafe extern "C" fn(tracker: *const Tracker, column: u32, sequence: u64)>,
    /// For the driver alone.
    pub context: AtomicPtr<c_void>,
    /// One for each kind, for what other threads understood; to be touched by the holder of
    /// `digest_lock` alone.
    pub digests: *mut KindDigest,
    /// 1 while a thread has the digests.
    pub digest_lock: AtomicU32,
    /// Zero; keeps the layout free of holes.
    pub reserved: u32,
}

// SAFETY: what changes after it was made is atomic, or is guarded by `digest_lock`; what is pointed
// to is never freed.
unsafe impl Sync for Tracker {}
// SAFETY: as above.
unsafe impl Send for Tracker {}

impl Tracker {
    /// Says what the clock reads now, in `column` of the message. Costs two predicted branches where
    /// nobody wants to know.
    #[inline(always)]
    #[allow(clippy::inline_always)] // a call would be timed with the work
    pub fn note(&self, column: Column, sequence: u64) {
        // Relaxed: the driver changes it while no message is under way, and a thread comes to know of
        // a message through a queue of the target's own, after that change.
        if self.timed.load(Ordering::Relaxed) & column.bit() != 0 {
            self.write(column, sequence, stamp());
        } else {
            self.tell(column, sequence);
        }
    }

    /// Says `value`, of what is no time.
    #[inline(always)]
    #[allow(clippy::inline_always)] // a call would be timed with the work
    pub fn say(&self, column: Column, sequence: u64, value: u64) {
        if self.timed.load(Ordering::Relaxed) & column.bit() != 0 {
            self.write(column, sequence, value);
        }
    }

    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    fn write(&self, column: Column, sequence: u64, value: u64) {
        let place = u64::from(column.0 & 63) * (self.mask + 1) + (sequence & self.mask);
        #[allow(clippy::cast_possible_truncation)] // the memory is there: it can be addressed
        // SAFETY: the driver sets the bits of columns that are there, of which each has `mask + 1`
        // words, and the words are never freed.
        let word = unsafe { &*self.words.add(place as usize) };
        // Release: whoever sees that a message is finished sees all that the thread said before.
        word.store(value, Ordering::Release);
    }

    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    fn tell(&self, column: Column, sequence: u64) {
        if self.observed.load(Ordering::Relaxed) & column.bit() != 0 {
            self.observe(column, sequence);
        }
    }

    #[cold]
    #[inline(never)]
    fn observe(&self, column: Column, sequence: u64) {
        if let Some(observe) = self.observe {
            // SAFETY: the driver sets `observe` to a function that takes its own tracker.
            unsafe { observe(self, column.0 & 63, sequence) }
        }
    }
}
