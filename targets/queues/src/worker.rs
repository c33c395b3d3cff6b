//! The thread that decides.

use crate::config::Config;
use crate::pipeline::DECIDE;
use crate::queue::Receiver;
use crate::strategy::{Decision, Strategy};
use latprobe_sdk::Tracker;
use std::hint::spin_loop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Looks at an empty queue before others are let run: a CPU may be all that there is.
const LOOKS: u32 = 4_096;

/// What both threads see.
#[derive(Default)]
struct Shared {
    /// Views that are done with. In a cache line of the worker's own.
    done: Line,
    bought: AtomicU64,
    sold: AtomicU64,
    is_over: AtomicBool,
    /// Set where the strategy is to start anew, and the worker clears it.
    is_reset: AtomicBool,
}

#[derive(Default)]
#[repr(align(128))]
struct Line(AtomicU64);

/// A worker, ended when dropped.
pub(crate) struct Worker {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub fn start(
        receiver: impl Receiver,
        config: Config,
        tracker: Tracker,
    ) -> Result<Self, String> {
        let shared = Arc::new(Shared::default());
        let thread = thread::Builder::new()
            .name("decide".to_owned())
            .spawn({
                let shared = Arc::clone(&shared);
                move || run(receiver, &config, tracker, &shared)
            })
            .map_err(|error| format!("the worker cannot be started: {error}"))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    pub fn is_alive(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// Waits until so many views are done with.
    pub fn wait_for(&self, views: u64) {
        let mut looks = 0_u32;
        // Acquire: what the worker did to them is seen.
        while self.shared.done.0.load(Ordering::Acquire) < views {
            looks = looks.wrapping_add(1);
            if looks.is_multiple_of(LOOKS) {
                assert!(self.is_alive(), "the worker has ended");
                thread::yield_now();
            }
            spin_loop();
        }
    }

    /// Has it start anew; nothing is under way.
    pub fn reset(&self) {
        self.shared.bought.store(0, Ordering::Relaxed);
        self.shared.sold.store(0, Ordering::Relaxed);
        // The next view goes through a queue, which releases this as well.
        self.shared.is_reset.store(true, Ordering::Release);
    }

    /// Decisions to buy, and to sell.
    pub fn decisions(&self) -> (u64, u64) {
        (self.shared.bought.load(Ordering::Relaxed), self.shared.sold.load(Ordering::Relaxed))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            // One that panicked has said so already.
            let _ = thread.join();
        }
    }
}

fn run(mut receiver: impl Receiver, config: &Config, tracker: Tracker, shared: &Shared) {
    let mut strategy = Strategy::new();
    let (work, stall) = (config.work(), config.stall());
    let (mut done, mut since_reset, mut looks) = (0_u64, 0_u64, 0_u32);
    while !shared.is_over.load(Ordering::Acquire) {
        let Some(view) = receiver.receive() else {
            looks = looks.wrapping_add(1);
            if looks.is_multiple_of(LOOKS) {
                thread::yield_now();
            }
            spin_loop();
            continue;
        };
        if shared.is_reset.swap(false, Ordering::Acquire) {
            strategy = Strategy::new();
            since_reset = 0;
        }
        let decision = strategy.decide(&view);
        burn(work);
        if config.stall_at == Some(since_reset) {
            burn(stall);
        }
        tracker.mark_made(DECIDE, view.sequence, &decision);
        match decision {
            Decision::Buy => shared.bought.fetch_add(1, Ordering::Relaxed),
            Decision::Sell => shared.sold.fetch_add(1, Ordering::Relaxed),
            Decision::Nothing => 0,
        };
        tracker.finished(view.sequence);
        (done, since_reset) = (done + 1, since_reset + 1);
        // Release: see `wait_for`.
        shared.done.0.store(done, Ordering::Release);
    }
}

/// Keeps the CPU for so long.
fn burn(time: Duration) {
    if time.is_zero() {
        return;
    }
    let start = Instant::now();
    while start.elapsed() < time {
        spin_loop();
    }
}
