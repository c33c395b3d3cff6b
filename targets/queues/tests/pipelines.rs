//! The three targets, rehearsed without latprobe.

use latprobe_json::After;
use latprobe_queues::{BoundedTarget, CoalescingTarget, RingTarget};
use latprobe_sdk::{Rehearsal, Reject, Target};

const FRAMES: [&str; 5] = [
    r#"{"u":400900217,"s":"BTCUSDT","b":"100.0","B":"2.0","a":"100.2","A":"4"}"#,
    r#"{"e":"trade","E":2,"T":1,"s":"BTCUSDT","t":9,"p":"100.1","q":"1.25","X":"MARKET","m":true}"#,
    r#"{"u":400900218,"s":"BTCUSDT","b":"101.0","B":"2.0","a":"101.2","A":"4"}"#,
    r#"{"result":null,"id":1}"#,
    r#"{"u":400900219,"s":"ETHUSDT","b":"7","B":"2.0","a":"8","A":"4"}"#,
];

fn rehearsed<T: Target>(config: &str) -> Rehearsal<T> {
    let mut rehearsal = Rehearsal::<T>::new(config).expect("a sound configuration");
    for frame in FRAMES {
        rehearsal.message(frame.as_bytes()).expect("a sound frame");
        rehearsal.drain();
    }
    assert_eq!(rehearsal.message(b"{"), Err(Reject(0)));
    rehearsal
}

#[test]
fn all_understand_a_feed_as_the_parser_does_and_decide_alike() {
    let parser = rehearsed::<After>("{}");
    let ring = rehearsed::<RingTarget>("{}");
    let bounded = rehearsed::<BoundedTarget>(r#"{"capacity": 1}"#);
    let coalescing = rehearsed::<CoalescingTarget>("{}");

    for digests in [ring.digests(), bounded.digests(), coalescing.digests()] {
        assert_eq!(digests, parser.digests());
    }
    // The market jumped by a percent, once.
    let expected = vec![("bought", 0.0), ("sold", 1.0), ("superseded", 0.0)];
    for metrics in [ring.metrics(), bounded.metrics(), coalescing.metrics()] {
        assert_eq!(metrics, expected);
    }
}

#[test]
fn a_slow_worker_costs_the_coalescing_one_views_and_nobody_has_to_wait() {
    let slow = r#"{"stall_at": 0, "stall_ms": 300}"#;
    let mut rehearsal = Rehearsal::<CoalescingTarget>::new(slow).expect("sound");
    let started = std::time::Instant::now();

    for _ in 0..1_000 {
        rehearsal.message(FRAMES[0].as_bytes()).expect("sound");
    }

    let superseded = |it: &Rehearsal<CoalescingTarget>| it.metrics()[2].1;
    assert!(superseded(&rehearsal) > 0.0);
    rehearsal.drain();
    assert!(started.elapsed().as_millis() >= 300, "drained when the worker is done");
}

#[test]
fn what_the_market_data_side_can_wait_for_it_waits_for() {
    let slow = r#"{"stall_at": 0, "stall_ms": 100, "capacity": 2}"#;
    let mut rehearsal = Rehearsal::<BoundedTarget>::new(slow).expect("sound");
    let started = std::time::Instant::now();

    for _ in 0..10 {
        rehearsal.message(FRAMES[0].as_bytes()).expect("sound");
    }

    assert!(started.elapsed().as_millis() >= 100, "the channel was full while the worker stalled");
}

#[test]
fn after_a_reset_a_target_decides_as_it_did_at_first() {
    let mut rehearsal = rehearsed::<RingTarget>("{}");
    let first = rehearsal.metrics();

    rehearsal.target().reset();
    for frame in FRAMES {
        rehearsal.message(frame.as_bytes()).expect("a sound frame");
    }
    rehearsal.drain();

    assert_eq!(rehearsal.metrics(), first);
}
