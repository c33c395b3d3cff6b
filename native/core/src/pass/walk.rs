//! The order in which a pass goes over its feed.

use crate::{Batch, CoreError, Feed, Instance};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much of a feed a pass replays.
#[derive(Clone, Copy, Debug)]
pub struct Volume {
    /// Messages before the first that counts.
    pub warmup: u64,
    /// Messages that count.
    pub measured: u64,
}

impl Volume {
    /// All of them.
    #[must_use]
    pub fn total(self) -> u64 {
        self.warmup + self.measured
    }
}

/// Set beside the number of a message that is waited for.
const WAITING: u64 = 1 << 63;

/// Where a pass says how far it is: the number of the message in hand, for whoever watches from
/// another process. One store a message, which is never waited for.
#[derive(Clone, Copy)]
pub struct Progress<'watcher>(&'watcher AtomicU64);

impl<'watcher> Progress<'watcher> {
    /// Reports to `counter`.
    #[must_use]
    pub fn to(counter: &'watcher AtomicU64) -> Self {
        Self(counter)
    }

    #[inline]
    pub(crate) fn at(self, sequence: u64) {
        self.0.store(sequence, Ordering::Relaxed);
    }

    /// The message in hand is not due for a long time.
    #[cold]
    pub(crate) fn waiting(self, sequence: u64) {
        self.at(sequence | WAITING);
    }
}

/// A stretch of messages that lie in one batch, are all warm-up or all measured, and can be
/// replayed in one loop.
pub(crate) struct Stretch<'feed> {
    pub batch: Batch<'feed>,
    pub range: Range<usize>,
    /// Number of its first message, counted from the start of the pass.
    pub sequence: u64,
    pub measured: bool,
    /// Whether something was done before it that may have taken the caches from the target.
    pub disturbed: bool,
    /// Whether another process has had the CPU before it.
    pub new_turn: bool,
}

/// Goes over a feed, from the start again where it ends, until a volume is used up.
pub(crate) struct Walk<'feed> {
    feed: &'feed Feed,
    progress: Progress<'feed>,
    /// Every batch, where the feed is kept in memory: then nothing is done between batches.
    resident: Vec<Batch<'feed>>,
    volume: Volume,
    longest: usize,
    sequence: u64,
    batch_index: usize,
    batch: Option<Batch<'feed>>,
    position: usize,
    disturbed: bool,
}

impl<'feed> Walk<'feed> {
    /// Stretches of at most `longest` messages.
    pub fn new(
        feed: &'feed Feed,
        volume: Volume,
        longest: usize,
        progress: Progress<'feed>,
    ) -> Result<Self, CoreError> {
        Self::beginning_at(0, feed, volume, longest, progress)
    }

    /// The same from a message on that has another number than 0; `volume` counts those before it.
    pub fn beginning_at(
        sequence: u64,
        feed: &'feed Feed,
        volume: Volume,
        longest: usize,
        progress: Progress<'feed>,
    ) -> Result<Self, CoreError> {
        let mut resident = Vec::new();
        if feed.is_kept_resident() {
            for index in 0..feed.batch_count() {
                resident.push(feed.batch(index)?);
            }
        }
        Ok(Self {
            feed,
            progress,
            resident,
            volume,
            longest,
            sequence,
            batch_index: 0,
            batch: None,
            position: 0,
            disturbed: false,
        })
    }

    /// Whether the feed starts anew, and the target with it, before the next stretch.
    pub fn is_at_end_of_feed(&self) -> bool {
        self.batch_index + 1 == self.feed.batch_count()
            && self.batch.is_some_and(|batch| self.position == batch.len())
    }

    /// The next stretch, or `None` at the end. Where the feed starts anew, so does the target.
    pub fn next(&mut self, instance: &mut Instance) -> Result<Option<Stretch<'feed>>, CoreError> {
        if self.sequence >= self.volume.total() {
            return Ok(None);
        }
        let batch = loop {
            match self.batch {
                Some(batch) if self.position < batch.len() => break batch,
                Some(_) => self.leave_batch(instance)?,
                None => self.enter_batch()?,
            }
        };
        let new_turn = self.take_turn();
        let measured = self.sequence >= self.volume.warmup;
        let boundary = if measured { self.volume.total() } else { self.volume.warmup };
        let left = usize::try_from(boundary - self.sequence).unwrap_or(usize::MAX);
        let count =
            left.min(self.longest).min(batch.len() - self.position).min(self.left_in_turn());
        let stretch = Stretch {
            batch,
            range: self.position..self.position + count,
            sequence: self.sequence,
            measured,
            disturbed: std::mem::take(&mut self.disturbed) || new_turn,
            new_turn,
        };
        self.position += count;
        self.sequence += count as u64;
        Ok(Some(stretch))
    }

    /// Lets the other process have its turn, where this one's is over or has not begun.
    fn take_turn(&self) -> bool {
        let Some(turns) = self.feed.turns() else { return false };
        let is_over = self.sequence.is_multiple_of(turns.messages);
        if is_over {
            self.progress.waiting(self.sequence);
            turns.pass();
            self.progress.at(self.sequence);
        }
        is_over
    }

    fn left_in_turn(&self) -> usize {
        let Some(turns) = self.feed.turns() else { return usize::MAX };
        usize::try_from(turns.messages - self.sequence % turns.messages).unwrap_or(usize::MAX)
    }

    fn enter_batch(&mut self) -> Result<(), CoreError> {
        let batch = if let Some(batch) = self.resident.get(self.batch_index) {
            *batch
        } else {
            self.disturbed = true;
            self.feed.batch(self.batch_index)?
        };
        self.batch = Some(batch);
        Ok(())
    }

    fn leave_batch(&mut self, instance: &mut Instance) -> Result<(), CoreError> {
        self.feed.release(self.batch_index);
        self.batch = None;
        self.position = 0;
        self.batch_index += 1;
        if self.batch_index == self.feed.batch_count() {
            self.batch_index = 0;
            instance.reset()?;
            self.disturbed = true;
        }
        Ok(())
    }
}
