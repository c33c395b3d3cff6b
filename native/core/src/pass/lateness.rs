//! How far behind its plan a replay fell, and who is to blame.

use serde::Serialize;

/// A message that is handed over later than this after it was due is late.
pub(crate) const LATE_NS: f64 = 1_000.0;

/// How well a plan was kept, over the messages that were recorded. Messages are numbered from the
/// start of the pass, times are in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Pacing {
    /// Messages handed over more than 1 µs after they were due.
    pub late: u64,
    /// Of them, those that would not have been more than 1 µs late by the target alone: the driver,
    /// or the machine while the driver had it, was more than 1 µs late by itself.
    pub late_by_driver: u64,
    /// How late the latest was.
    pub worst_ns: f64,
    /// Number of that message.
    pub worst_message: Option<u64>,
    /// Number of the first that was late.
    pub first_message: Option<u64>,
    /// When that was due, counted from the start of the plan.
    pub first_due_ns: f64,
    /// How late the last message was: over 1 µs where the target did not catch up.
    pub last_ns: f64,
    /// When the last message was due: the length of the plan.
    pub planned_ns: f64,
    /// How often the plan stood still, since the loop was left.
    pub pauses: u64,
    /// For how long in all.
    pub paused_ns: f64,
}

/// A message in the time of the plan, in ticks: pauses are not in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub sequence: u64,
    pub due: u64,
    pub start: u64,
    pub end: u64,
}

/// Takes the messages in order and holds each against the plan.
///
/// Beside what was, it follows what would have been with a driver that is never more than 1 µs
/// late by itself (D. V. Lindley, *The theory of queues with a single server*, 1952, with the
/// service times that were measured): a message starts when it is due or when the one before it is
/// done, whichever is later. What a message is later than that, the driver has caused.
pub(crate) struct LatenessTally {
    pacing: Pacing,
    ns_per_tick: f64,
    late_ticks: u64,
    last_end: u64,
    punctual_end: u64,
}

impl LatenessTally {
    pub fn new(ns_per_tick: f64) -> Self {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // some thousand
        let late_ticks = (LATE_NS / ns_per_tick) as u64;
        Self { pacing: Pacing::default(), ns_per_tick, late_ticks, last_end: 0, punctual_end: 0 }
    }

    /// Answers how late the message was, in ticks.
    pub fn take(&mut self, sent: Sent, is_kept: bool) -> u64 {
        let own_delay = sent.start.saturating_sub(sent.due.max(self.last_end));
        let allowed = if own_delay > self.late_ticks { 0 } else { own_delay };
        let punctual_start = sent.due.max(self.punctual_end) + allowed;
        self.punctual_end = punctual_start + sent.end.saturating_sub(sent.start);
        self.last_end = sent.end;
        let late = sent.start.saturating_sub(sent.due);
        if is_kept {
            let by_driver = sent.start.saturating_sub(punctual_start);
            self.count(sent, late, by_driver);
        }
        late
    }

    fn count(&mut self, sent: Sent, late: u64, by_driver: u64) {
        let late_ns = late as f64 * self.ns_per_tick;
        let pacing = &mut self.pacing;
        pacing.last_ns = late_ns;
        pacing.planned_ns = sent.due as f64 * self.ns_per_tick;
        if late_ns > pacing.worst_ns || pacing.worst_message.is_none() {
            pacing.worst_ns = late_ns;
            pacing.worst_message = Some(sent.sequence);
        }
        if late <= self.late_ticks {
            return;
        }
        pacing.late += 1;
        if by_driver > self.late_ticks {
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

    pub fn pacing(self) -> Pacing {
        self.pacing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: u64 = 10_000;
    const SERVICE: u64 = 1_000;

    /// Twenty messages through a single server; before the one that is named the driver takes so
    /// long, and the target for one as long as is said.
    fn replayed(driver_stall: (u64, u64), service: (u64, u64)) -> Pacing {
        let mut tally = LatenessTally::new(1.0);
        let mut free = 0;
        for sequence in 0..20 {
            let due = sequence * GAP;
            let delay = if sequence == driver_stall.0 { driver_stall.1 } else { 15 };
            let start = free.max(due) + delay;
            let end = start + if sequence == service.0 { service.1 } else { SERVICE };
            tally.take(Sent { sequence, due, start, end }, true);
            free = end;
        }
        tally.pacing()
    }

    #[test]
    fn nobody_is_late_on_a_quiet_machine() {
        let pacing = replayed((99, 0), (99, 0));
        assert_eq!((pacing.late, pacing.late_by_driver, pacing.first_message), (0, 0, None));
    }

    #[test]
    fn those_that_queue_behind_the_driver_s_own_stall_are_late_by_the_driver() {
        let pacing = replayed((3, 50_000), (99, 0));
        // 50 µs late, and 9 µs less with each message.
        assert_eq!((pacing.late, pacing.late_by_driver), (6, 6));
        assert_eq!((pacing.first_message, pacing.worst_message), (Some(3), Some(3)));
    }

    #[test]
    fn those_that_queue_behind_the_target_are_not() {
        let pacing = replayed((99, 0), (3, 50_000));
        assert_eq!((pacing.late, pacing.late_by_driver), (5, 0));
        assert_eq!(pacing.first_message, Some(4));
    }

    #[test]
    fn who_would_have_been_as_late_by_the_target_alone_is_not_late_by_the_driver() {
        // The driver stalls for 20 µs in a backlog of 200: that much is its part to the end.
        let both = replayed((5, 20_000), (3, 200_000));
        let target_alone = replayed((99, 0), (3, 200_000));
        assert_eq!(target_alone.late_by_driver, 0);
        assert_eq!(both.late_by_driver, both.late - 1, "message 4 came before the driver's stall");
    }
}
