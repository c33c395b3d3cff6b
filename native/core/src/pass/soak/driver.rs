//! The thread that hands messages over.

use super::super::allocation_counter::{AllocationTotals, Counter};
use super::super::lateness::LATE_NS;
use super::super::rows::fill;
use super::super::walk::{Progress, Stretch, Volume, Walk};
use super::block::{Block, LONGEST};
use super::heap::Heap;
use super::snapshot::Snapshot;
use super::{Hands, Refusal, SoakResult, SoakSettings};
use crate::timestamp::{stamp, timed_probe};
use crate::{CoreError, Feed, Instance, Instrument, Schedule};
use latprobe_abi::{OnMessageFn, Probe};
use std::ffi::c_void;
use std::sync::atomic::{AtomicU64, Ordering};

/// Drives by a plan. Whenever its loop is left, for a new block, an interval's end or the start of a
/// feed, the plan stands still, as that of a paced pass does, and how long it did is told.
pub(super) struct Driver<'soak> {
    settings: &'soak SoakSettings,
    progress: Progress<'soak>,
    stop: &'soak AtomicU64,
    refusal: &'soak Refusal,
    schedule: Schedule,
    counter: Option<Counter>,
    long_ticks: u64,
    stall_ticks: u64,
    interval_ticks: u64,
    /// When each message of the stretch is due, in the plan's time.
    due: Vec<u64>,
    /// What the clock read at the plan's time 0, had it never stood still; 0 before it began.
    origin: u64,
    /// What the clock read when the loop was left.
    left: Option<u64>,
    /// Where the interval ends.
    until: u64,
    rounds: u64,
    heap: Heap,
    heap_floor_bytes: Option<u64>,
}

impl<'soak> Driver<'soak> {
    pub fn new(
        settings: &'soak SoakSettings,
        instrument: &Instrument,
        progress: Progress<'soak>,
        stop: &'soak AtomicU64,
        refusal: &'soak Refusal,
    ) -> Self {
        let clock = instrument.clock;
        Self {
            settings,
            progress,
            stop,
            refusal,
            schedule: Schedule::new(settings.pace, clock.ns_per_tick),
            counter: Counter::new().ok(),
            long_ticks: clock.ticks(super::super::LONG_WAIT_NS),
            stall_ticks: clock.ticks(LATE_NS),
            interval_ticks: clock.ticks(settings.interval_ns).max(1),
            due: vec![0; LONGEST],
            origin: 0,
            left: None,
            until: 0,
            rounds: 0,
            heap: Heap::new(),
            heap_floor_bytes: None,
        }
    }

