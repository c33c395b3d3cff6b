//! Between two messages, waiting for the second to be due asks for no memory.

#[allow(dead_code)] // each test file uses a part
mod support;

use latprobe_core::pass::{self, Progress, Volume};
use latprobe_core::{Driving, Instance, Library, Pace};
use latprobe_sdk::{Kind, Message, Outcome, Probe, Target, entry, leak_table};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use support::{counter, feed, instrument};

struct Counting;

thread_local! {
    /// What this thread has asked for.
    static ASKED: Cell<u64> = const { Cell::new(0) };
    /// What it had asked for when the last message came.
    static AT_LAST: Cell<u64> = const { Cell::new(0) };
    /// Messages before which something was asked for, since the one before.
    static DISTURBED: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: hands everything on to the system's allocator, and counts in memory of its own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Listening;

impl Target for Listening {
    const NAME: &'static str = "listening";
    const FAMILY: &'static str = "listening";
    const STAGES: &'static [&'static str] = &["listen"];
    const KINDS: &'static [&'static str] = &["any"];

    fn create(_config: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_message(&mut self, _message: Message<'_>, probe: &mut Probe) -> Outcome {
        if AT_LAST.replace(ASKED.get()) != ASKED.get() {
            DISTURBED.set(DISTURBED.get() + 1);
        }
        probe.mark(0);
        Ok(Kind(0))
    }

    fn reset(&mut self) {}
}

fn library() -> Library {
    Library::linked("test", leak_table(vec![entry::<Listening>()])).expect("a sound table")
}

#[test]
fn no_way_of_waiting_allocates_between_two_messages() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[vec![vec![0]; 5_000]]);
    let library = library();
    let instrument = instrument();

    for driving in [
        Driving::Closed,
        Driving::Paced(Pace::Rate { per_second: 1e6 }),
        Driving::Paced(Pace::Poisson { per_second: 1e6, seed: 1 }),
        Driving::Paced(Pace::Recorded { speed: 1e-3 }),
        Driving::Paced(Pace::Burst { per_second: 1e7, on_ns: 1e4, off_ns: 1e4 }),
        Driving::Idle { gap_ns: 1_000.0, every: 1 },
        Driving::Cold { evict_bytes: 1 << 16, every: 1 },
    ] {
        let mut instance = Instance::create(&library, "listening", "{}").expect("any config");
        let progress = counter();
        let volume = Volume { warmup: 0, measured: 5_000 };
        DISTURBED.set(0);

        pass::latency_driven(
            &feed,
            &mut instance,
            volume,
            driving,
            &instrument,
            Progress::to(&progress),
        )
        .expect("a pass");

        // Before the first message the pass made its buffers.
        assert_eq!(DISTURBED.get(), 1, "{driving:?}");
    }
}
