//! Replaying with a timestamp around each message: what the latency passes have in common.

use super::rows::{Row, Rows, fill};
use super::walk::{Progress, Stretch, Volume, Walk};
use crate::builtin::quiet_probe;
use crate::instance::Answer;
use crate::{Batch, CoreError, Feed, Instance, Instrument, LatencyHistogram};
use latprobe_abi::{OnMessageFn, Probe, stamp};
use serde::Serialize;
use std::ffi::c_void;
use std::sync::atomic::AtomicU64;

/// Messages that are not recorded after the loop was left: to empty a full buffer, to go to another
/// batch of a large feed, or to set the target back where the feed starts anew. The caches are not
/// the target's then. Of a short feed it is a hundredth, so that its first messages still count.
const SETTLING: u64 = 64;

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

impl StageTimes {
    pub(super) fn record(&mut self, ns: f64) {
        self.count += 1;
        self.sum_ns += ns;
        self.histogram.record(ns);
    }
}

/// From ticks between timestamps to nanoseconds of work.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    offset_ticks: f64,
    ns_per_tick: f64,
}

impl Scale {
    pub fn of(instrument: &Instrument) -> Self {
        let ns_per_tick = instrument.clock.ns_per_tick;
        Self { offset_ticks: instrument.calibration.offset_ns / ns_per_tick, ns_per_tick }
    }

    /// Each of the intervals that timestamps cut the time into carries the offset once.
    pub fn ns(self, from: u64, to: u64, intervals: usize) -> f64 {
        let ticks = to.saturating_sub(from) as f64;
        (ticks - self.offset_ticks * intervals as f64) * self.ns_per_tick
    }
}

/// How many messages were recorded, and how many left out since they came right after the loop had
/// been left.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Recorded {
    pub recorded: u64,
    pub settling: u64,
}

/// Times each message of `volume`, at the marks of the stages in `timed` (a bit for each), and
/// hands what was measured to `record`, outside of the loop.
pub(super) fn replay_timed(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    timed: u32,
    progress: Progress,
    record: impl FnMut(Answer, Row),
) -> Result<Recorded, CoreError> {
    let mut rows = Rows::new(instance.description().stages.len(), volume.total());
    let mut sorter = Sorter {
        noted: Vec::with_capacity(64),
        settle: SETTLING.min(feed.messages() / 100),
        counts: Recorded::default(),
        record,
    };
    let mut walk = Walk::new(feed, volume, rows.capacity())?;
    let mut probe = Probe { timed, ..quiet_probe() };
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
    Ok(sorter.counts)
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
        &mut Probe { timed: u32::MAX, ..quiet_probe() },
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
    let rows = rows.reserve(stretch.range.len());
    let messages = stretch.batch.messages(stretch.range.clone());
    for ((sequence, (bytes, recv_ns)), row) in (stretch.sequence..).zip(messages).zip(rows) {
        progress.at(sequence);
        let start = stamp();
        // SAFETY: the instance is live and used by this thread alone; bytes and probe outlive the
        // call.
        let answer = unsafe { on_message(this, bytes.as_ptr(), bytes.len(), recv_ns, probe) };
        let end = stamp();
        fill(row, start, end, answer, &mut probe.stamps);
    }
}

/// A stretch whose rows are in the buffer.
#[derive(Clone, Copy)]
struct Noted {
    first_row: usize,
    sequence: u64,
    measured: bool,
    disturbed: bool,
}

/// Goes over full buffers.
struct Sorter<R> {
    /// The stretches in the buffer.
    noted: Vec<Noted>,
    settle: u64,
    counts: Recorded,
    record: R,
}

impl<R: FnMut(Answer, Row)> Sorter<R> {
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
                    self.counts.settling += 1;
                } else {
                    self.counts.recorded += 1;
                    (self.record)(answer, row);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_time_keeps_the_mean_unbiased() {
        let mut times = StageTimes::default();
        times.record(-2.0);
        times.record(6.0);
        assert!(times.count == 2 && (times.sum_ns - 4.0).abs() < 1e-9);
    }
}
