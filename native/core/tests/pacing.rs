//! Paced driving, by a clock that the target moves: what a stall does to those behind it.

#[allow(dead_code)] // each test file uses a part
mod support;

use latprobe_core::pass::{self, LatencyResult, Progress, Volume};
use latprobe_core::{Driving, Feed, Instance, Instrument, LatencyHistogram, Library, Pace};
use latprobe_sdk::{Kind, Message, Outcome, Probe, Target, entry, leak_table};
use std::cell::Cell;
use std::sync::atomic::Ordering;
use support::{counter, feed, instrument, library, witness};

const SERVICE_NS: u64 = 1_000;
const STALL_NS: u64 = 1_000_000;
const GAP_NS: u64 = 10_000;
const STALLING: u8 = 1;
/// What the message says that comes before the driver is stopped in its bookkeeping.
const STOPS_BOOKKEEPING: u8 = 2;
/// What the message says that comes before the driver is stopped while it waits.
const STOPS_WAITING: u8 = 3;
const AFTER_RESET: u64 = 50_000;

thread_local! {
    static CLOCK_NS: Cell<u64> = const { Cell::new(1) };
    /// Before which look at the clock the driver is stopped; 0 for none.
    static STOPPED_AT: Cell<u64> = const { Cell::new(0) };
}

/// Each look at the clock takes a nanosecond, so that waiting comes to an end.
fn now() -> u64 {
    let left = STOPPED_AT.get();
    STOPPED_AT.set(left.saturating_sub(1));
    CLOCK_NS.set(CLOCK_NS.get() + if left == 1 { STALL_NS } else { 1 });
    CLOCK_NS.get()
}

/// Takes a microsecond of the scripted clock, and a millisecond where it is told to stall.
struct Stalling;

impl Target for Stalling {
    const NAME: &'static str = "stalling";
    const FAMILY: &'static str = "stalling";
    const STAGES: &'static [&'static str] = &["never"];
    const KINDS: &'static [&'static str] = &["any"];

    fn create(_config: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_message(&mut self, message: Message<'_>, _probe: &mut Probe) -> Outcome {
        let trouble = message.bytes.first().copied();
        // The first look from here is at the end of the message, and the second is the first for
        // the next.
        STOPPED_AT.set(match trouble {
            Some(STOPS_BOOKKEEPING) => 2,
            Some(STOPS_WAITING) => 3,
            _ => 0,
        });
        let stalls = trouble == Some(STALLING);
        CLOCK_NS.set(CLOCK_NS.get() + if stalls { STALL_NS } else { SERVICE_NS });
        Ok(Kind(0))
    }

    fn reset(&mut self) {
        CLOCK_NS.set(CLOCK_NS.get() + AFTER_RESET);
    }
}

fn stalling_library() -> Library {
    Library::linked("test", leak_table(vec![entry::<Stalling>()])).expect("a sound table")
}

/// Messages of which those at `stalls` stall.
fn stalling_feed(folder: &std::path::Path, messages: usize, stalls: &[usize]) -> Feed {
    let stalls: Vec<(usize, u8)> = stalls.iter().map(|&index| (index, STALLING)).collect();
    troubled_feed(folder, messages, &stalls)
}

/// Messages of which some bring trouble.
fn troubled_feed(folder: &std::path::Path, messages: usize, troubles: &[(usize, u8)]) -> Feed {
    let bytes = |index| {
        let trouble = troubles.iter().find(|&&(at, _)| at == index);
        vec![trouble.map_or(0, |&(_, kind)| kind)]
    };
    feed(folder, &[(0..messages).map(bytes).collect()])
}

fn paced(feed: &Feed, volume: Volume, pace: Pace) -> LatencyResult {
    let library = stalling_library();
    let mut instance = Instance::create(&library, "stalling", "{}").expect("any configuration");
    let progress = counter();
    let scripted = Instrument::scripted();
    pass::latency_by(now, feed, &mut instance, volume, pace, &scripted, Progress::to(&progress))
        .expect("a pass")
}

/// The samples from the longest on, to three digits.
fn longest_first(histogram: &LatencyHistogram) -> Vec<u64> {
    let counts: Vec<(u64, u64)> = histogram.counts().collect();
    counts
        .into_iter()
        .rev()
        .flat_map(|(value, count)| std::iter::repeat_n(value, usize::try_from(count).expect("few")))
        .collect()
}

