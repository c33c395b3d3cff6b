//! The slowest messages of a pass, with all that can be said about each.

use super::journey::Taken;
use super::rows::Row;
use super::scale::Scale;
use super::split::split;
use super::timed::Origin;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;

/// Messages that are kept of a pass.
const WORST: usize = 20;

/// Bytes that are kept of a message.
const KEPT_BYTES: usize = 256;

/// One of the slowest messages.
#[derive(Clone, Debug, Serialize)]
pub struct TailMessage {
    /// Its number, counted from the start of the pass, warm-up and earlier rounds of the feed
    /// among it.
    pub sequence: u64,
    /// When it was received: Unix time.
    pub recv_ns: i64,
    /// Its kind's name; `None` where it was not understood.
    pub kind: Option<String>,
    /// Time of the whole message until `on_message` returned.
    pub total_ns: f64,
    /// Time until its last thread was done with it, where it has others.
    pub end_to_end_ns: Option<f64>,
    /// Time of each stage that it came to the end of.
    pub stages_ns: Vec<Option<f64>>,
    /// Size of its payload in bytes.
    pub size: usize,
    /// The first 256 of them, in Base64.
    pub bytes: String,
    /// The clock right before it, in ticks.
    pub start_ticks: u64,
    /// The clock right after it, on whichever thread that was last, in ticks.
    pub end_ticks: u64,
}

/// Keeps the slowest of the messages that it is offered. Used where rows are sorted, outside of the
/// loop that is measured.
pub(super) struct Tail<'feed> {
    /// The slowest first; of those that took as long, the earlier.
    worst: Vec<Kept<'feed>>,
    scale: Scale,
}

struct Kept<'feed> {
    taken: Taken,
    kind: usize,
    start: u64,
    end: u64,
    stages_ns: Vec<Option<f64>>,
    origin: Origin<'feed>,
}

impl<'feed> Tail<'feed> {
    pub fn new(scale: Scale) -> Self {
        Self { worst: Vec::with_capacity(WORST + 1), scale }
    }

    /// Keeps a message if it is among the slowest so far. `kind` is for [`Tail::finished`] to name.
    #[inline]
    pub fn offer(&mut self, taken: Taken, kind: usize, row: &Row, origin: &Origin<'feed>) {
        let is_slow = |least: &Kept| taken.longest_ns() > least.taken.longest_ns();
        // Most messages are not: one comparison is all that they cost.
        if self.worst.len() < WORST || self.worst.last().is_some_and(is_slow) {
            self.keep(taken, kind, row, origin);
        }
    }

    #[cold]
    fn keep(&mut self, taken: Taken, kind: usize, row: &Row, origin: &Origin<'feed>) {
        let longest_ns = taken.longest_ns();
        let rank = self.worst.partition_point(|kept| kept.taken.longest_ns() >= longest_ns);
        let mut stages_ns = vec![None; row.stamps.len()];
        split(self.scale, row, |stage, ns| stages_ns[stage] = Some(ns));
        let finished = row.place.and_then(|place| place.track.finished());
        let end = finished.map_or(row.end, |finished| finished.max(row.end));
        let kept = Kept { taken, kind, start: row.start, end, stages_ns, origin: *origin };
        self.worst.insert(rank, kept);
        self.worst.truncate(WORST);
    }

    /// What was kept, the slowest first. Kinds have names; any other index is of messages that
    /// were not understood.
    pub fn finished(self, kinds: &[String]) -> Vec<TailMessage> {
        self.worst.into_iter().map(|kept| kept.described(kinds)).collect()
    }
}

impl Kept<'_> {
    fn described(self, kinds: &[String]) -> TailMessage {
        let (bytes, recv_ns) = self.origin.batch.message(self.origin.index);
        TailMessage {
            sequence: self.origin.sequence,
            recv_ns,
            kind: kinds.get(self.kind).cloned(),
            total_ns: self.taken.total_ns,
            end_to_end_ns: self.taken.end_to_end_ns,
            stages_ns: self.stages_ns,
            size: bytes.len(),
            bytes: STANDARD.encode(&bytes[..bytes.len().min(KEPT_BYTES)]),
            start_ticks: self.start,
            end_ticks: self.end,
        }
    }
}
