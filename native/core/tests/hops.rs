//! Messages that other threads finish, by a target that says of each, by a clock of its own, what the
//! test has worked out by hand.

#[allow(dead_code)] // each test file uses a part
mod support;

use latprobe_abi::{
    ABI_VERSION, Column, Hop, Host, Probe, TABLE_MAGIC, TargetEntry, TargetTable, Tracker,
};
use latprobe_core::pass::{self, KindTimes, LatencyResult, Progress, Span, Volume};
use latprobe_core::{CoreError, Driving, Instance, Instrument, LatencyHistogram, Library, Pace};
use std::cell::Cell;
use std::ffi::{c_char, c_void};
use std::ptr::null;
use support::{counter, feed};

/// What the market-data thread takes before it enqueues, and in all.
const PARSE_NS: u64 = 100;
const SERVICE_NS: u64 = 150;
/// What the worker takes from when it has dequeued until the stage is done, and then to finish.
const DECIDE_NS: u64 = 200;
const FINISH_NS: u64 = 30;
const STALL_NS: u64 = 1_000_000;
const GAP_NS: u64 = 10_000;

// What a message does, by its first byte.
const PLAIN: u8 = 0;
const INLINE: u8 = 1;
const SUPERSEDES: u8 = 2;
const DROPPED: u8 = 3;
const LOST: u8 = 4;
const TWICE: u8 = 5;
const OUT_OF_NOWHERE: u8 = 6;
const STALLS_WORKER: u8 = 7;
const STALLS_DRIVER: u8 = 8;
const SUPERSEDED_BY_NOBODY: u8 = 9;

thread_local! {
    static CLOCK_NS: Cell<u64> = const { Cell::new(1) };
    static WORKER_FREE_NS: Cell<u64> = const { Cell::new(0) };
    static DRAINED: Cell<u64> = const { Cell::new(0) };
}

fn now() -> u64 {
    CLOCK_NS.set(CLOCK_NS.get() + 1);
    CLOCK_NS.get()
}

struct Names<const N: usize>([*const c_char; N]);

// SAFETY: pointers to string literals, which nobody writes.
unsafe impl<const N: usize> Sync for Names<N> {}

static STAGES: Names<2> = Names([c"parse".as_ptr(), c"decide".as_ptr()]);
static KINDS: Names<1> = Names([c"any".as_ptr()]);
static HOPS: [Hop; 1] = [Hop { name: c"ring".as_ptr(), stage: 1, reserved: 0 }];

static ENTRIES: [TargetEntry; 1] = [TargetEntry {
    name: c"scripted".as_ptr(),
    family: c"scripted".as_ptr(),
    description: c"".as_ptr(),
    protocol: c"".as_ptr(),
    stages: STAGES.0.as_ptr(),
    kinds: KINDS.0.as_ptr(),
    errors: null(),
    stage_count: 2,
    kind_count: 1,
    error_count: 0,
    reserved: 0,
    create: Some(create),
    on_message: Some(on_message),
    reset: Some(reset),
    metrics: None,
    destroy: Some(destroy),
    hops: HOPS.as_ptr(),
    hop_count: 1,
    reserved_hops: 0,
    drain: Some(drain),
}];

static TABLE: TargetTable = TargetTable {
    magic: TABLE_MAGIC,
    abi_version: ABI_VERSION,
    #[allow(clippy::cast_possible_truncation)]
    target_size: size_of::<TargetEntry>() as u32,
    target_count: 1,
    targets: ENTRIES.as_ptr(),
};

unsafe extern "C" fn create(
    _config: *const u8,
    _config_size: usize,
    host: *const Host,
    _error: *mut c_char,
    _error_size: usize,
) -> *mut c_void {
    // SAFETY: the driver's host is live.
    unsafe { (*host).tracker }.cast_mut().cast()
}

unsafe extern "C" fn reset(_this: *mut c_void) {}

