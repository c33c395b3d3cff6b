//! The soak: a paced replay without an end, told interval by interval.
//!
//! Three threads: this one drives, and between two messages does what any pass does; a second sorts
//! what was measured into the interval's histograms, on another CPU; a third hands finished intervals
//! to whoever started the soak. Blocks of raw timestamps go from the first to the second and back, in
//! memory that was there before the first message. One finished interval is under way at a time: where
//! the third is held up, or whoever takes intervals, they grow longer, and no memory grows. So a kill
//! loses one that had ended at most.

mod block;
mod driver;
mod heap;
mod interval;
mod snapshot;
mod sorter;
mod wall;

pub use interval::{Interval, TaggedTimes, WorstMessage};

use self::block::Block;
use self::driver::Driver;
use self::sorter::Sorter;
use super::allocation_counter::Counter;
use super::walk::Progress;
use crate::{CoreError, Feed, Instance, Instrument, Pace, affinity};
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// How a soak is driven.
#[derive(Clone, Debug, Deserialize)]
pub struct SoakSettings {
    /// When messages are due.
    pub pace: Pace,
    /// Messages before the first that counts, handed over as fast as they go.
    pub warmup: u64,
    /// Length of an interval.
    pub interval_ns: f64,
    /// Number of the first message: that after the last of an earlier part, where there was one.
    pub first_sequence: u64,
    /// Where what was measured is sorted; empty for wherever the driver is.
    pub sorter_cpus: Vec<usize>,
}

/// What a soak says at its end.
#[derive(Debug, Serialize)]
#[serde(tag = "collector", rename = "soak")]
pub struct SoakResult {
    /// Messages handed over, warm-up among them.
    pub messages: u64,
    /// How often a feed was begun.
    pub rounds: u64,
}

/// Blocks under way between both threads: over half a second of 100,000 messages a second.
const BLOCKS: usize = 64;

/// Replays `feeds` in turn, over and over, until `stop` is not 0. Each interval goes to `out` as a
/// line of JSON, which is answered with a byte once it has been taken.
///
/// # Errors
///
/// Where a feed is damaged, the target breaks the ABI, or it has threads of its own, whose work a
/// soak does not see.
pub fn soak(
    feeds: &[&Feed],
    instance: &mut Instance,
    settings: &SoakSettings,
    instrument: &Instrument,
    progress: Progress,
    stop: &AtomicU64,
    out: impl Read + Write + Send,
) -> Result<SoakResult, CoreError> {
    if instance.tracks().is_some() {
        return Err(CoreError::NotSoaked { name: instance.description().name.clone() });
    }
    let stages = instance.description().stages.len();
    let is_counting = Counter::new().is_ok();
    let sorter = Sorter::new(instance, feeds, instrument, is_counting);
    let refusal = Refusal::default();
    let driver = Driver::new(settings, instrument, progress, stop, &refusal);
    let (filled, to_sort) = sync_channel::<Box<Block>>(BLOCKS);
    let (emptied, to_fill) = sync_channel::<Box<Block>>(BLOCKS);
    let (finished, to_write) = sync_channel::<Vec<u8>>(1);
    let (taken, to_encode) = sync_channel::<Vec<u8>>(1);
    for _ in 0..BLOCKS {
        // Cannot fail: there is room for all, and the receiver is here.
        let _ = emptied.send(Box::new(Block::new(stages)));
    }
    let _ = taken.send(Vec::new()); // as above
    let result = std::thread::scope(|scope| {
        let (cpus, refusal) = (&settings.sorter_cpus, &refusal);
        scope.spawn(move || {
            affinity::confine(cpus);
            sorter.run(&to_sort, &emptied, &Lines { finished, to_encode }, refusal);
        });
        scope.spawn(move || {
            affinity::confine(cpus);
            write_each(&to_write, &taken, out);
        });
        driver.run(feeds, instance, &Hands { filled, to_fill })
    })?;
    match refusal.found() {
        // It is none of those that the target declares, so that this is an error.
        Some((answer, sequence)) => instance.answer(answer, sequence).map(|_| result),
        None => Ok(result),
    }
}

/// What the driver has of the way to the sorter; once it is dropped, the sorter ends.
struct Hands {
    filled: SyncSender<Box<Block>>,
    to_fill: Receiver<Box<Block>>,
}

/// An answer that the target does not declare, which the sorter came upon.
#[derive(Default)]
struct Refusal {
    is_found: AtomicBool,
    what: OnceLock<(i32, u64)>,
}

impl Refusal {
    fn find(&self, answer: i32, sequence: u64) {
        let _ = self.what.set((answer, sequence)); // the first one stays
        self.is_found.store(true, Ordering::Release);
    }

    fn is_found(&self) -> bool {
        self.is_found.load(Ordering::Acquire)
    }

    fn found(&self) -> Option<(i32, u64)> {
        self.what.get().copied()
    }
}

/// What the sorter has of the way to the writer. The same line goes to and fro: what one thread asks
/// for and another gives back would be kept by both for a while, and look like a leak.
struct Lines {
    finished: SyncSender<Vec<u8>>,
    to_encode: Receiver<Vec<u8>>,
}

/// Ends early where nobody reads any more.
fn write_each(lines: &Receiver<Vec<u8>>, taken: &SyncSender<Vec<u8>>, mut out: impl Read + Write) {
    for mut line in lines {
        let written = out.write_all(&line).and_then(|()| out.flush());
        if written.and_then(|()| out.read_exact(&mut [0])).is_err() {
            return;
        }
        line.clear();
        let _ = taken.send(line); // where the sorter has ended, it needs none
    }
}