    pub fn run(
        mut self,
        feeds: &[&Feed],
        instance: &mut Instance,
        hands: &Hands,
    ) -> Result<SoakResult, CoreError> {
        let mut sequence = self.settings.first_sequence;
        // Before the first message: what the first interval is counted from.
        self.until = stamp();
        self.close(hands, sequence);
        for &feed in feeds.iter().cycle() {
            if self.rounds > 0 {
                instance.reset()?;
                self.heap_floor_bytes = self.heap.in_use();
                self.schedule.begin_feed();
            }
            self.rounds += 1;
            let first = sequence;
            sequence = self.round(feed, instance, hands, first)?;
            if self.is_over() {
                break;
            }
        }
        self.close(hands, sequence);
        let messages = sequence - self.settings.first_sequence;
        Ok(SoakResult { messages, rounds: self.rounds })
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed) != 0 || self.refusal.is_found()
    }

    /// Goes through a feed once, and answers the number of the message behind its last.
    fn round(
        &mut self,
        feed: &Feed,
        instance: &mut Instance,
        hands: &Hands,
        first: u64,
    ) -> Result<u64, CoreError> {
        let warmup = self.settings.first_sequence + self.settings.warmup;
        let last = first + feed.messages();
        let volume = Volume { warmup: warmup.min(last), measured: last - warmup.min(last) };
        let mut walk = Walk::beginning_at(first, feed, volume, LONGEST, self.progress)?;
        let mut begins = true;
        while let Some(mut stretch) = walk.next(instance)? {
            stretch.disturbed |= begins;
            begins = false;
            let done = self.stretch(&stretch, instance, hands);
            if done < stretch.range.len() {
                return Ok(stretch.sequence + done as u64);
            }
        }
        Ok(last)
    }

    /// Answers how many of the messages were handed over: all, unless the soak is over.
    fn stretch(&mut self, stretch: &Stretch, instance: &Instance, hands: &Hands) -> usize {
        let count = stretch.range.len();
        self.due[..count].fill(0);
        if stretch.measured {
            // Looked at here, so that the loop does not wait for where they are.
            let recv_ns = stretch
                .range
                .clone()
                .map(|index| std::hint::black_box(stretch.batch.message(index)).1);
            self.schedule.plan(recv_ns, self.due[..count].iter_mut());
        }
        let mut done = 0;
        while done < count {
            let sequence = stretch.sequence + done as u64;
            let Some(mut block) = self.next_block(hands, sequence) else { return done };
            block.sequence = sequence;
            block.measured = stretch.measured;
            block.disturbed = stretch.disturbed && done == 0;
            let (on_message, this) = instance.call();
            self.fill(&mut block, stretch, done, on_message, this);
            done += block.used;
            self.leave();
            let end = stamp();
            if end >= self.until {
                block.closing = Some(self.snapshot(end));
            }
            if hands.filled.send(block).is_err() || (done < count && self.is_over()) {
                return done;
            }
        }
        count
    }

    /// `None` where the sorter is gone. Where all blocks are still with it, since it has no CPU, that is
    /// no fault of the target's, which does not hang.
    fn next_block(&self, hands: &Hands, sequence: u64) -> Option<Box<Block>> {
        if let Ok(block) = hands.to_fill.try_recv() {
            return Some(block);
        }
        self.progress.waiting(sequence);
        hands.to_fill.recv().ok()
    }

    /// Ends the interval in hand where no message has, with an empty block.
    fn close(&mut self, hands: &Hands, sequence: u64) {
        let Some(mut block) = self.next_block(hands, sequence) else { return };
        block.sequence = sequence;
        block.measured = false;
        block.disturbed = false;
        block.closing = Some(self.snapshot(stamp()));
        // Where the sorter is gone, there is nobody to tell.
        let _ = hands.filled.send(block);
    }

    /// The next interval ends where it would have, or, where the process stood still for longer than
    /// one, a whole interval from here.
    fn snapshot(&mut self, now: u64) -> Snapshot {
        self.until += self.interval_ticks;
        if self.until <= now {
            self.until = now + self.interval_ticks;
        }
        Snapshot::now(now, self.rounds, &mut self.heap, self.heap_floor_bytes.take())
    }

    /// Fills a block with messages from that at `done` on.
    fn fill(
        &mut self,
        block: &mut Block,
        stretch: &Stretch,
        done: usize,
        on_message: OnMessageFn,
        this: *mut c_void,
    ) {
        let mut probe = timed_probe(u32::MAX);
        let before = self.counter.map(Counter::now);
        self.resume(block);
        drive(self, block, stretch, done, on_message, this, &mut probe);
        let after = self.counter.map(Counter::now);
        block.allocated = match (before, after) {
            (Some(before), Some(after)) => after.since(before),
            _ => AllocationTotals::default(),
        };
    }

    fn resume(&mut self, block: &mut Block) {
        block.paused = 0;
        if block.measured {
            let now = stamp();
            match self.left {
                Some(left) => {
                    block.paused = now.saturating_sub(left);
                    self.origin = self.origin.saturating_add(block.paused);
                }
                None => self.origin = now,
            }
        }
        block.origin = self.origin;
    }

    fn leave(&mut self) {
        if self.origin > 0 {
            self.left = Some(stamp());
        }
    }
}

/// The loop that everything else is about: left where the interval ends, and where the soak is over.
#[inline(never)]
fn drive(
    driver: &Driver,
    block: &mut Block,
    stretch: &Stretch,
    done: usize,
    on_message: OnMessageFn,
    this: *mut c_void,
    probe: &mut Probe,
) {
    let (until, stall_ticks) = (driver.until, driver.stall_ticks);
    let messages = stretch.batch.messages(stretch.range.start + done..stretch.range.end);
    let due = &driver.due[done..stretch.range.len()];
    let first_sequence = stretch.sequence + done as u64;
    for ((sequence, (bytes, recv_ns)), &planned) in (first_sequence..).zip(messages).zip(due) {
        driver.progress.at(sequence);
        let due = driver.origin.saturating_add(planned);
        let first = stamp();
        let (mut reading, mut longest_gap) = (first, 0);
        if due.saturating_sub(first) > driver.long_ticks {
            driver.progress.waiting(sequence);
        }
        loop {
            if reading >= until || driver.stop.load(Ordering::Relaxed) != 0 {
                return;
            }
            if reading >= due {
                break;
            }
            let next = stamp();
            let gap = next.saturating_sub(reading);
            if gap > stall_ticks {
                longest_gap = gap.max(longest_gap);
            }
            reading = next;
        }
        driver.progress.at(sequence);
        // SAFETY: the instance is live and used by this thread alone; bytes and probe outlive the
        // call.
        let answer = unsafe { on_message(this, bytes.as_ptr(), bytes.len(), recv_ns, probe) };
        let end = stamp();
        let row = block.next();
        row[0] = planned;
        row[1] = first;
        row[2] = longest_gap;
        fill(&mut row[3..], reading, end, answer, &mut probe.stamps);
    }
}
