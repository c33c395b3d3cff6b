//! The cost pass: one timestamp around many messages, none in between.

use super::walk::{Progress, Stretch, Volume, Walk};
use crate::builtin::quiet_probe;
use crate::thread_usage::thread_usage;
use crate::timestamp::stamp;
use crate::{CoreError, Feed, Instance, Instrument};
use latprobe_abi::{OnMessageFn, Probe};
use serde::Serialize;
use std::ffi::c_void;

/// Messages between two timestamps. Their offset is taken off; it would make some hundredths of a
/// nanosecond for each message.
const CHUNK: usize = 1024;

/// Messages in one turn of the loop. A processor goes around no loop faster than it can predict its
/// jumps: those of a call and its return are enough.
const UNROLLED: usize = 8;

/// Where processes take turns, chunks are held against each other one by one, and are shorter.
const CHUNKS_IN_A_TURN: u64 = 8;

/// What a cost pass found.
#[derive(Debug, Serialize)]
#[serde(tag = "collector", rename = "cost")]
pub struct CostResult {
    /// Messages that were counted.
    pub messages: u64,
    /// Messages between two timestamps, fewer at the end of a stretch.
    pub chunk_messages: u64,
    /// Time of all of them, in nanoseconds, the harness's own loop included. Of a target with hops it
    /// goes on until each chunk is done with on its last thread.
    pub total_ns: f64,
    /// Median over the chunks of a thousand messages, or of the feed's largest batch if that is
    /// smaller, in nanoseconds a message: what is left
    /// when the machine's stalls, which fall into few chunks, are not.
    pub median_chunk_ns: f64,
    /// Where two processes replayed in turns: nanoseconds a message in each chunk, in order. The first
    /// of a turn is left out, in which the caches are not the target's; 0 stands for a chunk in which
    /// the kernel gave the CPU to somebody else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chunks_ns: Vec<f64>,
}

/// Times the messages of `volume` in chunks.
///
/// # Errors
///
/// Where the feed is damaged.
pub fn cost(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    instrument: &Instrument,
    progress: Progress,
) -> Result<CostResult, CoreError> {
    let ns_per_tick = instrument.clock.ns_per_tick;
    let offset_ticks = instrument.calibration.offset_ns / ns_per_tick;
    let in_turns = feed.turns();
    let of_turn = in_turns.map_or(u64::MAX, |turns| (turns.messages / CHUNKS_IN_A_TURN).max(1));
    let chunk = CHUNK.min(feed.longest_batch()).min(usize::try_from(of_turn).unwrap_or(usize::MAX));
    let mut walk = Walk::new(feed, volume, chunk, progress)?;
    let mut probe = quiet_probe();
    let mut messages = 0;
    let mut ticks = 0.0;
    // Ones, so that the memory is there before it is written to.
    let most = usize::try_from(volume.measured).unwrap_or(usize::MAX) / chunk + 1;
    let mut chunks = vec![1.0; most + feed.batch_count().min(most)];
    chunks.clear();
    if let Some(tracks) = instance.tracks() {
        tracks.listen(0);
    }
    let mut chunks_ns = vec![1.0; in_turns.map_or(0, |_| chunks.capacity())];
    chunks_ns.clear();
    while let Some(stretch) = walk.next(instance)? {
        let (on_message, this) = instance.call();
        let before = in_turns.map(|_| involuntary_switches());
        let start = stamp();
        match instance.drain_call() {
            None => replay::<false>(on_message, this, &stretch, &mut probe, progress),
            Some(drain) => {
                replay::<true>(on_message, this, &stretch, &mut probe, progress);
                // SAFETY: the instance is live and used by this thread alone.
                unsafe { drain(this) };
            }
        }
        let raw_ticks = stamp() - start;
        if !stretch.measured || stretch.new_turn {
            continue;
        }
        let taken = (raw_ticks as f64 - offset_ticks).max(0.0);
        messages += stretch.range.len() as u64;
        ticks += taken;
        if let Some(before) = before {
            let is_whole = before == involuntary_switches();
            let each_ns = taken * ns_per_tick / stretch.range.len() as f64;
            chunks_ns.push(if is_whole { each_ns } else { 0.0 });
        }
        if stretch.range.len() == chunk {
            chunks.push(taken / chunk as f64);
        }
    }
    let total_ns = ticks * ns_per_tick;
    chunks.sort_unstable_by(f64::total_cmp);
    let median_chunk_ns = match chunks.get(chunks.len() / 2) {
        Some(ticks) => ticks * ns_per_tick,
        None => total_ns / messages as f64,
    };
    Ok(CostResult { messages, chunk_messages: chunk as u64, total_ns, median_chunk_ns, chunks_ns })
}

/// How often the kernel has taken the CPU from this thread for another.
fn involuntary_switches() -> libc::c_long {
    thread_usage().ru_nivcsw
}

/// The loop, by itself: what comes before and after it would take registers from it. Only where
/// messages are `TRACKED` by other threads are they told its number.
#[inline(never)]
fn replay<const TRACKED: bool>(
    on_message: OnMessageFn,
    this: *mut c_void,
    stretch: &Stretch,
    probe: &mut Probe,
    progress: Progress,
) {
    let mut messages = (stretch.sequence..).zip(stretch.batch.messages(stretch.range.clone()));
    loop {
        for _ in 0..UNROLLED {
            let Some((sequence, (bytes, recv_ns))) = messages.next() else {
                return;
            };
            progress.at(sequence);
            if TRACKED {
                probe.sequence = sequence;
            }
            // SAFETY: `this` is the instance that `on_message` came with, live for as long as the walk,
            // and used by this thread alone; `bytes` lie in the mapped feed, and nobody else has
            // `probe` while the call lasts.
            unsafe { on_message(this, bytes.as_ptr(), bytes.len(), recv_ns, probe) };
        }
    }
}
