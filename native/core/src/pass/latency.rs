//! The latency pass: a serialised timestamp before each message, at each mark, and after.

use super::rows::{Row, Rows, fill};
use super::walk::{Progress, Stretch, Volume, Walk};
use crate::builtin::quiet_probe;
use crate::instance::Answer;
use crate::{Batch, CoreError, Feed, Instance, Instrument, LatencyHistogram};
use latprobe_abi::{MODE_TIMED, OnMessageFn, Probe, stamp};
use serde::Serialize;
use std::ffi::c_void;
use std::sync::atomic::AtomicU64;

/// Messages that are not recorded after the loop was left: to empty a full buffer, to go to another
/// batch of a large feed, or to set the target back where the feed starts anew. The caches are not
/// the target's then. Of a short feed it is a hundredth, so that its first messages still count.
const SETTLING: u64 = 64;

/// Several stages in a row, timed as one: from the end of the stage before `first` to the end of
/// `last`.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Index of its first stage.
    pub first: usize,
    /// Index of its last stage.
    pub last: usize,
}

/// What a latency pass found.
#[derive(Debug, Serialize)]
#[serde(tag = "collector", rename = "latency")]
pub struct LatencyResult {
    /// Messages that were timed and counted.
    pub recorded: u64,
    /// Measured messages that were not counted, since the loop had just been left before them.
    pub settling: u64,
    /// Histograms of each kind that was seen, and of the messages that were not understood.
    pub kinds: Vec<KindHistograms>,
}

/// The times of one kind's messages.
#[derive(Debug, Serialize)]
pub struct KindHistograms {
    /// The kind's name; `None` for messages that were not understood.
    pub kind: Option<String>,
    /// The whole message.
    pub total: StageTimes,
    /// Each stage that a message of the kind came to the end of, by its index.
    pub stages: Vec<Option<StageTimes>>,
    /// Each span that was asked for.
    pub spans: Vec<Option<StageTimes>>,
}

/// The times of one stage.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StageTimes {
    /// Sum of all times in nanoseconds, not rounded: what a mean is made of.
    pub sum_ns: f64,
    /// Number of times.
    pub count: u64,
    /// HDR V2.
    pub histogram: LatencyHistogram,
}

/// Times each message of `volume`.
///
/// # Errors
///
/// Where the feed is damaged or the target breaks the ABI.
pub fn latency(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    spans: &[Span],
    instrument: &Instrument,
    progress: Progress,
) -> Result<LatencyResult, CoreError> {
    let stages = instance.description().stages.len();
    let mut rows = Rows::new(stages, volume.total());
    let mut sorter = Sorter::new(feed, instance, spans, instrument);
    let mut walk = Walk::new(feed, volume, rows.capacity())?;
    let mut probe = timed_probe(stages);
    while let Some(stretch) = walk.next(instance)? {
        let full = rows.free() < stretch.range.len();
        if full {
            sorter.sort(instance, &rows)?;
            rows.clear();
        }
        sorter.note(&stretch, rows.used(), full || stretch.disturbed);
        let (on_message, this) = instance.call();
        time_stretch(on_message, this, &stretch, &mut probe, &mut rows, progress);
    }
    sorter.sort(instance, &rows)?;
    Ok(sorter.finish(instance))
}

/// Mean raw time from the first mark to the second, in ticks, over the messages of `batch`: what
/// calibration is made of. Times over three times the median are left out: they are interrupts.
pub(crate) fn mean_raw_ticks(instance: &Instance, batch: Batch) -> f64 {
    let mut rows = Rows::new(2, batch.len() as u64);
    let range = 0..batch.len();
    let stretch = Stretch { batch, range, sequence: 0, measured: true, disturbed: false };
    let counter = AtomicU64::new(0);
    let (on_message, this) = instance.call();
    time_stretch(
        on_message,
        this,
        &stretch,
        &mut timed_probe(2),
        &mut rows,
        Progress::to(&counter),
    );
    let mut times: Vec<u64> =
        rows.range(0..rows.used()).map(|row| row.stamps[1] - row.stamps[0]).collect();
    times.sort_unstable();
    let median = times[times.len() / 2];
    let kept = times.partition_point(|&time| time <= 3 * median);
    times[..kept].iter().sum::<u64>() as f64 / kept as f64
}

fn timed_probe(stages: usize) -> Probe {
    let stage_count = u32::try_from(stages).unwrap_or(u32::MAX);
    Probe { mode: MODE_TIMED, stage_count, ..quiet_probe() }
}

/// The loop that everything else is about.
#[inline(never)]
fn time_stretch(
    on_message: OnMessageFn,
    this: *mut c_void,
    stretch: &Stretch,
    probe: &mut Probe,
    rows: &mut Rows,
    progress: Progress,
) {
    let stages = probe.stage_count as usize;
    let rows = rows.reserve(stretch.range.len());
    for ((sequence, index), row) in (stretch.sequence..).zip(stretch.range.clone()).zip(rows) {
        let (bytes, recv_ns) = stretch.batch.message(index);
        probe.stamps[..stages].fill(0);
        progress.at(sequence);
        let start = stamp();
        // SAFETY: the instance is live and used by this thread alone; bytes and probe outlive the
        // call.
        let answer = unsafe { on_message(this, bytes.as_ptr(), bytes.len(), recv_ns, probe) };
        let end = stamp();
        fill(row, start, end, answer, &probe.stamps);
    }
}

