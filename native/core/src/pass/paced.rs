//! Messages handed over at the times of a plan, however long the target takes.

use super::lateness::{LatenessTally, Sent};
use super::memory;
use super::pacer::{Pacer, wait_until};
use super::pacing::Pacing;
use super::rows::Row;
use super::walk::{Progress, Stretch};
use crate::thread_usage::thread_usage;
use crate::{Clock, Schedule};

/// Goes by a [`Schedule`]. The plan is made a thousand messages at a time, in memory that was there
/// before the first.
///
/// Whenever the loop is left, for that or for anything else, the plan stands still: it goes on with
/// the same distance between each message and the one in hand, so that a target that was behind is
/// as far behind as before, and nobody is late by what latprobe did meanwhile.
///
/// Messages that are not measured are handed over as in closed driving, and the plan begins with
/// the first that is.
pub(super) struct Paced<Now> {
    schedule: Schedule,
    tally: LatenessTally,
    now: Now,
    long_ticks: u64,
    /// For each row in the buffer.
    planned: Vec<Planned>,
    /// The row in hand.
    next: usize,
    /// What the clock read at the plan's time 0, had it never stood still; 0 before it began.
    origin: u64,
    /// What the clock read when the loop was left.
    left: Option<u64>,
    /// Page faults of this thread before the loop was entered.
    faults_before: u64,
    is_planned: bool,
    /// Where in the buffer each stretch begins, and the origin in it.
    origins: Vec<(usize, u64)>,
}

/// What is known of a message before it is handed over.
#[derive(Clone, Copy)]
struct Planned {
    /// When it is due, in the plan's own time.
    due: u64,
    /// The first reading of the clock for it.
    first: u64,
    /// Whether there was a stall while it was waited for.
    stalled: bool,
}

impl<Now: Fn() -> u64> Paced<Now> {
    pub fn new(schedule: Schedule, clock: Clock, now: Now) -> Self {
        Self {
            schedule,
            tally: LatenessTally::new(clock.ns_per_tick),
            now,
            long_ticks: clock.ticks(super::LONG_WAIT_NS),
            planned: Vec::new(),
            next: 0,
            origin: 0,
            left: None,
            faults_before: 0,
            is_planned: false,
            origins: Vec::with_capacity(1024),
        }
    }

    pub fn pacing(self) -> Pacing {
        self.tally.pacing()
    }

    fn origin_of(&self, row: usize) -> u64 {
        let after = self.origins.partition_point(|&(first_row, _)| first_row <= row);
        self.origins[after - 1].1
    }
}

impl<Now: Fn() -> u64> Pacer for Paced<Now> {
    const LONGEST: usize = 1024;

    fn reserve(&mut self, rows: usize) {
        self.planned = memory::filled(Planned { due: 1, first: 1, stalled: true }, rows);
    }

    fn plan(&mut self, stretch: &Stretch, first_row: usize) {
        let planned = &mut self.planned[first_row..first_row + stretch.range.len()];
        self.next = first_row;
        self.is_planned = stretch.measured;
        planned.fill(Planned { due: 0, first: 0, stalled: false });
        if stretch.measured {
            // Looked at here, so that the loop does not wait for where they are, see `look_up`.
            let recv_ns = stretch
                .range
                .clone()
                .map(|index| std::hint::black_box(stretch.batch.message(index)).1);
            self.schedule.plan(recv_ns, planned.iter_mut().map(|it| &mut it.due));
        }
    }

    fn resume(&mut self) {
        if !self.is_planned {
            return;
        }
        if self.next == 0 {
            self.origins.clear();
        }
        // Room first: what comes after the reading is the first message's bookkeeping.
        self.origins.push((self.next, 0));
        self.faults_before = page_faults_so_far();
        let now = (self.now)();
        match self.left {
            Some(left) => {
                let paused = now.saturating_sub(left);
                self.origin = self.origin.saturating_add(paused);
                self.tally.paused(paused);
            }
            None => self.origin = now,
        }
        if let Some(last) = self.origins.last_mut() {
            last.1 = self.origin;
        }
    }

    fn leave(&mut self) {
        if self.is_planned {
            self.left = Some((self.now)());
            self.tally.faulted(page_faults_so_far() - self.faults_before);
        }
    }

    #[inline(always)]
    #[allow(clippy::inline_always)] // a call would be timed with the work
    fn end(&self) -> u64 {
        (self.now)()
    }

    #[inline(always)]
    #[allow(clippy::inline_always)] // its last reading is the first of the message
    fn start(&mut self, _bytes: &[u8], sequence: u64, progress: Progress) -> u64 {
        let (before, planned) = self.planned.split_at_mut(self.next);
        let planned = &mut planned[0];
        let due = self.origin.saturating_add(planned.due);
        let longest_gap = self.tally.longest_gap();
        self.next += 1;
        let first = (self.now)();
        planned.first = first;
        let next = |last: u64| {
            let reading = (self.now)();
            let gap = reading.saturating_sub(last);
            if gap > longest_gap {
                self.tally.stalled(gap, before.last().is_some_and(|it| it.stalled));
                planned.stalled = true;
            }
            reading
        };
        wait_until(due, first, next, self.long_ticks, sequence, progress)
    }

    fn waited(&mut self, sequence: u64, row: &Row, is_kept: bool) -> u64 {
        let origin = self.origin_of(row.index);
        let planned = self.planned[row.index];
        let sent = Sent {
            sequence,
            due: planned.due,
            first: planned.first.saturating_sub(origin),
            start: row.start.saturating_sub(origin),
            end: row.end.saturating_sub(origin),
            stalled: planned.stalled,
        };
        self.tally.take(sent, is_kept)
    }
}

/// What the kernel counts for this thread.
fn page_faults_so_far() -> u64 {
    let usage = thread_usage();
    (usage.ru_minflt + usage.ru_majflt).cast_unsigned()
}