#[test]
fn one_stall_makes_everybody_behind_it_late_and_less_so_one_by_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = stalling_feed(folder.path(), 20_000, &[5_000]);
    let volume = Volume { warmup: 0, measured: 20_000 };

    let result = paced(&feed, volume, Pace::Rate { per_second: 1e9 / GAP_NS as f64 });

    let times = &result.kinds[0];
    let response = times.response.as_ref().expect("paced driving has one");
    // The service time, which is all that closed driving sees, shows one slow message.
    let service = longest_first(&times.total.histogram);
    assert!(service[0].abs_diff(STALL_NS) <= STALL_NS / 1_000 && service[1] <= SERVICE_NS + 2);
    assert!(times.total.histogram.value_at_rank(19_800) <= SERVICE_NS + 2, "p99 hides the stall");
    // Each message behind it waits for less than the one before, by what the gap is longer than
    // the service: the backlog of 1 ms is gone after 111 messages.
    let longest = longest_first(&response.histogram);
    let catching_up = GAP_NS - SERVICE_NS;
    for (nth, &found) in (0..).zip(&longest[..110]) {
        let expected = STALL_NS - nth * catching_up;
        assert!(found.abs_diff(expected) <= 1_200 + expected / 1_000, "{nth}: {found}");
    }
    assert!(longest[115] <= SERVICE_NS + 4, "{}", longest[115]);
    let pacing = result.pacing.expect("paced driving has one");
    assert!((109..=112).contains(&pacing.late), "{}", pacing.late);
    assert_eq!((pacing.late_by_driver, pacing.first_message), (0, Some(5_001)));
    assert_eq!(pacing.worst_message, Some(5_001));
    assert!((pacing.worst_ns - (STALL_NS - GAP_NS) as f64).abs() < 10.0, "{}", pacing.worst_ns);
    assert!((pacing.first_due_ns - 5_001.0 * GAP_NS as f64).abs() < 1.0);
    assert!(pacing.last_ns < 10.0, "it caught up");
}

#[test]
fn a_stall_is_the_platform_s_where_the_driver_only_read_the_clock_and_else_the_driver_s() {
    let folder = tempfile::tempdir().expect("a folder");
    let late_after = |trouble: u8| {
        let feed = troubled_feed(folder.path(), 2_000, &[(1_000, trouble)]);
        let volume = Volume { warmup: 0, measured: 2_000 };
        let pace = Pace::Rate { per_second: 1e9 / GAP_NS as f64 };
        paced(&feed, volume, pace).pacing.expect("paced driving has one")
    };

    let seen = late_after(STOPS_WAITING);
    let unseen = late_after(STOPS_BOOKKEEPING);
    let own = late_after(STALLING);

    // The driver is stopped when the message before is done, 9 µs before the next is due, and each
    // message takes 9 µs of the backlog. The target is stopped a microsecond earlier.
    assert_eq!((seen.late, seen.late_by_platform, seen.late_by_driver), (111, 111, 0));
    assert_eq!((unseen.late, unseen.late_by_platform, unseen.late_by_driver), (111, 0, 111));
    assert_eq!((own.late, own.late_by_platform, own.late_by_driver), (110, 0, 0));
    assert_eq!((seen.waiting.stalls, unseen.waiting.stalls, own.waiting.stalls), (1, 0, 0));
    let behind = STALL_NS - (GAP_NS - SERVICE_NS);
    for worst_ns in [seen.worst_by_platform_ns, unseen.worst_by_driver_ns, seen.worst_ns] {
        assert!((worst_ns - behind as f64).abs() < 10.0, "{worst_ns}");
    }
    assert!((seen.waiting.longest_ns - STALL_NS as f64).abs() < 1.0, "{seen:?}");
    let bookkeeping = unseen.bookkeeping;
    assert_eq!((bookkeeping.stalls, seen.bookkeeping.stalls), (1, 0));
    assert!((bookkeeping.stalled_ns - STALL_NS as f64).abs() < 1.0, "{bookkeeping:?}");
    // A look at the clock for each message, and the stall.
    assert!((bookkeeping.total_ns - (2_000 + STALL_NS) as f64).abs() < 50.0, "{bookkeeping:?}");
}

