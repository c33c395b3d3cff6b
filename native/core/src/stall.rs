//! What the platform does to a CPU that has nothing to do: an idle control.
//!
//! A loop that only reads the clock sees each time that it was not running: an interrupt, another
//! program, a hypervisor that gave the processor to somebody else. What it sees, a target has in
//! its tail.

use crate::thread_usage::thread_usage;
use crate::timestamp::stamp;
use crate::{Clock, LatencyHistogram};
use serde::Serialize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The shortest gap that counts. Two readings lie some 10 ns apart where nothing comes between, and
/// an interrupt takes a microsecond and more.
const THRESHOLD_NS: f64 = 1_000.0;

/// Stalls that the loop notes before it is left for a moment to sort them.
const NOTED_AT_ONCE: usize = 1 << 16;

/// Stalls that are kept with their times. Where there are more, the shorter ones are let go.
const KEPT: usize = 1 << 20;

/// A time in which the loop did not run, in ticks of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stall {
    /// The last reading before it.
    pub start_ticks: u64,
    /// The first reading after it.
    pub end_ticks: u64,
    /// Whether another task of this system had the CPU meanwhile. That is not the platform's doing,
    /// and may be this program's own.
    #[serde(skip)]
    pub preempted: bool,
}

impl Stall {
    fn ticks(self) -> u64 {
        self.end_ticks - self.start_ticks
    }
}

/// All stalls that were seen. Times in nanoseconds, unless a name says otherwise. Those in which
/// another task had the CPU are counted apart, and are nowhere else.
#[derive(Debug, Serialize)]
pub struct Stalls {
    /// The shortest gap that was counted.
    pub threshold_ns: f64,
    /// How long the loop had the CPU, stalls among it.
    pub watched_ns: f64,
    /// How many there were.
    pub count: u64,
    /// The longest; 0 for none.
    pub longest_ns: f64,
    /// All of them together.
    pub stalled_ns: f64,
    /// Their lengths.
    pub histogram: LatencyHistogram,
    /// How often another task had the CPU.
    pub preempted: u64,
    /// For how long in all.
    pub preempted_ns: f64,
    /// Length of one tick of the times below.
    pub ns_per_tick: f64,
    /// Each stall, in the order in which they came; of more than a million, the longer ones.
    pub stalls: Vec<Stall>,
}

/// Reads `clock` without a pause until `period` is over, or `stop` is not 0.
///
/// Between two readings the loop does not allocate and makes no system call; after a stall, and
/// before it goes on, it asks the kernel whether it was preempted. It is left for a moment for each
/// 65,536 stalls, which is not watched.
#[must_use]
pub fn watch_stalls(clock: Clock, period: Duration, stop: &AtomicU64) -> Stalls {
    let mut watch = Watch::new(clock);
    // Ones, not zeros: memory is not there until it is first written to, and that would be seen.
    let mut noted = vec![Stall { start_ticks: 1, end_ticks: 1, preempted: true }; NOTED_AT_ONCE];
    noted.clear();
    let period_ticks = watch.ticks(period.as_nanos() as f64);
    let threshold_ticks = watch.ticks(THRESHOLD_NS);
    let deadline = stamp().saturating_add(period_ticks);
    loop {
        let start = stamp();
        let (end, flow) = spin(start, deadline, threshold_ticks, stop, &mut noted);
        watch.sort(end - start, &mut noted);
        if flow.is_break() {
            return watch.finished();
        }
    }
}

/// The loop. Goes on after a sort, or breaks where it is over.
#[inline(never)]
fn spin(
    start: u64,
    deadline: u64,
    threshold_ticks: u64,
    stop: &AtomicU64,
    noted: &mut Vec<Stall>,
) -> (u64, ControlFlow<()>) {
    let mut last = start;
    let mut preemptions = preemptions_so_far();
    loop {
        let mut now = stamp();
        if now.saturating_sub(last) > threshold_ticks {
            let before = std::mem::replace(&mut preemptions, preemptions_so_far());
            let preempted = preemptions != before;
            // Never grows: it has room for one at least whenever the loop is entered.
            noted.push(Stall { start_ticks: last, end_ticks: now, preempted });
            if noted.len() == noted.capacity() {
                return (now, ControlFlow::Continue(()));
            }
            now = stamp();
        }
        if now >= deadline || stop.load(Ordering::Relaxed) != 0 {
            return (now.max(last), ControlFlow::Break(()));
        }
        last = now;
    }
}

/// How often the kernel has given this thread's CPU to another task.
fn preemptions_so_far() -> i64 {
    thread_usage().ru_nivcsw
}

/// What has been seen so far.
struct Watch {
    seen: Stalls,
    watched_ticks: u64,
    /// Stalls of no more ticks are no longer kept.
    let_go_ticks: u64,
}

