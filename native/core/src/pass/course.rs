//! The course pass: what messages cost from the very first one on, and where the thread waited.

use super::walk::{Progress, Volume, Walk};
use crate::builtin::quiet_probe;
use crate::thread_usage::thread_usage;
use crate::timestamp::stamp;
use crate::{CoreError, Feed, Instance, Instrument};
use serde::Serialize;

/// Messages between two timestamps: few, since interpreters specialise code that ran some tens of
/// times.
const CHUNK: usize = 32;

/// Chunks that are kept: by then whatever warms up has.
const MOST_CHUNKS: usize = 8_192;

/// What a course pass found.
#[derive(Debug, Serialize)]
pub struct CourseResult {
    /// Messages that were handed over, the first ones among them.
    pub messages: u64,
    /// How many of them do not count in other passes.
    pub warmup: u64,
    /// Messages in a chunk.
    pub chunk_messages: u64,
    /// Time of a message in each of the first chunks that are whole, in nanoseconds, in order.
    pub chunk_ns: Vec<f64>,
    /// Where the thread gave the processor away.
    pub waits: Waits,
}

/// What the thread waited for something: a lock, another thread, the kernel.
#[derive(Debug, Default, Serialize)]
pub struct Waits {
    /// Times that it gave the processor away, as the kernel counts them.
    pub switches: u64,
    /// Time without the processor in the chunks in which it did, in nanoseconds.
    pub ns: f64,
    /// The most of it in any one chunk.
    pub longest_ns: f64,
}

/// Times all messages of `volume` in small chunks; none is left out.
///
/// # Errors
///
/// Where the feed is damaged, or the target breaks the ABI.
pub fn course(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    instrument: &Instrument,
    progress: Progress,
) -> Result<CourseResult, CoreError> {
    let ns_per_tick = instrument.clock.ns_per_tick;
    let all = Volume { warmup: 0, measured: volume.total() };
    let mut walk = Walk::new(feed, all, CHUNK, progress)?;
    let mut probe = quiet_probe();
    let mut chunk_ns = Vec::with_capacity(MOST_CHUNKS);
    let mut waits = Waits::default();
    while let Some(stretch) = walk.next(instance)? {
        let before = Usage::now();
        let start = stamp();
        for (sequence, index) in (stretch.sequence..).zip(stretch.range.clone()) {
            progress.at(sequence);
            let answer = instance.message(&stretch.batch, index, sequence, &mut probe);
            instance.answer(answer, sequence)?;
        }
        let ns = (stamp() - start) as f64 * ns_per_tick;
        waits.take(before, Usage::now(), ns);
        if stretch.range.len() == CHUNK && chunk_ns.len() < MOST_CHUNKS {
            chunk_ns.push(ns / CHUNK as f64);
        }
    }
    let chunk_messages = CHUNK as u64;
    let Volume { warmup, .. } = volume;
    Ok(CourseResult { messages: volume.total(), warmup, chunk_messages, chunk_ns, waits })
}

impl Waits {
    fn take(&mut self, before: Usage, after: Usage, ns: f64) {
        let switches = after.switches - before.switches;
        if switches > 0 {
            let away_ns = (ns - (after.cpu_ns - before.cpu_ns)).max(0.0);
            self.switches += switches;
            self.ns += away_ns;
            self.longest_ns = self.longest_ns.max(away_ns);
        }
    }
}

/// What this thread has used.
#[derive(Clone, Copy)]
struct Usage {
    cpu_ns: f64,
    /// Voluntary ones.
    switches: u64,
}

impl Usage {
    fn now() -> Self {
        let used = thread_usage();
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the kernel writes one `timespec` to where there is room for it.
        unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
        Self {
            cpu_ns: time.tv_sec as f64 * 1e9 + time.tv_nsec as f64,
            switches: u64::try_from(used.ru_nvcsw).unwrap_or_default(),
        }
    }
}
