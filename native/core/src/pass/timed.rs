//! Replaying with a timestamp around each message: what the latency passes have in common.

use super::journey::Journey;
use super::pacer::{Closed, Pacer};
use super::rows::{MANY_ROWS_BYTES, Place, Row, Rows, fill};
use super::walk::{Progress, Stretch, Volume, Walk};
use super::window::{depths_of, drain, lost};
use crate::instance::Answer;
use crate::timestamp::timed_probe;
use crate::tracks::Tracks;
use crate::{Batch, CoreError, Feed, Instance};
use latprobe_abi::{OnMessageFn, Probe};
use std::ffi::c_void;
use std::ops::Range;
use std::sync::atomic::AtomicU64;

/// Messages that are not recorded after the loop was left: to empty a full buffer, to go to another
/// batch of a large feed, or to set the target back where the feed starts anew. The caches are not
/// the target's then. Of a short feed it is a hundredth, so that its first messages still count.
pub(super) const SETTLING: u64 = 64;

/// What takes a timestamp.
#[derive(Clone, Copy)]
pub(super) struct Timed {
    /// A bit for each stage of the market-data thread.
    pub stages: u32,
    /// A bit for each column of what other threads say.
    pub columns: u64,
}

impl Timed {
    /// All of it.
    pub const ALL: Self = Self { stages: u32::MAX, columns: u64::MAX };

    /// Whether all that is said of a message is known.
    fn is_all(self) -> bool {
        self.columns == u64::MAX
    }
}

/// How many messages were recorded; how many were left out since they came right after the loop had
/// been left; and how many since the pacer makes no figures of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub recorded: u64,
    pub settling: u64,
    pub passed_over: u64,
}

/// Where a row's message is: its number in the pass, and its place in the feed.
#[derive(Clone, Copy)]
pub(super) struct Origin<'feed> {
    pub sequence: u64,
    pub batch: Batch<'feed>,
    pub index: usize,
}

/// Times each message of `volume`, at what is in `timed`, and hands what was measured to `record`, outside of the loop, with the ticks for which the message
/// waited beyond the time that `pacer` had planned for it, and where it is.
pub(super) fn replay_timed<'feed, P: Pacer>(
    feed: &'feed Feed,
    instance: &mut Instance,
    volume: Volume,
    timed: Timed,
    pacer: &mut P,
    progress: Progress<'feed>,
    record: impl FnMut(Answer, &Row, u64, &Origin<'feed>),
) -> Result<Counts, CoreError> {
    let tracks = instance.tracks();
    let most = tracks.map_or(u64::MAX, |tracks| tracks.capacity() as u64);
    let stages = instance.description().stages.len();
    let mut rows = Rows::new(stages, volume.total().min(most), P::ROWS_BYTES);
    let mut sorter = Sorter {
        noted: Vec::with_capacity(64),
        settle: SETTLING.min(feed.messages() / 100),
        counts: Counts::default(),
        timed,
        progress,
        drained: 0,
        record,
    };
    pacer.reserve(rows.capacity());
    if let Some(tracks) = tracks {
        tracks.listen(timed.columns);
        tracks.clear(0..rows.capacity() as u64);
    }
    let mut walk = Walk::new(feed, volume, rows.capacity().min(P::LONGEST), progress)?;
    let mut probe = timed_probe(timed.stages);
    loop {
        if walk.is_at_end_of_feed() {
            sorter.drain(instance, &rows);
        }
        let Some(stretch) = walk.next(instance)? else { break };
        let full = rows.free() < stretch.range.len();
        if full {
            sorter.sort(instance, &rows, pacer)?;
            rows.clear();
            if let Some(tracks) = tracks {
                tracks.clear(stretch.sequence..stretch.sequence + rows.capacity() as u64);
            }
        }
        sorter.note(&stretch, rows.used(), full || stretch.disturbed);
        pacer.plan(&stretch, rows.used());
        if P::LONGEST < usize::MAX {
            rows.look_up(stretch.range.len());
        }
        let (on_message, this) = instance.call();
        let time =
            if tracks.is_some() { time_stretch::<P, true> } else { time_stretch::<P, false> };
        time(on_message, this, &stretch, &mut probe, &mut rows, pacer, progress);
    }
    sorter.sort(instance, &rows, pacer)?;
    Ok(sorter.counts)
}

/// Mean raw time from the first mark to the second, in ticks, over the messages of `batch`: what
/// calibration is made of. Times over three times the median are left out: they are interrupts.
pub(crate) fn mean_raw_ticks(instance: &Instance, batch: Batch) -> f64 {
    let mut rows = Rows::new(2, batch.len() as u64, MANY_ROWS_BYTES);
    let range = 0..batch.len();
    let stretch =
        Stretch { batch, range, sequence: 0, measured: true, disturbed: false, new_turn: false };
    let counter = AtomicU64::new(0);
    let (on_message, this) = instance.call();
    time_stretch::<_, false>(
        on_message,
        this,
        &stretch,
        &mut timed_probe(u32::MAX),
        &mut rows,
        &mut Closed::new(),
        Progress::to(&counter),
    );
    let mut times: Vec<u64> =
        rows.range(0..rows.used()).map(|row| row.stamps[1] - row.stamps[0]).collect();
    times.sort_unstable();
    let median = times[times.len() / 2];
    let kept = times.partition_point(|&time| time <= 3 * median);
    times[..kept].iter().sum::<u64>() as f64 / kept as f64
}