impl Watch {
    fn new(clock: Clock) -> Self {
        let seen = Stalls {
            threshold_ns: THRESHOLD_NS,
            watched_ns: 0.0,
            count: 0,
            longest_ns: 0.0,
            stalled_ns: 0.0,
            histogram: LatencyHistogram::default(),
            preempted: 0,
            preempted_ns: 0.0,
            ns_per_tick: clock.ns_per_tick,
            stalls: Vec::new(),
        };
        Self { seen, watched_ticks: 0, let_go_ticks: 0 }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates, is positive
    fn ticks(&self, ns: f64) -> u64 {
        (ns / self.seen.ns_per_tick) as u64
    }

    fn sort(&mut self, watched_ticks: u64, noted: &mut Vec<Stall>) {
        self.watched_ticks += watched_ticks;
        for stall in noted.drain(..) {
            let ns = stall.ticks() as f64 * self.seen.ns_per_tick;
            if stall.preempted {
                self.seen.preempted += 1;
                self.seen.preempted_ns += ns;
                continue;
            }
            self.seen.count += 1;
            self.seen.stalled_ns += ns;
            self.seen.longest_ns = self.seen.longest_ns.max(ns);
            self.seen.histogram.record(ns);
            if stall.ticks() > self.let_go_ticks {
                self.seen.stalls.push(stall);
            }
        }
        while self.seen.stalls.len() > KEPT {
            self.let_go_ticks = (2 * self.let_go_ticks).max(self.ticks(2.0 * THRESHOLD_NS));
            self.seen.stalls.retain(|stall| stall.ticks() > self.let_go_ticks);
        }
    }

    fn finished(mut self) -> Stalls {
        let watched_ns = self.watched_ticks as f64 * self.seen.ns_per_tick;
        self.seen.watched_ns = watched_ns - self.seen.preempted_ns;
        self.seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOCK: Clock = Clock { ns_per_tick: 0.5 };

    #[test]
    fn a_watch_ends_at_its_deadline_or_when_it_is_told_to() {
        let clock = Clock::measure(Duration::from_millis(1));
        let seen = watch_stalls(clock, Duration::from_millis(5), &AtomicU64::new(0));
        let whole_ns = seen.watched_ns + seen.preempted_ns;
        assert!(whole_ns > 4.9e6, "{whole_ns}");

        let told = watch_stalls(clock, Duration::from_secs(3600), &AtomicU64::new(1));
        assert!(told.watched_ns < 3600e9, "{}", told.watched_ns);
    }

    #[test]
    fn a_gap_before_a_reading_is_a_stall_with_its_times() {
        let (start, stop) = (stamp(), AtomicU64::new(1));
        std::thread::sleep(Duration::from_millis(2));
        let awake = stamp();
        let mut noted = Vec::with_capacity(4);

        let (end, flow) = spin(start, u64::MAX, 1_000, &stop, &mut noted);

        assert!(flow.is_break());
        let [stall] = noted.as_slice() else { panic!("one stall, not {noted:?}") };
        assert_eq!(stall.start_ticks, start);
        assert!((awake..=end).contains(&stall.end_ticks));
    }

    #[test]
    fn stalls_are_counted_summed_and_kept_in_order_but_for_those_of_other_tasks() {
        let mut watch = Watch::new(CLOCK);
        let stall = |start_ticks, ticks, preempted| Stall {
            start_ticks,
            end_ticks: start_ticks + ticks,
            preempted,
        };
        let (first, second) = (stall(100, 4_000, false), stall(9_000, 20_000, false));

        watch.sort(40_000, &mut vec![first, stall(5_000, 3_000, true), second]);
        let seen = watch.finished();

        assert_eq!((seen.count, seen.stalls), (2, vec![first, second]));
        assert_eq!(seen.preempted, 1);
        let sums = [seen.watched_ns, seen.stalled_ns, seen.longest_ns, seen.preempted_ns];
        for (sum, by_hand) in sums.into_iter().zip([18_500.0, 12_000.0, 10_000.0, 1_500.0]) {
            assert!((sum - by_hand).abs() < 1e-6, "{sum} and not {by_hand}");
        }
        assert_eq!(seen.histogram.counts().collect::<Vec<_>>(), [(2_000, 1), (10_007, 1)]);
    }

    #[test]
    fn of_too_many_stalls_the_longer_ones_are_kept_and_all_are_counted() {
        let mut watch = Watch::new(CLOCK);
        let stall = |end_ticks| Stall { start_ticks: 0, end_ticks, preempted: false };
        let stalls = |ticks| vec![stall(ticks); KEPT];

        watch.sort(0, &mut stalls(3_000));
        watch.sort(0, &mut stalls(30_000));
        watch.sort(0, &mut stalls(3_000));
        let seen = watch.finished();

        assert_eq!((seen.count, seen.stalls.len()), (3 * KEPT as u64, KEPT));
        assert!(seen.stalls.iter().all(|stall| stall.ticks() == 30_000));
    }
}