#[test]
fn a_rate_that_the_target_cannot_keep_leaves_it_further_behind_with_each_message() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = stalling_feed(folder.path(), 10_000, &[]);
    let volume = Volume { warmup: 0, measured: 10_000 };

    let result = paced(&feed, volume, Pace::Rate { per_second: 2e6 });

    let pacing = result.pacing.expect("paced driving has one");
    // Each message takes 1 µs and 2 looks at the clock, and comes 0.5 µs after the one before.
    let behind = 9_999.0 * 502.0;
    assert!((pacing.last_ns / behind - 1.0).abs() < 0.001, "{}", pacing.last_ns);
    assert_eq!(pacing.worst_message, Some(9_999));
    assert!(pacing.late > 9_990 && pacing.late_by_driver == 0, "{pacing:?}");
}

#[test]
fn the_plan_stands_still_while_the_loop_is_left_and_goes_on_where_the_feed_starts_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = stalling_feed(folder.path(), 50, &[]);
    let volume = Volume { warmup: 10, measured: 1_000 };

    let result = paced(&feed, volume, Pace::Rate { per_second: 1e5 });

    let pacing = result.pacing.expect("paced driving has one");
    assert_eq!(pacing.late, 0, "{pacing:?}");
    assert!((pacing.planned_ns - 999.0 * GAP_NS as f64).abs() < 1.0, "{}", pacing.planned_ns);
    // The feed started anew 20 times, and each time the target took its time.
    assert_eq!(pacing.pauses, 20);
    assert!((pacing.paused_ns / (20.0 * AFTER_RESET as f64) - 1.0).abs() < 0.01);
    assert_eq!(result.recorded, 1_000);
}

#[test]
fn who_was_behind_when_the_plan_stood_still_is_behind_when_it_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = stalling_feed(folder.path(), 50, &[40]);
    let volume = Volume { warmup: 0, measured: 80 };

    let result = paced(&feed, volume, Pace::Rate { per_second: 1e9 / GAP_NS as f64 });

    // Message 79 is the 39th behind the stall, and 29 of them come after the feed started anew.
    let pacing = result.pacing.expect("paced driving has one");
    let expected = STALL_NS - GAP_NS - 38 * (GAP_NS - SERVICE_NS);
    assert!((pacing.last_ns - expected as f64).abs() < 200.0, "{pacing:?}");
}

#[test]
fn gaps_of_the_recording_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = stalling_feed(folder.path(), 1_000, &[]);
    let volume = Volume { warmup: 0, measured: 1_000 };

    // The messages of the test's feed were received one nanosecond after the other.
    let result = paced(&feed, volume, Pace::Recorded { speed: 1e-4 });

    let pacing = result.pacing.expect("paced driving has one");
    assert!((pacing.planned_ns - 999.0 * 1e4).abs() < 1.0, "{}", pacing.planned_ns);
    assert_eq!(pacing.late, 0, "{pacing:?}");
}

#[test]
fn a_message_that_is_long_not_due_is_said_to_be_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = stalling_feed(folder.path(), 2, &[]);
    let library = stalling_library();
    let mut instance = Instance::create(&library, "stalling", "{}").expect("any configuration");
    let progress = counter();
    let waited_for = Cell::new(0);
    let watching_now = || {
        let number = progress.load(Ordering::Relaxed);
        if number >> 63 == 1 {
            waited_for.set(number);
        }
        now()
    };

    pass::latency_by(
        watching_now,
        &feed,
        &mut instance,
        Volume { warmup: 0, measured: 2 },
        Pace::Rate { per_second: 50.0 },
        &Instrument::scripted(),
        Progress::to(&progress),
    )
    .expect("a pass");

    assert_eq!(waited_for.get(), 1 << 63 | 1);
    assert_eq!(progress.load(Ordering::Relaxed), 1, "and no longer when it is handed over");
}

#[test]
fn a_condition_is_made_for_every_nth_message_and_no_other_is_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[vec![vec![0]; 10]]);
    let library = library();
    let volume = Volume { warmup: 5, measured: 30 };

    for driving in [
        Driving::Cold { evict_bytes: 1 << 16, every: 7 },
        Driving::Idle { gap_ns: 100.0, every: 7 },
    ] {
        let progress = counter();
        let result = pass::latency_driven(
            &feed,
            &mut witness(&library),
            volume,
            driving,
            &instrument(),
            Progress::to(&progress),
        )
        .expect("a pass");

        assert_eq!((result.recorded, result.passed_over), (5, 25), "{driving:?}");
        assert_eq!(result.kinds[0].total.count, 5);
        assert!(result.pacing.is_none() && result.kinds[0].response.is_none());
    }
}
