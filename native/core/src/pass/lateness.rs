//! How far behind its plan a replay fell, and who is to blame.

use super::pacing::Pacing;
use super::watched::WatchedTicks;

/// A message that is handed over later than this after it was due is late, and a time in which the
/// driver does nothing that takes as long is a stall.
pub(super) const LATE_NS: f64 = 1_000.0;

/// A message in the time of the plan, in ticks: pauses are not in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub sequence: u64,
    pub due: u64,
    /// The first reading for it: where it is no less than `due`, there was nothing to wait for.
    pub first: u64,
    pub start: u64,
    pub end: u64,
    /// Whether a stall was seen while it was waited for.
    pub stalled: bool,
}

/// Takes the messages in order and holds each against the plan.
///
/// Beside what was, it follows what would have been with others less to blame (D. V. Lindley, *The
/// theory of queues with a single server*, 1952, with the service times that were measured): a
/// message starts when it is due or when the one before it is done, whichever is later, and what
/// handing it over takes. What that takes over 1 µs is left out: of any cause in the target's own
/// course; in the platform's all but what came while waiting or right behind a stall that was seen,
/// which leaves caches and address translation to others. What a message is later than in the one
/// course, the platform has caused; what it is later than in the other, the driver.
pub(super) struct LatenessTally {
    pacing: Pacing,
    ns_per_tick: f64,
    late_ticks: u64,
    last_end: u64,
    last_stalled: bool,
    by_target: Course,
    by_platform: Course,
    waiting: WatchedTicks,
    waking: WatchedTicks,
    bookkeeping: WatchedTicks,
    service: WatchedTicks,
}

/// One way that things could have gone.
#[derive(Clone, Copy, Debug, Default)]
struct Course {
    end: u64,
}

impl Course {
    /// How late the message starts in it, where handing it over takes `delay`.
    fn take(&mut self, sent: Sent, delay: u64) -> u64 {
        let start = sent.due.max(self.end) + delay;
        self.end = start + sent.end.saturating_sub(sent.start);
        start - sent.due
    }
}

/// How late a message was in ticks, and how late it would have been.
#[derive(Clone, Copy)]
struct Late {
    ticks: u64,
    by_target: u64,
    by_platform: u64,
}

impl LatenessTally {
    pub fn new(ns_per_tick: f64) -> Self {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // some thousand
        let late_ticks = (LATE_NS / ns_per_tick) as u64;
        Self {
            pacing: Pacing::default(),
            ns_per_tick,
            late_ticks,
            last_end: 0,
            last_stalled: false,
            by_target: Course::default(),
            by_platform: Course::default(),
            waiting: WatchedTicks::default(),
            waking: WatchedTicks::default(),
            bookkeeping: WatchedTicks::default(),
            service: WatchedTicks::default(),
        }
    }

    /// Answers how late the message was, in ticks.
    pub fn take(&mut self, sent: Sent, is_kept: bool) -> u64 {
        self.watch(sent);
        let delay = sent.start.saturating_sub(sent.due.max(self.last_end));
        let usual = if delay > self.late_ticks { 0 } else { delay };
        // Between the first reading and the last nothing is done but to read again, so that a delay
        // behind the first is no doing of the driver's.
        let is_seen = sent.first < sent.due || self.last_stalled;
        let with_seen = if is_seen { delay } else { usual };
        let late = Late {
            ticks: sent.start.saturating_sub(sent.due),
            by_target: self.by_target.take(sent, usual),
            by_platform: self.by_platform.take(sent, with_seen),
        };
        self.last_end = sent.end;
        self.last_stalled = sent.stalled;
        if is_kept {
            self.count(sent, late);
        }
        late.ticks
    }

    fn watch(&mut self, sent: Sent) {
        let waited = sent.start.saturating_sub(sent.first);
        self.waiting.passed(waited);
        if self.last_stalled {
            self.waking.passed(waited);
        }
        if !self.last_stalled {
            self.bookkeeping.took(sent.first.saturating_sub(self.last_end), self.late_ticks);
        }
        if !sent.stalled {
            self.service.took(sent.end.saturating_sub(sent.start), self.late_ticks);
        }
    }

    fn count(&mut self, sent: Sent, late: Late) {
        let ns = |ticks: u64| ticks as f64 * self.ns_per_tick;
        let late_ns = ns(late.ticks);
        let by_platform_ns = ns(late.by_platform.saturating_sub(late.by_target));
        let by_driver_ns = ns(late.ticks.saturating_sub(late.by_platform));
        let pacing = &mut self.pacing;
        pacing.last_ns = late_ns;
        pacing.last_by_target_ns = ns(late.by_target);
        pacing.worst_by_target_ns = pacing.worst_by_target_ns.max(pacing.last_by_target_ns);
        pacing.planned_ns = ns(sent.due);
        pacing.worst_by_platform_ns = pacing.worst_by_platform_ns.max(by_platform_ns);
        pacing.worst_by_driver_ns = pacing.worst_by_driver_ns.max(by_driver_ns);
        if late_ns > pacing.worst_ns || pacing.worst_message.is_none() {
            pacing.worst_ns = late_ns;
            pacing.worst_message = Some(sent.sequence);
        }
        if late.ticks <= self.late_ticks {
            return;
        }
        pacing.late += 1;
        if late.by_target > self.late_ticks {
            pacing.first_by_target_due_ns.get_or_insert(pacing.planned_ns);
        } else if late.by_platform > self.late_ticks {
            pacing.late_by_platform += 1;
        } else {
            pacing.late_by_driver += 1;
        }
        if pacing.first_message.is_none() {
            pacing.first_message = Some(sent.sequence);
            pacing.first_due_ns = pacing.planned_ns;
        }
    }

