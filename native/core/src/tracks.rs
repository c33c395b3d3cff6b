//! The memory in which a target's threads say what becomes of messages, and reading it.

use crate::ClockSource;
use crate::timestamp::{choice, kernel_stamp};
use latprobe_abi::{Column, KindDigest, MAX_KINDS, MODE_DIGEST, Tracker};
use std::ffi::c_void;
use std::ops::Range;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

/// Memory for all columns: that of a million messages of a target with one hop and two stages. What
/// a pass does not use of it is never there.
const CAPACITY_BYTES: usize = 64 << 20;

/// What is said without a clock.
const UNTIMED: u64 = Column::SUPERSEDED.bit() | Column::DROPPED.bit();

/// How a message ended.
pub(crate) const ENDS: u64 = UNTIMED | Column::FINISHED.bit();

/// A tracker with its words. Made once for an instance and never freed: a thread that a target has
/// left behind may still hold the tracker.
pub(crate) struct Tracks {
    tracker: Tracker,
    words: &'static [AtomicU64],
    capacity: usize,
    hops: u32,
    stages: u32,
}

/// Who is told of what threads say of messages, instead of it being written down.
pub(crate) trait Listening: Sync {
    /// Called by a thread that took a message out of a queue, or that marks one of its stages, of a
    /// target with so many hops.
    fn tell(&self, hops: u32, column: Column);
}

/// What was said of one message.
#[derive(Clone, Copy)]
pub(crate) struct Track {
    tracks: &'static Tracks,
    slot: usize,
}

impl Tracks {
    #[allow(clippy::cast_possible_truncation)] // at most 8 hops and 32 stages
    pub fn leaked(hops: usize, stages: usize) -> &'static Self {
        let (hops, stages) = (hops as u32, stages as u32);
        let columns = Column::count(hops, stages) as usize;
        let capacity = 1 << (CAPACITY_BYTES / (8 * columns)).ilog2();
        // Zeroed memory takes no room until it is written to.
        let zeros: &'static mut [u64] = Vec::leak(vec![0; columns * capacity]);
        // SAFETY: an atomic word is laid out as a plain one, and nobody else has these.
        let words: &'static [AtomicU64] =
            unsafe { std::slice::from_raw_parts(zeros.as_ptr().cast(), zeros.len()) };
        let tracker = Tracker {
            words: words.as_ptr(),
            mask: capacity as u64 - 1,
            hop_count: hops,
            mode: AtomicU32::new(0),
            timed: AtomicU64::new(0),
            observed: AtomicU64::new(0),
            observe: Some(observe),
            context: AtomicPtr::new(null_mut()),
            digests: Vec::leak(vec![KindDigest::default(); MAX_KINDS]).as_mut_ptr(),
            digest_lock: AtomicU32::new(0),
            reserved: 0,
        };
        Box::leak(Box::new(Self { tracker, words, capacity, hops, stages }))
    }

    pub fn tracker(&self) -> &Tracker {
        &self.tracker
    }

    /// Messages that there is room for at a time.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The memory that all columns take of the heap.
    pub fn bytes(&self) -> usize {
        size_of_val(self.words)
    }

    pub fn hops(&self) -> Range<u32> {
        0..self.hops
    }

    pub fn stages(&self) -> Range<u32> {
        0..self.stages
    }

    /// Has what is said in `columns` (a bit for each) written down, by this process's clock.
    pub fn listen(&self, columns: u64) {
        let there = (1 << Column::count(self.hops, self.stages)) - 1;
        let wanted = columns & there;
        let by_kernel = choice().source == ClockSource::MonotonicRaw;
        let observed = if by_kernel { wanted & !UNTIMED } else { 0 };
        self.tracker.context.store(null_mut(), Ordering::Release);
        self.tracker.observed.store(observed, Ordering::Release);
        self.tracker.timed.store(wanted & !observed, Ordering::Release);
    }

    /// Has `listener` told of what is said in `columns`, and `timed` written down.
    pub fn listen_for(&self, listener: &'static dyn Listening, columns: u64, timed: u64) {
        // A reference of two words, behind one.
        let context: *mut &'static dyn Listening = Box::leak(Box::new(listener));
        self.tracker.context.store(context.cast(), Ordering::Release);
        self.tracker.observed.store(columns, Ordering::Release);
        self.tracker.timed.store(timed, Ordering::Release);
    }

    /// The columns of all hops, by what is said of a hop.
    pub fn of_hops(&self, column: impl Fn(u32) -> Column) -> u64 {
        self.hops().fold(0, |bits, hop| bits | column(hop).bit())
    }

    /// The columns of all stages.
    pub fn of_stages(&self) -> u64 {
        self.stages().fold(0, |bits, stage| bits | Column::marked(self.hops, stage).bit())
    }

    /// Makes room for messages by their numbers, of which there are at most as many as the capacity
    /// has. The memory is there afterwards.
    pub fn clear(&self, sequences: Range<u64>) {
        for column in 0..Column::count(self.hops, self.stages) {
            for sequence in sequences.clone() {
                self.word(Column(column), self.slot(sequence)).store(0, Ordering::Relaxed);
            }
        }
    }

    /// Has threads fold what they understood into digests that start anew.
    pub fn fold_anew(&self) {
        self.with_digests(|digests| digests.fill(KindDigest::default()));
        self.tracker.mode.store(MODE_DIGEST, Ordering::Release);
    }

    /// What threads have folded since then.
    pub fn folded(&self) -> Vec<KindDigest> {
        self.with_digests(|digests| digests.to_vec())
    }

    fn with_digests<R>(&self, work: impl FnOnce(&mut [KindDigest]) -> R) -> R {
        while self.tracker.digest_lock.swap(1, Ordering::Acquire) != 0 {
            std::hint::spin_loop();
        }
        // SAFETY: there are `MAX_KINDS`, never freed, and who holds the lock has them.
        let digests = unsafe { std::slice::from_raw_parts_mut(self.tracker.digests, MAX_KINDS) };
        let result = work(digests);
        self.tracker.digest_lock.store(0, Ordering::Release);
        result
    }

    pub fn track(&'static self, sequence: u64) -> Track {
        Track { tracks: self, slot: self.slot(sequence) }
    }

    #[allow(clippy::cast_possible_truncation)] // below the capacity
    fn slot(&self, sequence: u64) -> usize {
        (sequence & self.tracker.mask) as usize
    }

    fn word(&self, column: Column, slot: usize) -> &AtomicU64 {
        &self.words[column.0 as usize * self.capacity + slot]
    }
}