unsafe extern "C" fn destroy(_this: *mut c_void) {}

unsafe extern "C" fn drain(_this: *mut c_void) {
    DRAINED.set(DRAINED.get() + 1);
}

unsafe extern "C" fn on_message(
    this: *mut c_void,
    bytes: *const u8,
    _size: usize,
    _recv_ns: i64,
    probe: *mut Probe,
) -> i32 {
    // SAFETY: `this` is the tracker; the driver's probe and bytes are live during the call.
    let (tracker, what, sequence) =
        unsafe { (&*this.cast::<Tracker>(), *bytes, (*probe).sequence) };
    let arrived = CLOCK_NS.get();
    CLOCK_NS.set(arrived + if what == STALLS_DRIVER { STALL_NS } else { SERVICE_NS });
    let enqueued = arrived + PARSE_NS;
    if what == INLINE {
        return 0;
    }
    if what != OUT_OF_NOWHERE {
        tracker.say(Column::enqueued(0), sequence, enqueued);
    }
    match what {
        SUPERSEDES => tracker.say(Column::SUPERSEDED, sequence - 1, sequence + 1),
        SUPERSEDED_BY_NOBODY => tracker.say(Column::SUPERSEDED, sequence, 1_000_000),
        DROPPED => tracker.say(Column::DROPPED, sequence, 1),
        _ => {}
    }
    // One that the next will supersede is never taken out.
    // SAFETY: as above; the feed has a second byte that says so.
    let waits_in_vain = unsafe { *bytes.add(1) } == 1;
    if waits_in_vain || matches!(what, DROPPED | LOST | SUPERSEDED_BY_NOBODY) {
        return 0;
    }
    let dequeued = enqueued.max(WORKER_FREE_NS.get()) + 50;
    let decided = dequeued + DECIDE_NS + if what == STALLS_WORKER { STALL_NS } else { 0 };
    tracker.say(Column::dequeued(0), sequence, dequeued);
    tracker.say(Column::marked(1, 1), sequence, decided);
    tracker.say(Column::FINISHED, sequence, decided + FINISH_NS);
    if what == TWICE {
        tracker.say(Column::DROPPED, sequence, 1);
    }
    WORKER_FREE_NS.set(decided + FINISH_NS);
    0
}

fn library() -> Library {
    Library::linked("test", &TABLE).expect("a sound table")
}

fn messages(whats: &[u8]) -> Vec<Vec<u8>> {
    let follows = |index: usize| whats.get(index + 1) == Some(&SUPERSEDES);
    (0..whats.len()).map(|index| vec![whats[index], u8::from(follows(index))]).collect()
}

fn driven(whats: &[u8], measured: u64) -> Result<LatencyResult, CoreError> {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[messages(whats)]);
    let library = library();
    let mut instance = Instance::create(&library, "scripted", "{}").expect("any configuration");
    let progress = counter();
    CLOCK_NS.set(1);
    WORKER_FREE_NS.set(0);
    pass::latency_by(
        now,
        &feed,
        &mut instance,
        Volume { warmup: 0, measured },
        Pace::Rate { per_second: 1e9 / GAP_NS as f64 },
        &Instrument::scripted(),
        Progress::to(&progress),
    )
}

fn times_of(whats: &[u8]) -> KindTimes {
    let mut result = driven(whats, whats.len() as u64).expect("a pass");
    result.kinds.remove(0)
}

fn all(histogram: &LatencyHistogram) -> Vec<(u64, u64)> {
    histogram.counts().collect()
}