    /// The plan stood still for so many ticks.
    pub fn paused(&mut self, ticks: u64) {
        self.pacing.pauses += 1;
        self.pacing.paused_ns += ticks as f64 * self.ns_per_tick;
    }

    /// The loop met so many page faults.
    pub fn faulted(&mut self, page_faults: u64) {
        self.pacing.page_faults += page_faults;
    }

    /// So many ticks of the waiting were the stall between two readings; told while the loop runs,
    /// and whether a stall was seen before the last message as well.
    #[cold]
    #[inline(never)]
    pub fn stalled(&mut self, ticks: u64, is_waking: bool) {
        self.waiting.stalled(ticks);
        if is_waking {
            self.waking.stalled(ticks);
        }
    }

    /// The longest that two readings may lie apart without a stall between them.
    pub fn longest_gap(&self) -> u64 {
        self.late_ticks
    }

    /// What was found so far.
    pub fn pacing(&self) -> Pacing {
        Pacing {
            waiting: self.waiting.watched(self.ns_per_tick),
            waking: self.waking.watched(self.ns_per_tick),
            bookkeeping: self.bookkeeping.watched(self.ns_per_tick),
            service: self.service.watched(self.ns_per_tick),
            ..self.pacing.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::watched::Watched;
    use super::*;

    const GAP: u64 = 10_000;
    const SERVICE: u64 = 1_000;
    const READING: u64 = 15;

    /// What goes wrong with a message, in nanoseconds.
    #[derive(Clone, Copy)]
    enum Trouble {
        /// The driver is stopped while it waits for the message to be due, right before it is.
        Waiting(u64),
        /// The driver is stopped, or slow, before its first reading for the message.
        Bookkeeping(u64),
        /// The target takes so long.
        Target(u64),
    }
    use Trouble::{Bookkeeping, Target, Waiting};

    /// Twenty messages through a single server, with trouble at some of them.
    fn replayed(troubles: &[(u64, Trouble)]) -> Pacing {
        let mut tally = LatenessTally::new(1.0);
        let (mut free, mut was_stalled) = (0, false);
        for sequence in 0..20 {
            let due = sequence * GAP;
            let (mut first, mut service, mut stall) = (free + READING, SERVICE, 0);
            for &(_, trouble) in troubles.iter().filter(|it| it.0 == sequence) {
                match trouble {
                    Waiting(ns) => stall = ns,
                    Bookkeeping(ns) => first = free + ns,
                    Target(ns) => service = ns,
                }
            }
            let mut start = first.max(due + if first < due { READING } else { 0 });
            let stalled = stall > 0;
            if stalled {
                assert!(first < due, "nobody waits who is behind");
                start = due - 1 + stall;
                tally.stalled(stall, was_stalled);
            }
            let end = start + service;
            tally.take(Sent { sequence, due, first, start, end, stalled }, true);
            (free, was_stalled) = (end, stalled);
        }
        tally.pacing()
    }

    fn causes(pacing: &Pacing) -> (u64, u64, u64) {
        (pacing.late, pacing.late_by_platform, pacing.late_by_driver)
    }

    #[test]
    fn nobody_is_late_on_a_quiet_machine() {
        let pacing = replayed(&[]);

        assert_eq!((causes(&pacing), pacing.first_message), ((0, 0, 0), None));
        assert_eq!((pacing.waiting.stalls, pacing.bookkeeping.stalls), (0, 0));
        // The first message is due at once, and 19 wait: 15 ns before each to the first reading,
        // and to 15 ns after it is due.
        assert!((pacing.bookkeeping.total_ns - 20.0 * READING as f64).abs() < 1e-6, "{pacing:?}");
        let waits = 19 * (GAP - SERVICE - READING);
        assert!((pacing.waiting.total_ns - waits as f64).abs() < 1e-6, "{pacing:?}");
    }

    #[test]
    fn those_that_queue_behind_a_seen_stall_are_late_by_the_platform() {
        let pacing = replayed(&[(3, Waiting(50_000))]);

        // 50 µs late, and 9 µs less with each message.
        assert_eq!(causes(&pacing), (6, 6, 0));
        assert_eq!((pacing.first_message, pacing.worst_message), (Some(3), Some(3)));
        assert!((pacing.worst_by_platform_ns - 49_999.0).abs() < 1.0, "{pacing:?}");
        assert!(pacing.worst_by_driver_ns < 1.0, "{pacing:?}");
        let seen = Watched { total_ns: 0.0, stalls: 1, stalled_ns: 5e4, longest_ns: 5e4 };
        assert_eq!(Watched { total_ns: 0.0, ..pacing.waiting }, seen);
        assert_eq!((pacing.bookkeeping.stalls, pacing.waking.stalls), (0, 0));
    }

    #[test]
    fn a_wait_right_behind_a_stall_that_was_seen_is_told_apart() {
        let pacing = replayed(&[(3, Waiting(500)), (4, Waiting(700)), (9, Waiting(600))]);

        assert_eq!((pacing.waiting.stalls, pacing.waking.stalls), (3, 1));
        assert!((pacing.waking.stalled_ns - 700.0).abs() < 1e-6, "{pacing:?}");
    }

    #[test]
    fn those_that_queue_behind_the_driver_s_bookkeeping_are_late_by_the_driver() {
        let pacing = replayed(&[(3, Bookkeeping(59_000))]);

        // Message 2 is done 9 µs before the next is due.
        assert_eq!(causes(&pacing), (6, 0, 6));
        assert!((pacing.worst_by_driver_ns - 50_015.0).abs() < 1.0, "{pacing:?}");
        assert!(pacing.worst_by_platform_ns < 1.0, "{pacing:?}");
        assert_eq!((pacing.waiting.stalls, pacing.bookkeeping.stalls), (0, 1));
        assert!((pacing.bookkeeping.longest_ns - 59_000.0).abs() < 1.0);
    }

    #[test]
    fn bookkeeping_that_is_slow_while_there_is_time_makes_nobody_late_and_is_counted() {
        let pacing = replayed(&[(3, Bookkeeping(8_000))]);

        assert_eq!((causes(&pacing), pacing.bookkeeping.stalls), ((0, 0, 0), 1));
    }

    #[test]
    fn those_that_queue_behind_the_target_are_late_by_nobody_else() {
        let pacing = replayed(&[(3, Target(50_000))]);

        assert_eq!((causes(&pacing), pacing.first_message), ((5, 0, 0), Some(4)));
        assert!(pacing.worst_by_platform_ns < 1.0 && pacing.worst_by_driver_ns < 1.0);
    }

    #[test]
    fn who_would_have_been_late_by_the_target_alone_is_not_late_by_the_driver() {
        let target_alone = replayed(&[(3, Target(100_000))]);
        assert_eq!(causes(&target_alone), (10, 0, 0));

        // The driver takes 20 µs more in the backlog: it is there for three messages more.
        let both = replayed(&[(3, Target(100_000)), (5, Bookkeeping(20_000))]);
        assert_eq!(causes(&both), (13, 0, 3));
        assert!((both.worst_by_driver_ns - 20_000.0).abs() < 1.0);
        // It has 90 µs to catch up with, whatever the driver adds.
        assert!((both.worst_by_target_ns - 90_030.0).abs() < 1.0, "{both:?}");
        assert_eq!(both.first_by_target_due_ns, Some(40_000.0));
        assert!(both.last_by_target_ns < 20.0);
    }

    #[test]
    fn who_would_have_been_late_by_a_seen_stall_is_not_late_by_the_driver() {
        // As above, behind a stall of as many messages.
        let both = replayed(&[(3, Waiting(90_000)), (5, Bookkeeping(20_000))]);

        assert_eq!(causes(&both), (13, 10, 3));
        assert!((both.worst_by_driver_ns - 20_000.0).abs() < 1.0);
        assert!((both.worst_by_platform_ns - 89_999.0).abs() < 1.0);
    }

    #[test]
    fn bookkeeping_with_the_cold_caches_that_a_seen_stall_leaves_is_the_platform_s() {
        let pacing = replayed(&[(3, Waiting(50_000)), (4, Bookkeeping(9_000))]);

        assert_eq!((pacing.first_by_target_due_ns, pacing.first_message), (None, Some(3)));
        // The wake adds another message to the six behind the stall.
        assert_eq!(causes(&pacing), (7, 7, 0));
        assert_eq!((pacing.waiting.stalls, pacing.bookkeeping.stalls), (1, 0));
        assert!((pacing.bookkeeping.total_ns - 19.0 * READING as f64).abs() < 1e-6, "{pacing:?}");
        assert!((pacing.service.total_ns - 19.0 * SERVICE as f64).abs() < 1e-6, "{pacing:?}");
    }

    #[test]
    fn each_cause_has_its_own_messages_where_all_three_meet() {
        // The target is behind from message 4 to 5, the machine stops the driver before 8, and the
        // driver is slow in the backlog behind that.
        let troubles = [(3, Target(20_000)), (8, Waiting(40_000)), (10, Bookkeeping(10_000))];
        let pacing = replayed(&troubles);

        assert_eq!(causes(&pacing), (2 + 5 + 1, 5, 1));
    }
}
