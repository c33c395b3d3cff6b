//! The sequence numbers of one session: which have come, and which have not.

use crate::framing::Sent;
use std::ops::Range;

/// Stretches of missing numbers that are remembered; where there are more, the lowest is taken for
/// lost.
const REMEMBERED_GAPS: usize = 256;

/// What a number is that has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Seen {
    /// The next, or one that is further on.
    New,
    /// One that was missing.
    Late,
    /// One that has come before.
    Duplicate,
}

/// Gaps, and the numbers in them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Missing {
    pub gaps: u64,
    pub numbers: u64,
}

impl Missing {
    fn add(&mut self, range: &Range<u64>) {
        self.gaps += 1;
        self.numbers = self.numbers.saturating_add(range.end - range.start);
    }
}

/// Every number from the first to the last is seen, or in `missing`; those are in ascending order,
/// not empty, and do not touch.
#[derive(Debug, Default)]
pub(crate) struct Sequence {
    next: Option<u64>,
    first: u64,
    missing: Vec<Range<u64>>,
    lost: Missing,
    /// Times of sending, where the framing says them: of the first number since the numbers began
    /// again, and the latest.
    began_ns: u64,
    sent_ns: u64,
    /// How often the numbers began again.
    pub restarts: u64,
}

impl Sequence {
    /// Takes note of when numbers from `first` on were sent; says whether they are from before the
    /// numbers began again.
    ///
    /// A lower number than expected that was sent after everything else begins a new sequence: that
    /// tells a restart from a copy that is late.
    pub fn sent(&mut self, first: u64, sent: Sent) -> bool {
        if sent.ns.saturating_add(sent.apart_ns) < self.began_ns {
            return true;
        }
        let is_later = sent.ns > self.sent_ns.saturating_add(sent.apart_ns);
        if self.next.is_some_and(|next| first < next) && is_later {
            self.lost = self.missing();
            self.missing.clear();
            self.next = None;
            self.began_ns = sent.ns;
            self.restarts += 1;
        }
        self.sent_ns = self.sent_ns.max(sent.ns);
        false
    }

    /// Takes note that a number has come.
    pub fn see(&mut self, number: u64) -> Seen {
        let after = number.saturating_add(1);
        let Some(next) = self.next else {
            (self.first, self.next) = (number, Some(after));
            return Seen::New;
        };
        if number >= next {
            self.miss(next..number);
            self.next = Some(after);
            return Seen::New;
        }
        if number < self.first {
            let gap = after..self.first;
            self.first = number;
            if !gap.is_empty() {
                self.missing.insert(0, gap);
                self.forget();
            }
            return Seen::Late;
        }
        self.fill(number)
    }

    /// Takes note that the numbers go on from here, whether or not those before have come.
    pub fn expect(&mut self, coming: u64) {
        match self.next {
            None => (self.first, self.next) = (coming, Some(coming)),
            Some(next) if coming > next => {
                self.miss(next..coming);
                self.next = Some(coming);
            }
            Some(_) => {}
        }
    }

    /// What has not come so far.
    pub fn missing(&self) -> Missing {
        let mut missing = self.lost;
        self.missing.iter().for_each(|range| missing.add(range));
        missing
    }

    fn miss(&mut self, gap: Range<u64>) {
        if gap.is_empty() {
            return;
        }
        match self.missing.last_mut() {
            Some(last) if last.end == gap.start => last.end = gap.end,
            _ => self.missing.push(gap),
        }
        self.forget();
    }

    fn fill(&mut self, number: u64) -> Seen {
        let index = self.missing.partition_point(|range| range.end <= number);
        let Some(range) = self.missing.get(index).filter(|range| range.contains(&number)).cloned()
        else {
            return Seen::Duplicate;
        };
        let parts = [range.start..number, number + 1..range.end];
        self.missing.splice(index..=index, parts.into_iter().filter(|part| !part.is_empty()));
        self.forget();
        Seen::Late
    }