#[test]
fn a_message_that_another_thread_finishes_is_timed_along_its_way() {
    let times = times_of(&[PLAIN; 50]);

    let hop = times.hops[0].as_ref().expect("all came there");
    assert_eq!(all(&hop.wait.histogram), [(50, 50)]);
    assert_eq!((all(&hop.depth.histogram), hop.depth.max), (vec![(0, 50)], 0));
    // On the market-data thread nothing was marked; on the other the stage began with the dequeue.
    assert!(times.stages[0].is_none());
    let decide = times.stages[1].as_ref().expect("marked by number");
    assert_eq!(all(&decide.histogram), [(DECIDE_NS, 50)]);
    let end_to_end = times.end_to_end.as_ref().expect("it has hops");
    let taken = PARSE_NS + 50 + DECIDE_NS + FINISH_NS;
    assert_eq!(all(&end_to_end.histogram), [(taken, 50)]);
    assert_eq!(all(&times.total.histogram), [(SERVICE_NS + 1, 50)], "and a look at the clock");
    assert_eq!((times.superseded, times.dropped), (0, 0));
}

#[test]
fn a_consumer_that_stalls_once_makes_those_behind_it_late_end_to_end_and_nobody_on_this_side() {
    let mut whats = vec![PLAIN; 1_000];
    whats[200] = STALLS_WORKER;

    let times = times_of(&whats);

    let served = 50 + DECIDE_NS + FINISH_NS;
    let quick = PARSE_NS + served;
    let response = times.end_to_end_response.expect("by a plan");
    let mut found: Vec<(u64, u64)> = all(&response.histogram);
    found.reverse();
    // The one that stalls, and then each by one gap less what it is served in.
    for (nth, &(value, count)) in (0_u64..).zip(&found[..100]) {
        let expected = STALL_NS + quick - nth * (GAP_NS - served);
        assert!(count == 1 && value.abs_diff(expected) <= 110 + expected / 1_000, "{nth}: {value}");
    }
    // Their number is how many come until the backlog is gone.
    let late = STALL_NS.div_ceil(GAP_NS - served);
    let behind = found.iter().filter(|&&(value, _)| value > quick + 10).map(|it| it.1).sum::<u64>();
    assert!(behind.abs_diff(late) <= 1, "{behind} and not {late}");
    let hop = times.hops[0].as_ref().expect("all came there");
    // Those that came within the stall stand there: one each gap.
    assert_eq!(hop.depth.max, STALL_NS / GAP_NS - 1);
    assert!(times.total.histogram.max() <= SERVICE_NS + 2, "the market-data side did not wait");
    assert!(times.response.expect("by a plan").histogram.max() <= SERVICE_NS + 4);
}

#[test]
fn the_slowest_messages_are_those_that_took_the_longest_on_all_threads() {
    let mut whats = vec![PLAIN; 300];
    whats[100] = STALLS_WORKER;

    let result = driven(&whats, 300).expect("a pass");

    let (slowest, next) = (&result.tail[0], &result.tail[1]);
    let taken = PARSE_NS + 50 + DECIDE_NS + STALL_NS + FINISH_NS;
    assert_eq!((slowest.sequence, next.sequence), (100, 101));
    assert_eq!(slowest.end_to_end_ns, Some(taken as f64));
    assert!(slowest.total_ns <= (SERVICE_NS + 2) as f64);
    assert_eq!(slowest.stages_ns, [None, Some((DECIDE_NS + STALL_NS) as f64)]);
    assert_eq!(slowest.end_ticks - slowest.start_ticks, taken);
}

#[test]
fn a_stall_on_this_side_is_in_the_end_to_end_response_and_not_in_the_end_to_end_time_of_others() {
    let mut whats = vec![PLAIN; 500];
    whats[100] = STALLS_DRIVER;

    let times = times_of(&whats);

    let quick = PARSE_NS + 50 + DECIDE_NS + FINISH_NS;
    // Handed over without a pause, those behind it wait for the worker, 130 ns more each.
    let end_to_end = times.end_to_end.expect("it has hops").histogram.max();
    assert!((quick + 10_000..quick + 14_000).contains(&end_to_end), "{end_to_end}");
    // The second message behind was due two gaps into the stall.
    let response = times.end_to_end_response.expect("by a plan").histogram;
    assert!(response.max().abs_diff(STALL_NS - GAP_NS + quick) <= 1_500, "{}", response.max());
    let late = response.count() - response.count_at_or_below(quick + 500);
    assert!((95..=105).contains(&late), "{late}");
}