/// The loop that everything else is about. Only where messages are `TRACKED` by other threads are
/// they told its number.
#[inline(never)]
fn time_stretch<P: Pacer, const TRACKED: bool>(
    on_message: OnMessageFn,
    this: *mut c_void,
    stretch: &Stretch,
    probe: &mut Probe,
    rows: &mut Rows,
    pacer: &mut P,
    progress: Progress,
) {
    let rows = rows.reserve(stretch.range.len());
    pacer.resume();
    let messages = stretch.batch.messages(stretch.range.clone());
    for ((sequence, (bytes, recv_ns)), row) in (stretch.sequence..).zip(messages).zip(rows) {
        pacer.prepare(sequence);
        progress.at(sequence);
        if TRACKED {
            probe.sequence = sequence;
        }
        let start = pacer.start(bytes, sequence, progress);
        // SAFETY: the instance is live and used by this thread alone; bytes and probe outlive the
        // call.
        let answer = unsafe { on_message(this, bytes.as_ptr(), bytes.len(), recv_ns, probe) };
        let end = pacer.end();
        fill(row, start, end, answer, &mut probe.stamps);
    }
    pacer.leave();
}

/// A stretch whose rows are in the buffer.
#[derive(Clone, Copy)]
struct Noted<'feed> {
    first_row: usize,
    /// Of its first message; the others follow.
    origin: Origin<'feed>,
    measured: bool,
    disturbed: bool,
}

/// Goes over full buffers.
struct Sorter<'feed, 'pass, R> {
    /// The stretches in the buffer.
    noted: Vec<Noted<'feed>>,
    settle: u64,
    counts: Counts,
    timed: Timed,
    progress: Progress<'pass>,
    /// Number of the first message that other threads may still be at.
    drained: u64,
    record: R,
}

impl<'feed, R: FnMut(Answer, &Row, u64, &Origin<'feed>)> Sorter<'feed, '_, R> {
    fn note(&mut self, stretch: &Stretch<'feed>, first_row: usize, disturbed: bool) {
        let &Stretch { sequence, batch, measured, .. } = stretch;
        let origin = Origin { sequence, batch, index: stretch.range.start };
        self.noted.push(Noted { first_row, origin, measured, disturbed });
    }

    /// Numbers of the messages in the buffer.
    fn sequences(&self, rows: &Rows) -> Range<u64> {
        let first = self.noted.first().map_or(0, |noted| noted.origin.sequence);
        first..first + rows.used() as u64
    }

    /// Waits until other threads are done with what is in the buffer.
    fn drain(&mut self, instance: &Instance, rows: &Rows) {
        let end = self.sequences(rows).end;
        if self.drained < end {
            drain(instance, self.drained..end, self.progress);
            self.drained = end;
        }
    }

    fn sort(
        &mut self,
        instance: &Instance,
        rows: &Rows,
        pacer: &mut impl Pacer,
    ) -> Result<(), CoreError> {
        self.drain(instance, rows);
        let sequences = self.sequences(rows);
        let seen = instance.tracks().map(|tracks| {
            let is_all = self.timed.is_all();
            let depths = if is_all { depths_of(tracks, sequences.clone()) } else { Vec::new() };
            Seen { tracks, depths, sequences }
        });
        let noted = std::mem::take(&mut self.noted);
        for (index, &stretch) in noted.iter().enumerate() {
            let end = noted.get(index + 1).map_or(rows.used(), |next| next.first_row);
            let mut origin = stretch.origin;
            let settling = if stretch.disturbed { origin.sequence + self.settle } else { 0 };
            for mut row in rows.range(stretch.first_row..end) {
                row.place = seen.as_ref().map(|it| it.place(origin.sequence));
                let answer = instance.answer(row.answer, origin.sequence)?;
                if let Some(seen) = seen.as_ref().filter(|_| self.timed.is_all()) {
                    seen.check(instance, &row, origin.sequence)?;
                }
                if stretch.measured {
                    self.take(answer, &row, &origin, origin.sequence < settling, pacer);
                }
                origin.sequence += 1;
                origin.index += 1;
            }
        }
        Ok(())
    }

    fn take(
        &mut self,
        answer: Answer,
        row: &Row,
        origin: &Origin<'feed>,
        is_settling: bool,
        pacer: &mut impl Pacer,
    ) {
        let is_kept = !is_settling && pacer.counts(origin.sequence);
        let waited = pacer.waited(origin.sequence, row, is_kept);
        if is_kept {
            self.counts.recorded += 1;
            (self.record)(answer, row, waited, origin);
        } else if is_settling {
            self.counts.settling += 1;
        } else {
            self.counts.passed_over += 1;
        }
    }
}

/// What other threads said of the messages in the buffer.
struct Seen {
    tracks: &'static Tracks,
    depths: Vec<Vec<u64>>,
    sequences: Range<u64>,
}

impl Seen {
    fn place(&self, sequence: u64) -> Place<'_> {
        Place { track: self.tracks.track(sequence), depths: &self.depths }
    }

    fn check(&self, instance: &Instance, row: &Row, sequence: u64) -> Result<(), CoreError> {
        let journey = Journey::of(row, self.tracks.track(sequence));
        let name = |hop: u32| instance.description().hops[hop as usize].name.clone();
        match journey.problem(self.sequences.clone(), name) {
            Some(problem) => Err(lost(instance, sequence, problem)),
            None => Ok(()),
        }
    }
}
