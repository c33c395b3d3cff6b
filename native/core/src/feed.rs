//! A recorded feed, mapped and replayed without copying.
//!
//! The file is Arrow IPC; where its buffers lie has been found by whoever opens it here, so that
//! the core needs no Arrow library. Every position is checked again, since a feed is untrusted.

use crate::{CoreError, Turns};
use memmap2::{Advice, Mmap, UncheckedAdvice};
use std::fs::File;
use std::ops::Range;
use std::path::Path;

/// Feeds up to this size are brought into memory before the first message; larger ones a batch at
/// a time, with the batches behind let go, so that resident memory stays flat.
const KEPT_RESIDENT_BYTES: usize = 128 << 20;

const PAGE_BYTES: usize = 4096;

/// Where one record batch lies in the file; positions and sizes in bytes.
#[derive(Clone, Copy, Debug)]
pub struct BatchLayout {
    /// Messages in the batch.
    pub messages: usize,
    /// Position of `messages` receive times (`i64`).
    pub recv_ns: usize,
    /// Position of `messages + 1` offsets (`i64`) into the payload.
    pub offsets: usize,
    /// Position of the payload bytes.
    pub payload: usize,
    /// Size of the payload.
    pub payload_size: usize,
}

/// A feed file in memory.
pub struct Feed {
    path: String,
    map: Mmap,
    batches: Vec<BatchLayout>,
    messages: u64,
    turns: Option<Turns>,
}

/// One batch of messages, its offsets checked.
#[derive(Clone, Copy)]
pub struct Batch<'feed> {
    recv_ns: &'feed [i64],
    offsets: &'feed [i64],
    payload: &'feed [u8],
}

impl<'feed> Batch<'feed> {
    /// Makes a batch of messages in memory.
    ///
    /// # Errors
    ///
    /// The index of the first offset that is out of order or outside of `payload`.
    pub fn new(
        recv_ns: &'feed [i64],
        offsets: &'feed [i64],
        payload: &'feed [u8],
    ) -> Result<Self, usize> {
        let inside = |&offset: &i64| usize::try_from(offset).is_ok_and(|at| at <= payload.len());
        if offsets.len() != recv_ns.len() + 1 {
            return Err(offsets.len());
        }
        if let Some(index) = offsets.windows(2).position(|pair| pair[0] > pair[1]) {
            return Err(index + 1);
        }
        // In order, so that the first and the last stand for all.
        if !inside(&offsets[0]) {
            return Err(0);
        }
        if !inside(&offsets[offsets.len() - 1]) {
            return Err(offsets.len() - 1);
        }
        Ok(Self { recv_ns, offsets, payload })
    }

    /// Number of messages.
    #[must_use]
    pub fn len(&self) -> usize {
        self.recv_ns.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recv_ns.is_empty()
    }

    /// Payload and receive time of one message.
    ///
    /// # Panics
    ///
    /// Where `index` is not below [`Batch::len`].
    #[inline]
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked by `new`
    pub fn message(&self, index: usize) -> (&'feed [u8], i64) {
        let recv_ns = self.recv_ns[index];
        let range = self.offsets[index] as usize..self.offsets[index + 1] as usize;
        // SAFETY: `new` has checked that the offsets are in order and inside of the payload, and
        // `index` is below their number less one, or `recv_ns[index]` had panicked.
        (unsafe { self.payload.get_unchecked(range) }, recv_ns)
    }

    /// Payload and receive time of the messages in `range`, whose bounds are checked once for all.
    ///
    /// # Panics
    ///
    /// Where `range` does not lie below [`Batch::len`].
    #[inline]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked by `new`
    pub fn messages(&self, range: Range<usize>) -> impl Iterator<Item = (&'feed [u8], i64)> {
        let payload = self.payload;
        let bounds = self.offsets[range.start..=range.end].windows(2);
        bounds.zip(&self.recv_ns[range]).map(move |(bounds, &recv_ns)| {
            // SAFETY: `new` has checked that the offsets are in order and inside of the payload.
            (unsafe { payload.get_unchecked(bounds[0] as usize..bounds[1] as usize) }, recv_ns)
        })
    }
}

impl Feed {
    /// Maps the file at `path`, in which `batches` lie.
    ///
    /// # Errors
    ///
    /// Where the file cannot be mapped, holds no message, or a batch does not lie inside of it.
    pub fn open(path: &Path, batches: Vec<BatchLayout>) -> Result<Self, CoreError> {
        let name = path.display().to_string();
        let unreadable = |source| CoreError::FeedUnreadable { path: name.clone(), source };
        let file = File::open(path).map_err(unreadable)?;
        // SAFETY: feeds are replaced by renaming and never written in place, so that the bytes
        // stay what they are. Where somebody truncates one all the same, the worker process ends
        // by SIGBUS, which its parent reports.
        let map = unsafe { Mmap::map(&file) }.map_err(unreadable)?;
        let messages = batches.iter().map(|batch| batch.messages as u64).sum();
        if messages == 0 {
            return Err(CoreError::FeedEmpty { path: name });
        }
        let feed = Self { path: name, map, batches, messages, turns: None };
        for layout in &feed.batches {
            feed.check_bounds(layout)?;
        }
        Ok(feed)
    }

