//! How many messages stood in a queue when another came, from when each came and left.

/// One message in one queue, in ticks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    /// When it came.
    pub from: u64,
    /// When it left; one that reads as earlier than that, by another CPU's clock, left at once.
    pub to: u64,
}

/// For each of `stays` the number of messages that came before it and left after it came, in the same
/// order. Of those that came at the same reading of the clock, the one that is further in front in
/// `stays` came first; one that left at the reading at which another came was still there.
pub(super) fn depths(stays: &[Stay]) -> Vec<u64> {
    let mut order: Vec<usize> = (0..stays.len()).collect();
    // Stable: those at the same reading stay in order. They mostly are already.
    order.sort_by_key(|&index| stays[index].from);
    let mut ends: Vec<u64> = stays.iter().map(|stay| stay.to.max(stay.from)).collect();
    ends.sort_unstable();
    let mut depths = vec![0; stays.len()];
    let mut left = 0;
    for (came, &index) in order.iter().enumerate() {
        // Whoever left before this one came also came before it: there are never more of them.
        while left < ends.len() && ends[left] < stays[index].from {
            left += 1;
        }
        depths[index] = (came - left) as u64;
    }
    depths
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stay(from: u64, to: u64) -> Stay {
        Stay { from, to }
    }

    #[test]
    fn a_queue_fills_while_nobody_takes_and_empties_again() {
        let stays = [stay(10, 100), stay(20, 110), stay(30, 120), stay(105, 130), stay(200, 210)];
        assert_eq!(depths(&stays), [0, 1, 2, 2, 0]);
    }

    #[test]
    fn a_message_whose_place_a_newer_one_took_leaves_as_that_one_comes() {
        // The second takes the first one's place at 20, the third that of the second at 30.
        assert_eq!(depths(&[stay(10, 20), stay(20, 30), stay(30, 40)]), [0, 1, 1]);
    }

    #[test]
    fn one_that_reads_as_gone_before_it_came_was_there_for_no_time() {
        assert_eq!(depths(&[stay(10, 5), stay(11, 20), stay(12, 30)]), [0, 0, 1]);
    }

    /// By going over all others for each: what the definition says.
    fn counted_one_by_one(stays: &[Stay]) -> Vec<u64> {
        let is_before =
            |other: usize, this: usize| (stays[other].from, other) < (stays[this].from, this);
        (0..stays.len())
            .map(|this| {
                let there = |&other: &usize| {
                    is_before(other, this)
                        && stays[other].to.max(stays[other].from) >= stays[this].from
                };
                (0..stays.len()).filter(there).count() as u64
            })
            .collect()
    }

    proptest! {
        #[test]
        fn any_comings_and_goings_are_counted_as_one_by_one(
            times in prop::collection::vec((0_u64..60, 0_u64..30), 0..80),
            backwards in 0_u64..5,
        ) {
            let stays: Vec<Stay> = times
                .iter()
                .map(|&(from, stayed)| stay(from, (from + stayed).saturating_sub(backwards)))
                .collect();
            prop_assert_eq!(depths(&stays), counted_one_by_one(&stays));
        }
    }
}
