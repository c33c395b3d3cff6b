//! The thread that makes figures of raw timestamps.

use super::super::allocation_counter::AllocationTotals;
use super::super::lateness::{LatenessTally, Sent};
use super::super::pacing::Pacing;
use super::super::rows::Row;
use super::super::scale::Scale;
use super::super::split::split;
use super::super::timed::SETTLING;
use super::block::{Block, BlockRow};
use super::interval::{Interval, TaggedTimes, WorstMessage};
use super::snapshot::Snapshot;
use super::{Lines, Refusal};
use crate::histogram::LONGEST_NS;
use crate::{Feed, Instance, Instrument, LatencyHistogram};
use std::sync::mpsc::{Receiver, SyncSender};

/// Sorts blocks into the interval in hand, and hands that on where it ends.
pub(super) struct Sorter {
    scale: Scale,
    ns_per_tick: f64,
    kinds: usize,
    errors: usize,
    settle: u64,
    is_counting: bool,
    tally: LatenessTally,
    /// `total`, `response`, and the stages in order.
    rows: Vec<Times>,
    tags: Vec<String>,
    sums: Sums,
    /// Where the interval in hand began; `None` before the first.
    began: Option<Snapshot>,
    /// What the tally said then.
    paced: Pacing,
}

/// What is counted of an interval besides times.
#[derive(Default)]
struct Sums {
    messages: u64,
    last_sequence: Option<u64>,
    recorded: u64,
    settling: u64,
    errors: u64,
    paused: u64,
    longest_pause: u64,
    allocated: AllocationTotals,
    heap_floor_bytes: Option<u64>,
    worst: Option<WorstMessage>,
}

/// One distribution, in memory that is there before the first message, however long a time it takes.
struct Times {
    sum_ns: f64,
    histogram: LatencyHistogram,
}

impl Times {
    fn new() -> Self {
        let mut histogram = LatencyHistogram::default();
        histogram.record_times(LONGEST_NS, 1);
        histogram.clear();
        Self { sum_ns: 0.0, histogram }
    }

    fn record(&mut self, ns: f64) {
        self.sum_ns += ns;
        self.histogram.record(ns);
    }

    fn clear(&mut self) {
        self.sum_ns = 0.0;
        self.histogram.clear();
    }
}

impl Sorter {
    pub fn new(
        instance: &Instance,
        feeds: &[&Feed],
        instrument: &Instrument,
        is_counting: bool,
    ) -> Self {
        let stages = &instance.description().stages;
        let own = ["total".to_owned(), "response".to_owned()];
        let tags: Vec<String> = own.into_iter().chain(stages.iter().cloned()).collect();
        let shortest = feeds.iter().map(|feed| feed.messages()).min().unwrap_or_default();
        let tally = LatenessTally::new(instrument.clock.ns_per_tick);
        Self {
            scale: Scale::of(instrument),
            ns_per_tick: instrument.clock.ns_per_tick,
            kinds: instance.kind_count(),
            errors: instance.error_count(),
            settle: SETTLING.min(shortest / 100),
            is_counting,
            paced: tally.pacing(),
            tally,
            rows: tags.iter().map(|_| Times::new()).collect(),
            tags,
            sums: Sums::default(),
            began: None,
        }
    }

    /// Ends with the driver, or where nobody takes what is finished.
    pub fn run(
        mut self,
        to_sort: &Receiver<Box<Block>>,
        emptied: &SyncSender<Box<Block>>,
        lines: &Lines,
        refusal: &Refusal,
    ) {
        let mut last = None;
        for mut block in to_sort {
            self.sort(&block, refusal);
            if let Some(end) = block.closing.take() {
                last = Some(end);
                self.close(end, lines, || lines.to_encode.try_recv().ok());
            }
            block.used = 0;
            // Where the driver has ended, the block is not needed any more.
            let _ = emptied.send(block);
        }
        if let Some(end) = last.filter(|_| self.sums.messages > 0) {
            self.close(end, lines, || lines.to_encode.recv().ok());
        }
    }

    fn sort(&mut self, block: &Block, refusal: &Refusal) {
        if block.paused > 0 {
            self.tally.paused(block.paused);
            self.sums.paused += block.paused;
            self.sums.longest_pause = self.sums.longest_pause.max(block.paused);
        }
        if block.measured {
            self.sums.allocated.add(block.allocated);
        }
        let mut was_stalled = false;
        for (nth, row) in (0..).zip(block.rows()) {
            let sequence = block.sequence + nth;
            let Some(is_understood) = self.is_understood(row.answer) else {
                refusal.find(row.answer, sequence);
                return;
            };
            self.sums.messages += 1;
            self.sums.last_sequence = Some(sequence);
            if block.measured {
                if row.longest_gap > 0 {
                    self.tally.stalled(row.longest_gap, was_stalled);
                }
                was_stalled = row.longest_gap > 0;
                let is_settling = block.disturbed && nth < self.settle;
                self.take(&row, sequence, block.origin, is_settling, is_understood);
            }
        }
    }

