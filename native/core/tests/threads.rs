//! A target with a worker thread of its own, as the SDK makes one, on a real clock.

#[allow(dead_code)] // each test file uses a part
mod support;

use latprobe_core::pass::{self, LatencyResult, Progress, Volume};
use latprobe_core::{Feed, Instance, Library};
use latprobe_sdk::{Hop, Kind, Message, Outcome, Probe, Target, Tracker, entry, leak_table};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{JoinHandle, sleep};
use std::time::Duration;
use support::{counter, feed, instrument};

/// Hands each message to a worker, through a queue without an end. The worker takes as many
/// microseconds as the configuration says.
struct Handing {
    queue: Option<Sender<u64>>,
    worker: Option<JoinHandle<()>>,
    tracker: Tracker,
    handed: u64,
    done: Arc<AtomicU64>,
}

impl Target for Handing {
    const NAME: &'static str = "handing";
    const FAMILY: &'static str = "handing";
    const STAGES: &'static [&'static str] = &["read", "work"];
    const KINDS: &'static [&'static str] = &["any"];
    const HOPS: &'static [Hop] = &[Hop { name: "line", stage: 1 }];

    fn create(config: &str) -> Result<Self, String> {
        Self::create_tracked(config, Tracker::silent())
    }

    fn create_tracked(config: &str, tracker: Tracker) -> Result<Self, String> {
        let work = Duration::from_micros(config.parse().map_err(|_| "no number")?);
        let (queue, messages) = channel();
        let done = Arc::new(AtomicU64::new(0));
        let worker = std::thread::spawn({
            let done = Arc::clone(&done);
            move || run(&messages, work, tracker, &done)
        });
        Ok(Self { queue: Some(queue), worker: Some(worker), tracker, handed: 0, done })
    }

    fn on_message(&mut self, _message: Message<'_>, probe: &mut Probe) -> Outcome {
        probe.mark(0);
        self.tracker.enqueued(0, probe.sequence());
        let queue = self.queue.as_ref().expect("it is there until the end");
        queue.send(probe.sequence()).expect("the worker is there");
        self.handed += 1;
        Ok(Kind(0))
    }

    fn reset(&mut self) {}

    fn drain(&mut self) {
        while self.done.load(Ordering::Acquire) < self.handed {
            std::thread::yield_now();
        }
    }
}

impl Drop for Handing {
    fn drop(&mut self) {
        self.queue = None;
        self.worker.take().expect("it is joined once").join().expect("it does not panic");
    }
}

fn run(messages: &Receiver<u64>, work: Duration, tracker: Tracker, done: &AtomicU64) {
    while let Ok(sequence) = messages.recv() {
        tracker.dequeued(0, sequence);
        if !work.is_zero() {
            sleep(work);
        }
        tracker.mark(1, sequence);
        tracker.finished(sequence);
        done.fetch_add(1, Ordering::Release);
    }
}

fn library() -> Library {
    Library::linked("test", leak_table(vec![entry::<Handing>()])).expect("a sound table")
}

fn timed(feed: &Feed, work_us: &str, measured: u64, progress: &AtomicU64) -> LatencyResult {
    let library = library();
    let mut instance = Instance::create(&library, "handing", work_us).expect("a number");
    let volume = Volume { warmup: 0, measured };
    pass::latency(feed, &mut instance, volume, &instrument(), Progress::to(progress))
        .expect("nothing is lost")
}

#[test]
fn more_messages_than_there_is_room_for_are_all_finished_and_none_is_taken_for_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[vec![vec![0]; 50_000]]);
    let measured = 1_300_000;

    let result = timed(&feed, "0", measured, &counter());

    assert_eq!(result.recorded + result.settling, measured);
    let times = &result.kinds[0];
    let hop = times.hops[0].as_ref().expect("all came there");
    let counts = [
        times.end_to_end.as_ref().map(|it| it.count),
        times.stages[1].as_ref().map(|it| it.count),
        Some(hop.wait.count),
        Some(hop.depth.count),
    ];
    assert_eq!(counts, [Some(result.recorded); 4]);
    assert!(result.settling > 0, "the buffer was full at least once");
    // A message is on its way for at least as long as it waits and is worked on.
    let sum = |times: &pass::StageTimes| times.sum_ns;
    let parts = sum(&hop.wait) + sum(times.stages[1].as_ref().expect("all were marked"));
    assert!(sum(times.end_to_end.as_ref().expect("all were finished")) >= parts);
}

#[test]
fn what_it_costs_goes_on_until_the_last_thread_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[vec![vec![0]; 100]]);
    let library = library();
    let mut instance = Instance::create(&library, "handing", "500").expect("a number");
    let volume = Volume { warmup: 0, measured: 100 };
    let progress = counter();

    let result = pass::cost(&feed, &mut instance, volume, &instrument(), Progress::to(&progress))
        .expect("a pass");

    assert!(result.total_ns >= 100.0 * 500e3, "{}", result.total_ns);
}

#[test]
fn while_a_long_queue_is_drained_the_oldest_message_in_it_is_the_one_in_hand() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[vec![vec![0]; 300]]);
    let progress = counter();
    let is_over = AtomicU64::new(0);

    let seen = std::thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let mut seen = BTreeSet::new();
            while is_over.load(Ordering::Acquire) == 0 {
                seen.insert(progress.load(Ordering::Relaxed));
                sleep(Duration::from_millis(5));
            }
            seen
        });
        timed(&feed, "1000", 300, &progress);
        is_over.store(1, Ordering::Release);
        watching.join().expect("it does not panic")
    });

    // Handing over takes no time; the queue takes 300 ms, and is looked at each 50.
    let oldest = seen.range(1..299).count();
    assert!(oldest >= 3, "{seen:?}");
}