#[test]
fn one_whose_place_a_newer_one_took_is_superseded_and_has_no_end_to_end_time() {
    let times = times_of(&[PLAIN, PLAIN, SUPERSEDES, SUPERSEDES, PLAIN]);

    assert_eq!((times.superseded, times.dropped), (2, 0));
    assert_eq!(times.end_to_end.expect("three were finished").count, 3);
    let hop = times.hops[0].as_ref().expect("all came there");
    assert_eq!((hop.wait.count, hop.depth.count), (3, 5));
    // The second was still there when the third came and took its place.
    assert_eq!(all(&hop.depth.histogram), [(0, 3), (1, 2)]);
}

#[test]
fn one_that_is_dropped_counts_as_that_and_one_that_stays_on_this_thread_is_finished_there() {
    let times = times_of(&[DROPPED, INLINE, PLAIN]);

    assert_eq!((times.superseded, times.dropped), (0, 1));
    let end_to_end = times.end_to_end.expect("two were finished");
    let (inline, other) = (SERVICE_NS + 1, PARSE_NS + 50 + DECIDE_NS + FINISH_NS);
    assert_eq!(all(&end_to_end.histogram), [(inline, 1), (other, 1)]);
}

#[test]
fn what_does_not_add_up_ends_the_pass_with_the_message_that_it_is_about() {
    for (what, words) in [
        (LOST, "neither finished, nor superseded, nor dropped"),
        (TWICE, "ended more than once"),
        (OUT_OF_NOWHERE, "dequeued at 'ring' and never enqueued"),
        (SUPERSEDED_BY_NOBODY, "superseded by message 999999, which was not handed over"),
    ] {
        let error = driven(&[PLAIN, PLAIN, what, PLAIN], 4).expect_err(words);

        assert!(matches!(error, CoreError::Lost { sequence: 2, .. }), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn a_message_that_is_lost_is_found_in_the_verifying_pass_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[messages(&[PLAIN, LOST])]);
    let library = library();
    let mut instance = Instance::create(&library, "scripted", "{}").expect("any configuration");
    let progress = counter();

    let error = pass::digest(&feed, &mut instance, Progress::to(&progress)).expect_err("lost");

    assert!(matches!(error, CoreError::Lost { sequence: 1, .. }), "{error}");
}

#[test]
fn all_is_drained_before_the_target_is_set_back_where_its_feed_starts_anew() {
    DRAINED.set(0);

    let result = driven(&[PLAIN; 10], 40).expect("a pass");

    assert_eq!(
        (result.recorded, result.kinds[0].end_to_end.as_ref().map(|it| it.count)),
        (40, Some(40))
    );
    // At the end of each round, and once more by the reset itself, which there are three of.
    assert_eq!(DRAINED.get(), 4 + 3);
}

#[test]
fn a_span_that_begins_behind_a_queue_begins_when_the_message_was_taken_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[messages(&[PLAIN; 20])]);
    let library = library();
    let span = |first, last| {
        let mut instance = Instance::create(&library, "scripted", "{}").expect("any");
        let progress = counter();
        let volume = Volume { warmup: 0, measured: 20 };
        let (span, scripted) = (Span { first, last }, Instrument::scripted());
        pass::span(
            &feed,
            &mut instance,
            volume,
            span,
            Driving::Closed,
            &scripted,
            Progress::to(&progress),
        )
        .expect("a pass")
    };

    let decide = span(1, 1);

    assert_eq!(all(&decide.kinds[0].times.histogram), [(DECIDE_NS, 20)]);
    assert_eq!(span(0, 1).kinds[0].times.count, 20, "from the hand-over on");
}
