//! What the loop of a pass asks of the allocator and of the kernel.
//!
//! A target that does nothing looks at the counts of the preloaded allocator in the first message
//! and in the last, and says to the kernel that it is there, by names of files that do not exist:
//! in a trace of the system calls, what stands between them is the loop's.

use crate::feed_file::bounded_feed;
use latprobe_abi::AllocationCounts;
use latprobe_core::pass::{self, Progress, Volume};
use latprobe_core::{Driving, Instance, Instrument, Library};
use latprobe_sdk::{Kind, Message, Metrics, Outcome, Probe, Target, entry, leak_table};
use serde::Serialize;
use std::error::Error;
use std::ffi::CStr;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

const MESSAGES: usize = 100_000;

/// What was seen of one pass's loop.
#[derive(Debug, Serialize)]
pub struct HotLoop {
    /// Messages after the first, up to the last.
    pub messages: usize,
    /// Calls to the allocator among them; `None` where none is preloaded that counts.
    pub allocation_calls: Option<f64>,
}

struct Onlooker {
    seen: u32,
    calls: [u64; 2],
}

impl Target for Onlooker {
    const NAME: &'static str = "onlooker";
    const FAMILY: &'static str = "onlooker";
    const STAGES: &'static [&'static str] = &["first", "second"];
    const KINDS: &'static [&'static str] = &["any"];

    fn create(_config: &str) -> Result<Self, String> {
        Ok(Self { seen: 0, calls: [0; 2] })
    }

    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        if !message.bytes.is_empty() {
            self.look();
        }
        probe.mark(0);
        probe.mark(1);
        Ok(Kind(0))
    }

    fn reset(&mut self) {}

    fn metrics(&self, metrics: &mut Metrics) {
        metrics.report("calls", (self.calls[1] - self.calls[0]) as f64);
    }
}

impl Onlooker {
    #[cold]
    fn look(&mut self) {
        let first = self.seen == 0;
        if !first {
            say(c"/latprobe/last");
        }
        self.calls[usize::from(!first)] = allocation_calls().unwrap_or_default();
        self.seen += 1;
        if first {
            say(c"/latprobe/first");
        }
    }
}

fn say(place: &CStr) {
    // SAFETY: looks for a file by a name that ends in NUL.
    unsafe { libc::access(place.as_ptr(), libc::F_OK) };
}

/// Calls of this thread to the preloaded allocator.
fn allocation_calls() -> Option<u64> {
    // SAFETY: a look-up by name in this process.
    let symbol =
        unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"latprobe_allocation_reading".as_ptr()) };
    // SAFETY: the counting allocator exports this name with this type; `Option` of a function
    // pointer is null for none.
    let counts = unsafe {
        std::mem::transmute::<*mut _, Option<unsafe extern "C" fn() -> *const AllocationCounts>>(
            symbol,
        )
    }?;
    // SAFETY: the counts live as long as this thread.
    let counts = unsafe { counts().read_volatile() };
    Some(counts.allocations + counts.frees + counts.reallocations)
}

/// Runs the pass called `name` once, and looks at its loop.
///
/// # Errors
///
/// For a pass that is not known or that refuses, and where the temporary folder cannot be written
/// to.
pub fn observe(name: &str) -> Result<HotLoop, Box<dyn Error>> {
    let library = Library::linked("onlooker", leak_table(vec![entry::<Onlooker>()]))?;
    let mut instance = Instance::create(&library, "onlooker", "{}")?;
    let instance = &mut instance;
    let feed = &bounded_feed(MESSAGES)?;
    let with = &Instrument::measure(Duration::from_millis(1))?;
    let volume = Volume { warmup: 0, measured: MESSAGES as u64 };
    let counter = AtomicU64::new(0);
    let progress = Progress::to(&counter);
    match name {
        "latency" => pass::latency(feed, instance, volume, with, progress).map(|_| ())?,
        "span" => {
            let both = pass::Span { first: 0, last: 1 };
            let closed = Driving::Closed;
            pass::span(feed, instance, volume, both, closed, with, progress).map(|_| ())?;
        }
        "cost" => pass::cost(feed, instance, volume, with, progress).map(|_| ())?,
        "allocations" => pass::allocations(feed, instance, volume, progress).map(|_| ())?,
        "digest" => pass::digest(feed, instance, progress).map(|_| ())?,
        _ => return Err(format!("no pass is called '{name}'").into()),
    }
    let calls = instance.metrics()["calls"];
    let allocation_calls = allocation_calls().map(|_| calls);
    Ok(HotLoop { messages: MESSAGES - 1, allocation_calls })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_is_watched_from_its_first_message_to_its_last() {
        let seen = observe("digest").expect("a pass that needs no allocator");
        assert_eq!((seen.messages, seen.allocation_calls), (MESSAGES - 1, None));
    }

    #[test]
    fn a_pass_that_is_not_known_is_refused() {
        let error = observe("lunch").expect_err("there is none");
        assert_eq!(error.to_string(), "no pass is called 'lunch'");
    }
}