    /// `None` of an answer that the target does not declare.
    fn is_understood(&self, answer: i32) -> Option<bool> {
        let declared = |index: i64, count: usize| usize::try_from(index).is_ok_and(|it| it < count);
        let answer = i64::from(answer);
        if answer >= 0 {
            declared(answer, self.kinds).then_some(true)
        } else {
            declared(-1 - answer, self.errors).then_some(false)
        }
    }

    fn take(
        &mut self,
        row: &BlockRow,
        sequence: u64,
        origin: u64,
        is_settling: bool,
        is_understood: bool,
    ) {
        let sent = Sent {
            sequence,
            due: row.due,
            first: row.first.saturating_sub(origin),
            start: row.start.saturating_sub(origin),
            end: row.end.saturating_sub(origin),
            stalled: row.longest_gap > 0,
        };
        let waited = self.tally.take(sent, !is_settling);
        if is_settling {
            self.sums.settling += 1;
            return;
        }
        self.sums.recorded += 1;
        self.sums.errors += u64::from(!is_understood);
        let timed = Row {
            start: row.start,
            end: row.end,
            answer: row.answer,
            index: 0,
            stamps: row.stamps,
            place: None,
        };
        let (whole, stages) = self.rows.split_at_mut(2);
        let total_ns = split(self.scale, &timed, |stage, ns| stages[stage].record(ns));
        let response_ns = total_ns + self.scale.raw_ns(waited);
        whole[0].record(total_ns);
        whole[1].record(response_ns);
        if self.sums.worst.is_none_or(|worst| response_ns > worst.response_ns) {
            self.sums.worst = Some(WorstMessage { sequence, response_ns, total_ns });
        }
    }

    /// Ends the interval in hand if there is a line to write it to; else it goes on.
    fn close(&mut self, end: Snapshot, lines: &Lines, line: impl FnOnce() -> Option<Vec<u8>>) {
        self.sums.heap_floor_bytes = end.heap_floor_bytes.or(self.sums.heap_floor_bytes);
        let Some(began) = self.began else {
            self.began = Some(end);
            return;
        };
        let Some(mut line) = line() else { return };
        let paced = self.tally.pacing();
        // Cannot fail: a vector takes everything, and there is room for as many lines as there are.
        let _ = serde_json::to_writer(&mut line, &self.interval(began, end, &paced));
        line.push(b'\n');
        let _ = lines.finished.send(line);
        self.began = Some(end);
        self.paced = paced;
        self.sums = Sums::default();
        self.rows.iter_mut().for_each(Times::clear);
    }

    fn interval(&self, began: Snapshot, end: Snapshot, paced: &Pacing) -> Interval<'_> {
        let (sums, before) = (&self.sums, &self.paced);
        let ns = |ticks: u64| ticks as f64 * self.ns_per_tick;
        let times = self.tags.iter().zip(&self.rows).filter(|(_, it)| it.histogram.count() > 0);
        Interval {
            start_unix_ns: began.unix_ns,
            wall_step_ns: end.wall.step_ns(began.wall, self.ns_per_tick),
            seconds: ns(end.ticks.saturating_sub(began.ticks)) / 1e9,
            messages: sums.messages,
            last_sequence: sums.last_sequence,
            recorded: sums.recorded,
            settling: sums.settling,
            errors: sums.errors,
            rounds: end.rounds - began.rounds,
            late: paced.late - before.late,
            late_by_platform: paced.late_by_platform - before.late_by_platform,
            late_by_driver: paced.late_by_driver - before.late_by_driver,
            stalls_in_waiting: paced.waiting.stalls - before.waiting.stalls,
            stalled_in_waiting_ns: paced.waiting.stalled_ns - before.waiting.stalled_ns,
            paused_ns: ns(sums.paused),
            longest_pause_ns: ns(sums.longest_pause),
            heap_bytes: end.heap_bytes,
            heap_floor_bytes: sums.heap_floor_bytes,
            allocated: self.is_counting.then_some(sums.allocated),
            cpu_s: end.cpu_ns.saturating_sub(began.cpu_ns) as f64 / 1e9,
            minor_faults: end.minor_faults - began.minor_faults,
            major_faults: end.major_faults - began.major_faults,
            voluntary_switches: end.voluntary_switches - began.voluntary_switches,
            involuntary_switches: end.involuntary_switches - began.involuntary_switches,
            worst: sums.worst,
            times: times
                .map(|(tag, times)| TaggedTimes {
                    tag,
                    count: times.histogram.count(),
                    sum_ns: times.sum_ns,
                    max_ns: times.histogram.max(),
                    histogram: &times.histogram,
                })
                .collect(),
        }
    }
}