    /// The same, to be replayed in turns with another process.
    #[must_use]
    pub fn in_turns(self, turns: Turns) -> Self {
        Self { turns: Some(turns), ..self }
    }

    /// How it is replayed in turns; `None` where it is not.
    pub(crate) fn turns(&self) -> Option<Turns> {
        self.turns
    }

    /// Messages in the feed.
    #[must_use]
    pub fn messages(&self) -> u64 {
        self.messages
    }

    /// Where it is mapped.
    pub(crate) fn addresses(&self) -> Range<usize> {
        let start = self.map.as_ptr().addr();
        start..start + self.map.len()
    }

    /// Number of batches.
    #[must_use]
    pub fn batch_count(&self) -> usize {
        self.batches.len()
    }

    /// Messages in the largest batch.
    pub(crate) fn longest_batch(&self) -> usize {
        self.batches.iter().map(|layout| layout.messages).max().unwrap_or_default()
    }

    /// Whether the whole feed is kept in memory, so that going from batch to batch costs nothing.
    #[must_use]
    pub fn is_kept_resident(&self) -> bool {
        self.map.len() <= KEPT_RESIDENT_BYTES
    }

    /// A batch, its offsets checked and its pages in memory.
    ///
    /// # Errors
    ///
    /// [`CoreError::FeedDamaged`] where an offset is out of order or outside.
    pub fn batch(&self, index: usize) -> Result<Batch<'_>, CoreError> {
        let layout = &self.batches[index];
        self.bring_in(layout);
        Batch::new(
            self.integers(layout.recv_ns, layout.messages),
            self.integers(layout.offsets, layout.messages + 1),
            &self.map[layout.payload..layout.payload + layout.payload_size],
        )
        .map_err(|offset| CoreError::FeedDamaged {
            path: self.path.clone(),
            offset: (layout.offsets + 8 * offset) as u64,
            problem: format!(
                "payload offset {offset} of batch {index} is out of order or outside of the \
                 batch's {} bytes",
                layout.payload_size
            ),
        })
    }

    /// Lets the pages of a batch go again, unless the feed is small enough to stay.
    pub fn release(&self, index: usize) {
        if self.is_kept_resident() {
            return;
        }
        for range in ranges(&self.batches[index]) {
            let start = range.start / PAGE_BYTES * PAGE_BYTES;
            // SAFETY: the mapping is read-only and backed by the file: pages that are let go come
            // back from there with the same bytes.
            // It is advice: where the kernel does not take it, memory stays in use, no more.
            let _ = unsafe {
                self.map.unchecked_advise_range(UncheckedAdvice::DontNeed, start, range.end - start)
            };
        }
    }

    fn check_bounds(&self, layout: &BatchLayout) -> Result<(), CoreError> {
        for (name, range, alignment) in ["receive times", "payload offsets", "payload"]
            .into_iter()
            .zip(checked_ranges(layout))
            .zip([8, 8, 1])
            .map(|((name, range), alignment)| (name, range, alignment))
        {
            let fits = range.as_ref().is_some_and(|range| {
                range.end <= self.map.len() && range.start.is_multiple_of(alignment)
            });
            if !fits {
                return Err(CoreError::FeedDamaged {
                    path: self.path.clone(),
                    offset: range.map_or(0, |range| range.start as u64),
                    problem: format!(
                        "the {name} of a batch of {} messages do not lie inside of the file of {} \
                         bytes, or not at a multiple of {alignment}",
                        layout.messages,
                        self.map.len()
                    ),
                });
            }
        }
        Ok(())
    }

    /// Reads a byte of each page, so that no message waits for one.
    fn bring_in(&self, layout: &BatchLayout) {
        for range in ranges(layout) {
            // It is advice: where the kernel does not take it, the loop below waits longer.
            let _ = self.map.advise_range(Advice::WillNeed, range.start, range.len());
            for position in range.step_by(PAGE_BYTES) {
                std::hint::black_box(self.map[position]);
            }
        }
    }

    fn integers(&self, position: usize, count: usize) -> &[i64] {
        let bytes = &self.map[position..position + 8 * count];
        // SAFETY: `check_bounds` has seen that the position is a multiple of 8 in a mapping that
        // starts on a page; every bit pattern is an `i64`.
        unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), count) }
    }
}

/// The three buffers of a batch, where their ends can be computed.
fn checked_ranges(layout: &BatchLayout) -> [Option<Range<usize>>; 3] {
    let range =
        |start: usize, size: Option<usize>| size.and_then(|it| Some(start..start.checked_add(it)?));
    let times = layout.messages.checked_mul(8);
    [
        range(layout.recv_ns, times),
        range(layout.offsets, times.and_then(|it| it.checked_add(8))),
        range(layout.payload, Some(layout.payload_size)),
    ]
}

/// The three buffers of a batch that has been checked.
fn ranges(layout: &BatchLayout) -> impl Iterator<Item = Range<usize>> {
    checked_ranges(layout).into_iter().flatten()
}
