//! Which messages a latency pass keeps as its slowest, and what it says about each.

#[allow(dead_code)] // each test file uses a part
mod support;

use base64::{Engine, engine::general_purpose::STANDARD};
use latprobe_core::pass::{self, LatencyResult, Progress, TailMessage, Volume};
use latprobe_core::{Driving, Feed, Instance, Library, Pace};
use latprobe_sdk::{Kind, Message, Outcome, Probe, Reject, Target, entry, leak_table};
use std::path::Path;
use std::time::{Duration, Instant};
use support::{counter, feed, instrument};

/// Spins as many milliseconds as the first byte says, in the stage that the second one says. A
/// third byte has it reject the message.
struct Spinner;

impl Target for Spinner {
    const NAME: &'static str = "spinner";
    const FAMILY: &'static str = "spinner";
    const STAGES: &'static [&'static str] = &["first", "second"];
    const KINDS: &'static [&'static str] = &["quick", "slow"];
    const ERRORS: &'static [&'static str] = &["three"];

    fn create(_: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        let period = Duration::from_millis(u64::from(message.bytes[0]));
        for stage in 0..2 {
            let start = Instant::now();
            while message.bytes[1] == stage && start.elapsed() < period {}
            probe.mark(u32::from(stage));
        }
        if message.bytes.len() == 3 {
            return Err(Reject(0));
        }
        Ok(Kind(u32::from(!period.is_zero())))
    }

    fn reset(&mut self) {}
}

fn library() -> Library {
    Library::linked("test", leak_table(vec![entry::<Spinner>()])).expect("a sound table")
}

fn quick(count: usize) -> Vec<Vec<u8>> {
    vec![vec![0, 0]; count]
}

fn latency(feed: &Feed, volume: Volume) -> LatencyResult {
    let (library, progress) = (library(), counter());
    let mut instance = Instance::create(&library, "spinner", "{}").expect("a target");
    pass::latency(feed, &mut instance, volume, &instrument(), Progress::to(&progress))
        .expect("a pass")
}

/// The message of that number. Where others stand depends on what else the machine does.
fn message(tail: &[TailMessage], sequence: u64) -> &TailMessage {
    tail.iter().find(|it| it.sequence == sequence).expect("it is slower than all but one")
}

/// A feed of two batches with slow messages at 30 and, rejected, at 75.
fn feed_with_two_slow(folder: &Path) -> Feed {
    let mut slow = vec![40, 1];
    slow.resize(300, b'x');
    let first = [quick(30), vec![slow], quick(19)].concat();
    let second = [quick(25), vec![vec![60, 0, 2]], quick(24)].concat();
    feed(folder, &[first, second])
}

#[test]
fn the_slowest_messages_come_first_with_number_kind_stage_and_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed_with_two_slow(folder.path());

    let tail = latency(&feed, Volume { warmup: 10, measured: 90 }).tail;

    assert_eq!(tail.len(), 20);
    assert!(tail.is_sorted_by(|one, other| one.total_ns >= other.total_ns));
    let rejected = message(&tail, 75);
    assert_eq!((rejected.recv_ns, rejected.kind.as_deref()), (1025, None));
    assert_eq!((rejected.size, STANDARD.decode(&rejected.bytes)), (3, Ok(vec![60, 0, 2])));
    assert!(rejected.stages_ns[0] > Some(59e6), "{rejected:?}");
    let slow = message(&tail, 30);
    assert_eq!((slow.recv_ns, slow.kind.as_deref()), (1030, Some("slow")));
    let bytes = STANDARD.decode(&slow.bytes).expect("Base64");
    assert_eq!((slow.size, bytes.len(), &bytes[..3]), (300, 256, [40, 1, b'x'].as_slice()));
    assert!(slow.stages_ns[1] > Some(39e6), "{slow:?}");
    assert!(slow.end_ticks > slow.start_ticks);
}

#[test]
fn messages_of_a_later_round_count_on_and_those_that_warm_up_are_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed_with_two_slow(folder.path());

    let tail = latency(&feed, Volume { warmup: 100, measured: 50 }).tail;

    assert_eq!(message(&tail, 130).recv_ns, 1030);
    assert!(tail.iter().all(|message| message.sequence >= 100));
}

#[test]
fn a_pass_of_few_messages_keeps_them_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[quick(3)]);

    let tail = latency(&feed, Volume { warmup: 0, measured: 3 }).tail;

    let mut sequences: Vec<_> = tail.iter().map(|message| message.sequence).collect();
    sequences.sort_unstable();
    assert_eq!(sequences, [0, 1, 2]);
}

#[test]
fn a_tail_replayed_has_a_time_for_each_message_that_was_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed_with_two_slow(folder.path());
    let (library, progress) = (library(), counter());
    let mut instance = Instance::create(&library, "spinner", "{}").expect("a target");

    let replayed = pass::replay_tail(
        &feed,
        &mut instance,
        Volume { warmup: 10, measured: 90 },
        vec![75, 12, 30, 4],
        Driving::Closed,
        &instrument(),
        Progress::to(&progress),
    )
    .expect("a pass");

    let sequences: Vec<_> = replayed.messages.iter().map(|it| it.sequence).collect();
    assert_eq!(sequences, [12, 30, 75], "message 4 warms up");
    assert!(replayed.messages[1].total_ns > 39e6 && replayed.messages[2].total_ns > 59e6);
}

#[test]
fn a_tail_is_replayed_in_the_way_that_it_came_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[quick(50)]);
    let (library, progress) = (library(), counter());
    let volume = Volume { warmup: 0, measured: 50 };
    let gap = Duration::from_micros(500);

    for (driving, waited, sequences) in [
        (Driving::Closed, Duration::ZERO, vec![7, 14, 15]),
        (Driving::Paced(Pace::Rate { per_second: 2_000.0 }), gap * 49, vec![7, 14, 15]),
        (Driving::Idle { gap_ns: 5e5, every: 7 }, gap * 8, vec![7, 14]),
    ] {
        let mut instance = Instance::create(&library, "spinner", "{}").expect("a target");
        let started = Instant::now();

        let replayed = pass::replay_tail(
            &feed,
            &mut instance,
            volume,
            vec![7, 14, 15],
            driving,
            &instrument(),
            Progress::to(&progress),
        )
        .expect("a pass");

        assert!(started.elapsed() >= waited, "{driving:?}");
        // Those between are no messages of a pass with a condition.
        let found: Vec<_> = replayed.messages.iter().map(|it| it.sequence).collect();
        assert_eq!(found, sequences, "{driving:?}");
    }
}
