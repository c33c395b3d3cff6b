//! When messages are due.

use latprobe_core::{Pace, Schedule};
use proptest::prelude::*;

const NS_PER_TICK: f64 = 0.5;

/// The plan in nanoseconds, of messages that were received at `recv_ns`, made in parts.
fn planned_ns(pace: Pace, recv_ns: &[i64], part: usize) -> Vec<u64> {
    let mut schedule = Schedule::new(pace, NS_PER_TICK);
    let mut all = Vec::new();
    for recv_ns in recv_ns.chunks(part.max(1)) {
        let mut due = vec![0; recv_ns.len()];
        schedule.plan(recv_ns.iter().copied(), &mut due);
        all.extend(due.iter().map(|ticks| ticks / 2));
    }
    all
}

fn any_pace() -> impl Strategy<Value = Pace> {
    let rate = 1e-2..1e9_f64;
    prop_oneof![
        (1e-3..1e3_f64).prop_map(|speed| Pace::Recorded { speed }),
        rate.clone().prop_map(|per_second| Pace::Rate { per_second }),
        (rate.clone(), any::<u64>())
            .prop_map(|(per_second, seed)| Pace::Poisson { per_second, seed }),
        (rate, 1e3..1e9_f64, 0.0..1e9_f64).prop_map(|(per_second, on_ns, off_ns)| Pace::Burst {
            per_second,
            on_ns,
            off_ns
        }),
    ]
}

proptest! {
    #[test]
    fn no_message_is_due_before_the_one_in_front_of_it(
        pace in any_pace(),
        recv_ns in prop::collection::vec(any::<i64>(), 0..200),
    ) {
        let due = planned_ns(pace, &recv_ns, 200);
        prop_assert!(due.is_sorted(), "{due:?}");
    }

    #[test]
    fn a_plan_is_the_same_in_whatever_parts_it_is_made(
        pace in any_pace(),
        recv_ns in prop::collection::vec(0..1_000_000_i64, 0..200),
        part in 1..50_usize,
    ) {
        prop_assert_eq!(planned_ns(pace, &recv_ns, part), planned_ns(pace, &recv_ns, 200));
    }

    #[test]
    fn recorded_gaps_are_kept_to_the_nanosecond(
        gaps in prop::collection::vec(0..1_000_000_i64, 1..200),
        first in 1_600_000_000_000_000_000..1_700_000_000_000_000_000_i64,
    ) {
        let mut recv_ns = vec![first];
        for gap in &gaps {
            recv_ns.push(recv_ns[recv_ns.len() - 1] + gap);
        }
        let due = planned_ns(Pace::Recorded { speed: 1.0 }, &recv_ns, 7);
        let expected: Vec<u64> = recv_ns.iter().map(|it| it.abs_diff(first)).collect();
        prop_assert_eq!(due, expected);
    }
}

#[test]
fn speed_divides_the_recorded_gaps() {
    let recv_ns = [1_000, 1_000, 5_000, 9_000];

    assert_eq!(planned_ns(Pace::Recorded { speed: 4.0 }, &recv_ns, 4), [0, 0, 1_000, 2_000]);
    assert_eq!(planned_ns(Pace::Recorded { speed: 0.5 }, &recv_ns, 4), [0, 0, 8_000, 16_000]);
}

#[test]
fn a_message_that_was_received_earlier_than_the_one_in_front_is_due_with_it() {
    let recv_ns = [5_000, 3_000, 4_000, 4_500];

    assert_eq!(planned_ns(Pace::Recorded { speed: 1.0 }, &recv_ns, 2), [0, 0, 1_000, 1_500]);
}

#[test]
fn a_rate_has_no_rounding_that_adds_up() {
    let due = planned_ns(Pace::Rate { per_second: 3e6 }, &vec![0; 3_000_001], 1024);

    assert_eq!((due[1], due[2], due[3], due[3_000_000]), (333, 666, 1_000, 1_000_000_000));
}

#[test]
fn bursts_are_as_long_and_as_far_apart_as_they_are_said_to_be() {
    let pace = Pace::Burst { per_second: 1e6, on_ns: 3_000.0, off_ns: 7_000.0 };

    let due = planned_ns(pace, &[0; 8], 5);

    assert_eq!(due, [0, 1_000, 2_000, 10_000, 11_000, 12_000, 20_000, 21_000]);
}

#[test]
fn arrivals_by_chance_have_the_rate_and_the_spread_of_a_poisson_process() {
    let due = planned_ns(Pace::Poisson { per_second: 1e6, seed: 7 }, &vec![0; 100_001], 1024);

    let gaps: Vec<f64> = due.windows(2).map(|pair| (pair[1] - pair[0]) as f64).collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
    let over_mean = gaps.iter().filter(|&&gap| gap > 1_000.0).count() as f64 / gaps.len() as f64;
    // Standard errors: 3.2 ns of the mean, 0.0045 of the ratio, and 0.0015 of the share.
    assert!((mean - 1_000.0).abs() < 16.0, "{mean}");
    assert!((variance.sqrt() / mean - 1.0).abs() < 0.025, "{}", variance.sqrt() / mean);
    assert!((over_mean - (-1.0_f64).exp()).abs() < 0.008, "{over_mean}");
}

#[test]
fn a_seed_draws_the_same_gaps_and_another_one_others() {
    let draw = |seed| planned_ns(Pace::Poisson { per_second: 1e5, seed }, &[0; 100], 100);

    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}