    fn forget(&mut self) {
        if self.missing.len() > REMEMBERED_GAPS {
            let range = self.missing.remove(0);
            self.lost.add(&range);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Missing, REMEMBERED_GAPS, Seen, Sent, Sequence};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn missing(sequence: &Sequence) -> (u64, u64) {
        let Missing { gaps, numbers } = sequence.missing();
        (gaps, numbers)
    }

    fn at(ns: u64) -> Sent {
        Sent { ns, apart_ns: 0 }
    }

    #[test]
    fn numbers_in_order_leave_no_gap() {
        let mut sequence = Sequence::default();
        assert!((7..20).all(|number| sequence.see(number) == Seen::New));
        assert_eq!(missing(&sequence), (0, 0));
    }

    #[test]
    fn a_gap_is_filled_from_both_ends_and_from_within() {
        let mut sequence = Sequence::default();
        sequence.see(1);
        sequence.see(7);
        assert_eq!(missing(&sequence), (1, 5));
        assert_eq!(sequence.see(4), Seen::Late);
        assert_eq!(missing(&sequence), (2, 4));
        for number in [2, 3, 6, 5] {
            assert_eq!(sequence.see(number), Seen::Late);
            assert_eq!(sequence.see(number), Seen::Duplicate);
        }
        assert_eq!(missing(&sequence), (0, 0));
    }

    #[test]
    fn a_heartbeat_shows_what_is_missing_at_the_end() {
        let mut sequence = Sequence::default();
        sequence.see(1);
        sequence.expect(2);
        assert_eq!(missing(&sequence), (0, 0));
        sequence.expect(4);
        assert_eq!(missing(&sequence), (1, 2));
        sequence.expect(6);
        assert_eq!(missing(&sequence), (1, 4));
        assert_eq!(sequence.see(5), Seen::Late);
        assert_eq!(sequence.see(6), Seen::New);
    }

    #[test]
    fn a_number_that_is_far_off_does_not_make_the_others_duplicates() {
        let mut sequence = Sequence::default();
        sequence.see(1);
        assert_eq!(sequence.see(u64::MAX - 1), Seen::New);
        assert_eq!(sequence.see(2), Seen::Late);
        assert_eq!(sequence.see(u64::MAX - 1), Seen::Duplicate);
    }

    #[test]
    fn a_lower_number_that_was_sent_later_begins_the_numbers_again() {
        let mut sequence = Sequence::default();
        assert!(!sequence.sent(1, at(100)));
        sequence.see(1);
        assert!(!sequence.sent(5, at(110)));
        sequence.see(5);
        assert!(!sequence.sent(5, at(110)));
        assert_eq!(sequence.see(5), Seen::Duplicate);
        assert!(!sequence.sent(1, at(120)));
        assert_eq!(sequence.see(1), Seen::New);
        assert!(sequence.sent(6, at(115)), "a late copy of the numbers before");
        assert_eq!(sequence.restarts, 1);
        assert_eq!(missing(&sequence), (1, 3));
    }

    #[test]
    fn another_lines_copy_may_be_sent_a_little_later() {
        let mut sequence = Sequence::default();
        let at = |ns| Sent { ns, apart_ns: 50 };
        sequence.sent(1, at(100));
        sequence.see(1);
        assert!(!sequence.sent(1, at(150)));
        assert_eq!(sequence.see(1), Seen::Duplicate);
        assert!(!sequence.sent(1, at(201)));
        assert_eq!(sequence.see(1), Seen::New);
        assert!(!sequence.sent(2, at(160)), "a copy of what came after the numbers began again");
    }

    #[test]
    fn what_is_remembered_is_bounded_and_what_is_forgotten_is_counted() {
        let mut sequence = Sequence::default();
        (0..4 * REMEMBERED_GAPS as u64).for_each(|index| {
            sequence.see(2 * index);
        });
        assert!(sequence.missing.len() <= REMEMBERED_GAPS);
        assert_eq!(
            missing(&sequence),
            (4 * REMEMBERED_GAPS as u64 - 1, 4 * REMEMBERED_GAPS as u64 - 1)
        );
    }

    proptest! {
        #[test]
        fn a_set_of_all_that_came_says_the_same(numbers in prop::collection::vec(0_u64..200, 1..150)) {
            let mut sequence = Sequence::default();
            let mut came = BTreeSet::new();
            for number in numbers {
                let seen = sequence.see(number);
                prop_assert_eq!(seen == Seen::Duplicate, !came.insert(number));
            }
            let span = came.last().unwrap() - came.first().unwrap() + 1;
            prop_assert_eq!(sequence.missing().numbers, span - came.len() as u64);
        }
    }
}
