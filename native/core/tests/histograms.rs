//! A histogram of times answers as the standard one does, whatever was recorded.

use hdrhistogram::Histogram;
use latprobe_core::LatencyHistogram;
use proptest::prelude::*;

const HOUR_NS: u64 = 3_600_000_000_000;

/// Times of every size alike, and not as many long ones as there are long numbers.
fn time_ns() -> impl Strategy<Value = u64> {
    (0_u32..42, any::<u64>()).prop_map(|(bits, value)| (value >> (63 - bits)).min(HOUR_NS))
}

fn standard(times_ns: &[u64]) -> Histogram<u64> {
    let mut histogram = Histogram::new_with_bounds(1, HOUR_NS, 3).expect("sound bounds");
    for &time_ns in times_ns {
        histogram.record(time_ns).expect("an hour fits");
    }
    histogram
}

fn ours(times_ns: &[u64]) -> LatencyHistogram {
    let mut histogram = LatencyHistogram::default();
    for &time_ns in times_ns {
        #[allow(clippy::cast_precision_loss)] // an hour is exact
        histogram.record(time_ns as f64);
    }
    histogram
}

proptest! {
    #[test]
    fn every_count_stands_where_the_standard_histogram_has_it(
        times_ns in proptest::collection::vec(time_ns(), 0..200),
        asked_ns in time_ns(),
    ) {
        let (ours, standard) = (ours(&times_ns), standard(&times_ns));

        let expected = standard.iter_recorded().map(|it| (it.value_iterated_to(), it.count_at_value()));
        prop_assert!(ours.counts().eq(expected));
        prop_assert_eq!(ours.count(), standard.len());
        prop_assert_eq!((ours.min(), ours.max()), (standard.min(), standard.max()));
        prop_assert_eq!(ours.count_at_or_below(asked_ns), standard.count_between(0, asked_ns));
    }

    #[test]
    fn merging_and_encoding_lose_nothing(
        first in proptest::collection::vec(time_ns(), 0..50),
        second in proptest::collection::vec(time_ns(), 0..50),
    ) {
        let mut merged = ours(&first);
        merged.merge(&ours(&second));
        let back = LatencyHistogram::decode(&merged.encode()).expect("own encoding");

        let whole = ours(&[first, second].concat());
        prop_assert!(back.counts().eq(whole.counts()));
        prop_assert!(merged.counts().eq(whole.counts()));
    }
}

#[test]
fn times_are_rounded_and_kept_between_nothing_and_an_hour() {
    let mut histogram = LatencyHistogram::default();
    for ns in [-7.2, 0.4, 0.5, 1.49, 1e300, f64::INFINITY] {
        histogram.record(ns);
    }

    let at_most = |ns| histogram.count_at_or_below(ns);
    assert_eq!((at_most(0), at_most(1), at_most(HOUR_NS - (1 << 33))), (2, 4, 4));
    assert_eq!(histogram.count(), 6);
}
