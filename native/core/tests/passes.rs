//! What a pass hands over, and what it makes of the answers.

#[allow(dead_code)] // each test file uses a part
mod support;

use latprobe_core::pass::{self, Progress, Span, Volume};
use latprobe_core::{CoreError, Driving, LatencyHistogram};
use std::sync::atomic::Ordering;
use support::{Seen, counter, feed, instrument, library, seen, witness};

fn messages(kinds: &[u8]) -> Vec<Vec<u8>> {
    kinds.iter().map(|&kind| vec![kind, 9]).collect()
}

#[test]
fn every_message_is_handed_over_once_in_order_and_a_feed_that_ends_starts_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[messages(&[0, 1]), messages(&[]), messages(&[0])]);
    let library = library();
    seen();

    let volume = Volume { warmup: 2, measured: 3 };
    let progress = counter();
    let result =
        pass::cost(&feed, &mut witness(&library), volume, &instrument(), Progress::to(&progress))
            .expect("a pass");

    let message = |kind, recv_ns| Seen::Message(vec![kind, 9], recv_ns);
    let expected =
        [message(0, 1000), message(1, 1001), message(0, 1000), Seen::Reset, message(0, 1000)];
    let all = seen();
    assert_eq!(all[..5], expected);
    assert_eq!((all.len(), result.messages, progress.load(Ordering::Relaxed)), (6, 3, 4));
}

#[test]
fn times_are_kept_by_kind_and_stage() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[messages(&[0, 1, 2, 0])]);
    let library = library();

    let volume = Volume { warmup: 400, measured: 400 };
    let progress = counter();
    let result = pass::latency(
        &feed,
        &mut witness(&library),
        volume,
        &instrument(),
        Progress::to(&progress),
    )
    .expect("a pass");

    assert_eq!((result.recorded, result.settling), (400, 0));
    let names: Vec<_> = result.kinds.iter().map(|it| it.kind.as_deref()).collect();
    assert_eq!(names, [Some("whole"), Some("short"), None]);
    let counts: Vec<_> = result
        .kinds
        .iter()
        .map(|it| {
            let stages = it.stages.iter().map(|it| it.as_ref().map_or(0, |it| it.count));
            (it.total.count, stages.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        counts,
        [(200, vec![200, 200, 200]), (100, vec![100, 0, 0]), (100, vec![100, 0, 0])]
    );
}

#[test]
fn a_span_has_the_times_of_the_messages_that_came_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[messages(&[0, 1, 2, 0])]);
    let library = library();
    let volume = Volume { warmup: 0, measured: 400 };

    for (first, last, expected) in [
        (1, 2, vec![(Some("whole"), 200)]),
        (0, 1, vec![(Some("whole"), 200)]),
        (0, 0, vec![(Some("whole"), 200), (Some("short"), 100), (None, 100)]),
    ] {
        let progress = counter();
        let result = pass::span(
            &feed,
            &mut witness(&library),
            volume,
            Span { first, last },
            Driving::Closed,
            &instrument(),
            Progress::to(&progress),
        )
        .expect("a pass");

        let counts: Vec<_> =
            result.kinds.iter().map(|it| (it.kind.as_deref(), it.times.count)).collect();
        assert_eq!((result.recorded, counts), (400, expected), "{first}..{last}");
    }
}

#[test]
fn a_digest_is_fnv_1a_over_the_fields_in_their_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[messages(&[0, 2, 2])]);
    let library = library();

    let progress = counter();
    let result =
        pass::digest(&feed, &mut witness(&library), Progress::to(&progress)).expect("a pass");

    // By hand: the integer 7 as 8 bytes, the length 2 as 8 bytes, and the bytes 0 and 9.
    let bytes = [7, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 9];
    let checksum = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, &byte: &u8| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    assert_eq!(result.kinds[0].checksum, format!("{checksum:016x}"));
    assert_eq!((result.messages, result.first_error), (3, Some(1)), "the feed once, no more");
    assert_eq!(result.errors, [("two".to_owned(), 2)].into());
    assert_eq!(result.metrics, [("answer".to_owned(), 42.0)].into());
}

#[test]
fn a_kind_that_is_not_declared_ends_the_pass_with_its_message() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[messages(&[0, 0, 5])]);
    let library = library();
    let volume = Volume { warmup: 0, measured: 3 };

    let progress = counter();
    let error = pass::latency(
        &feed,
        &mut witness(&library),
        volume,
        &instrument(),
        Progress::to(&progress),
    )
    .expect_err("kind 5 is not declared");

    assert!(matches!(error, CoreError::Misbehaved { sequence: 2, .. }), "{error}");
}

#[test]
fn allocations_are_not_counted_without_the_allocator() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[messages(&[0])]);
    let library = library();
    let volume = Volume { warmup: 0, measured: 1 };

    let progress = counter();
    let result = pass::allocations(&feed, &mut witness(&library), volume, Progress::to(&progress));

    assert!(matches!(result, Err(CoreError::NotCounting)));
}

#[test]
fn more_messages_than_the_buffer_holds_are_all_recorded_but_those_that_settle() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[vec![vec![0]; 100_000]]);
    let library = library();
    let volume = Volume { warmup: 100_000, measured: 900_000 };

    let progress = counter();
    let result = pass::latency(
        &feed,
        &mut witness(&library),
        volume,
        &instrument(),
        Progress::to(&progress),
    )
    .expect("a pass");

    assert_eq!(result.recorded + result.settling, volume.measured);
    assert!(result.settling > 0 && result.settling < 1_500, "{}", result.settling);
    let histogram: &LatencyHistogram = &result.kinds[0].total.histogram;
    assert_eq!(histogram.count(), result.recorded);
}