impl Track {
    /// 0 for nothing. Acquire: what a thread said before it said that it was finished is seen.
    fn read(self, column: Column) -> Option<u64> {
        let word = self.tracks.word(column, self.slot).load(Ordering::Acquire);
        (word != 0).then_some(word)
    }

    pub fn enqueued(self, hop: u32) -> Option<u64> {
        self.read(Column::enqueued(hop))
    }

    pub fn dequeued(self, hop: u32) -> Option<u64> {
        self.read(Column::dequeued(hop))
    }

    pub fn marked(self, stage: u32) -> Option<u64> {
        self.read(Column::marked(self.tracks.hops, stage))
    }

    pub fn finished(self) -> Option<u64> {
        self.read(Column::FINISHED)
    }

    /// By which message.
    pub fn superseded(self) -> Option<u64> {
        self.read(Column::SUPERSEDED).map(|number| number - 1)
    }

    pub fn is_dropped(self) -> bool {
        self.read(Column::DROPPED).is_some()
    }

    /// Whether it went to another thread and no more is known of it.
    pub fn is_under_way(self) -> bool {
        // The ends first: who sees one sees the other.
        let is_ended =
            self.finished().is_some() || self.superseded().is_some() || self.is_dropped();
        !is_ended && self.hops().any(|hop| self.enqueued(hop).is_some())
    }

    pub fn hops(self) -> Range<u32> {
        self.tracks.hops()
    }

    pub fn stages(self) -> Range<u32> {
        self.tracks.stages()
    }
}

/// What a thread calls that cannot read the clock itself, or whose allocations are counted.
unsafe extern "C" fn observe(tracker: *const Tracker, column: u32, sequence: u64) {
    // SAFETY: a target hands over the driver's tracker, which is never freed.
    let tracker = unsafe { &*tracker };
    let context: *mut c_void = tracker.context.load(Ordering::Acquire);
    // SAFETY: null, or what `listen_for` has put there, which is never freed.
    if let Some(listener) = unsafe { context.cast::<&'static dyn Listening>().as_ref() } {
        listener.tell(tracker.hop_count, Column(column));
        return;
    }
    let place = u64::from(column) * (tracker.mask + 1) + (sequence & tracker.mask);
    #[allow(clippy::cast_possible_truncation)] // the memory is there: it can be addressed
    // SAFETY: `listen` sets the bits of columns that are there.
    let word = unsafe { &*tracker.words.add(place as usize) };
    word.store(kernel_stamp(), Ordering::Release);
}