/// Puts rows into histograms, outside of the loop.
struct Sorter<'pass> {
    spans: &'pass [Span],
    offset_ticks: f64,
    ns_per_tick: f64,
    /// One for each kind, and one more for messages that were not understood.
    kinds: Vec<Option<Box<KindTimes>>>,
    stages: usize,
    recorded: u64,
    settling: u64,
    settle: u64,
    /// The stretches in the buffer.
    noted: Vec<Noted>,
}

/// A stretch whose rows are in the buffer.
#[derive(Clone, Copy)]
struct Noted {
    first_row: usize,
    sequence: u64,
    measured: bool,
    disturbed: bool,
}

#[derive(Default)]
struct KindTimes {
    total: StageTimes,
    stages: Vec<StageTimes>,
    spans: Vec<StageTimes>,
}

impl<'pass> Sorter<'pass> {
    fn new(
        feed: &Feed,
        instance: &Instance,
        spans: &'pass [Span],
        instrument: &Instrument,
    ) -> Self {
        let description = instance.description();
        Self {
            spans,
            offset_ticks: instrument.calibration.offset_ns / instrument.clock.ns_per_tick,
            ns_per_tick: instrument.clock.ns_per_tick,
            kinds: (0..=description.kinds.len()).map(|_| None).collect(),
            stages: description.stages.len(),
            recorded: 0,
            settling: 0,
            settle: SETTLING.min(feed.messages() / 100),
            noted: Vec::with_capacity(64),
        }
    }

    fn note(&mut self, stretch: &Stretch, first_row: usize, disturbed: bool) {
        let &Stretch { sequence, measured, .. } = stretch;
        self.noted.push(Noted { first_row, sequence, measured, disturbed });
    }

    fn sort(&mut self, instance: &Instance, rows: &Rows) -> Result<(), CoreError> {
        let noted = std::mem::take(&mut self.noted);
        for (index, &stretch) in noted.iter().enumerate() {
            let end = noted.get(index + 1).map_or(rows.used(), |next| next.first_row);
            for (nth, row) in (0..).zip(rows.range(stretch.first_row..end)) {
                let answer = instance.answer(row.answer, stretch.sequence + nth)?;
                if !stretch.measured {
                    continue;
                }
                if stretch.disturbed && nth < self.settle {
                    self.settling += 1;
                } else {
                    self.record(answer, row);
                }
            }
        }
        Ok(())
    }

    fn record(&mut self, answer: Answer, row: Row) {
        self.recorded += 1;
        let kind = match answer {
            Answer::Kind(index) => index,
            Answer::Error(_) => self.kinds.len() - 1,
        };
        let (stages, spans) = (self.stages, self.spans);
        let kind = self.kinds[kind].get_or_insert_with(|| {
            Box::new(KindTimes {
                total: StageTimes::default(),
                stages: vec![StageTimes::default(); stages],
                spans: vec![StageTimes::default(); spans.len()],
            })
        });
        let (offset, ns_per_tick) = (self.offset_ticks, self.ns_per_tick);
        // Each interval between two timestamps carries the offset once.
        let ns = |from: u64, to: u64, intervals: usize| {
            (to.saturating_sub(from) as f64 - offset * intervals as f64) * ns_per_tick
        };
        let mut before = row.start;
        let mut intervals = 0;
        for (stage, &stamp) in row.stamps.iter().enumerate() {
            if stamp == 0 {
                continue;
            }
            intervals += 1;
            kind.stages[stage].record(ns(before, stamp, 1));
            before = stamp;
        }
        kind.total.record(ns(row.start, row.end, intervals + 1));
        for (span, times) in spans.iter().zip(&mut kind.spans) {
            if let Some((from, to, intervals)) = span.ends(&row) {
                times.record(ns(from, to, intervals));
            }
        }
    }

    fn finish(self, instance: &Instance) -> LatencyResult {
        let names = instance.description().kinds.iter().cloned().map(Some).chain([None]);
        let seen = |times: StageTimes| (times.count > 0).then_some(times);
        let kinds = names
            .zip(self.kinds)
            .filter_map(|(kind, times)| times.map(|times| (kind, *times)))
            .map(|(kind, times)| KindHistograms {
                kind,
                total: times.total,
                stages: times.stages.into_iter().map(seen).collect(),
                spans: times.spans.into_iter().map(seen).collect(),
            })
            .collect();
        LatencyResult { recorded: self.recorded, settling: self.settling, kinds }
    }
}

impl StageTimes {
    fn record(&mut self, ns: f64) {
        self.count += 1;
        self.sum_ns += ns;
        self.histogram.record(ns);
    }
}

impl Span {
    /// First and last timestamp, and the intervals between; `None` where the message did not come
    /// to the end of the span's last stage, or skipped into its middle.
    fn ends(self, row: &Row) -> Option<(u64, u64, usize)> {
        let end = *row.stamps.get(self.last).filter(|&&stamp| stamp != 0)?;
        let before = row.stamps[..self.first].iter().rev().find(|&&stamp| stamp != 0);
        let within = &row.stamps[self.first..=self.last];
        let intervals = within.iter().filter(|&&stamp| stamp != 0).count();
        Some((before.copied().unwrap_or(row.start), end, intervals))
    }
}
