//! What a target's other threads say of messages.

use crate::{Digest, Kind};
use latprobe_abi::{Column, Host, KindDigest, MAX_KINDS, MODE_DIGEST};
use std::hint::black_box;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

/// A queue between two threads of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Unique among the target's hops: `ring`.
    pub name: &'static str,
    /// The stage that it stands before: its index in `Target::STAGES`.
    pub stage: u32,
}

/// Where any thread of a target says what it did to a message, by the message's number
/// ([`crate::Probe::sequence`]).
///
/// To say something is a timestamp and a store where somebody wants to know, and two predicted
/// branches where nobody does. Each message that was [`enqueued`](Self::enqueued) ends in one of
/// [`finished`](Self::finished), [`superseded`](Self::superseded) and [`dropped`](Self::dropped).
#[derive(Clone, Copy)]
pub struct Tracker(&'static latprobe_abi::Tracker);

static SILENT_WORD: AtomicU64 = AtomicU64::new(0);

/// Of which no column is wanted.
static SILENT: latprobe_abi::Tracker = latprobe_abi::Tracker {
    words: &raw const SILENT_WORD,
    mask: 0,
    hop_count: 0,
    mode: AtomicU32::new(0),
    timed: AtomicU64::new(0),
    observed: AtomicU64::new(0),
    observe: None,
    context: AtomicPtr::new(null_mut()),
    digests: null_mut(),
    digest_lock: AtomicU32::new(0),
    reserved: 0,
};

impl Tracker {
    /// One that nobody listens to, for where there is no driver.
    #[must_use]
    pub fn silent() -> Self {
        Self(&SILENT)
    }

    /// The driver's.
    pub(crate) fn of(host: Option<&Host>) -> Self {
        // A driver from before there were trackers says that its host ends before the field. It
        // would not load this library; the field is not read all the same.
        let is_there = |host: &&Host| host.size as usize >= size_of::<Host>();
        let tracker = host.filter(is_there).map_or(std::ptr::null(), |host| host.tracker);
        // SAFETY: null, or the driver's, which stays for as long as the process.
        unsafe { tracker.as_ref() }.map_or_else(Self::silent, Self)
    }

    /// Right before the message is put into the queue of a hop (its index in `Target::HOPS`).
    #[inline(always)]
    #[allow(clippy::inline_always)] // a call would be timed with the work
    pub fn enqueued(&self, hop: u32, sequence: u64) {
        self.0.note(Column::enqueued(hop), sequence);
    }

    /// Right after the message was taken out of the queue of a hop.
    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    pub fn dequeued(&self, hop: u32, sequence: u64) {
        self.0.note(Column::dequeued(hop), sequence);
    }

    /// A stage of the message is done, as [`crate::Probe::mark`] says on the market-data thread.
    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    pub fn mark(&self, stage: u32, sequence: u64) {
        self.0.note(Column::marked(self.0.hop_count, stage), sequence);
    }

    /// A stage of the message is done and has made `made`, which is whole in memory before the clock
    /// is read: see [`crate::Probe::mark_made`].
    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    pub fn mark_made<T: ?Sized>(&self, stage: u32, sequence: u64, made: &T) {
        black_box(made);
        self.mark(stage, sequence);
    }

    /// All work on the message is done.
    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    pub fn finished(&self, sequence: u64) {
        self.0.note(Column::FINISHED, sequence);
    }

    /// The message `newer`, which has been said to be enqueued, took the place of `sequence` in the
    /// queue. No clock is read.
    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    pub fn superseded(&self, sequence: u64, newer: u64) {
        self.0.say(Column::SUPERSEDED, sequence, newer.wrapping_add(1));
    }

    /// The message is given up. Where it had not been dequeued, it counts as never having stood in
    /// the queue. No clock is read.
    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    pub fn dropped(&self, sequence: u64) {
        self.0.say(Column::DROPPED, sequence, 1);
    }

    /// Says what a message was understood to be: see [`crate::Probe::understood`]. What other threads
    /// fold is kept apart from what the market-data thread does.
    #[inline(always)]
    #[allow(clippy::inline_always)] // so that `value` stays where it was made
    pub fn understood<T>(&self, kind: Kind, value: &T, fold: impl FnOnce(&T, &mut Digest<'_>))
    where
        T: ?Sized,
    {
        black_box(value);
        if self.0.mode.load(Ordering::Relaxed) & MODE_DIGEST != 0 {
            self.fold(kind, value, fold);
        }
    }

    #[cold]
    #[inline(never)]
    fn fold<T: ?Sized>(&self, kind: Kind, value: &T, fold: impl FnOnce(&T, &mut Digest<'_>)) {
        if self.0.digests.is_null() || kind.0 as usize >= MAX_KINDS {
            return;
        }
        let guard = DigestLock::take(self.0);
        // SAFETY: the driver provides `MAX_KINDS` digests that stay, and the lock is held.
        let kind: &mut KindDigest = unsafe { &mut *self.0.digests.add(kind.0 as usize) };
        kind.count += 1;
        fold(value, &mut Digest { kind });
        drop(guard);
    }
}

/// Gives the digests back however the folding ends.
struct DigestLock(&'static latprobe_abi::Tracker);

impl DigestLock {
    fn take(tracker: &'static latprobe_abi::Tracker) -> Self {
        // Acquire: what the last holder folded is seen. Nothing is timed in this pass.
        while tracker.digest_lock.swap(1, Ordering::Acquire) != 0 {
            std::hint::spin_loop();
        }
        Self(tracker)
    }
}

impl Drop for DigestLock {
    fn drop(&mut self) {
        self.0.digest_lock.store(0, Ordering::Release);
    }
}
