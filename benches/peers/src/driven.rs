//! The chains as a target, driven by latprobe's passes.

use latprobe_core::pass::{self, Progress, Volume};
use latprobe_core::{BatchLayout, Feed, Instance, Instrument, Library};
use latprobe_peers::chain;
use latprobe_sdk::{Kind, Message, Outcome, Probe, Target, entry, leak_table};
use std::error::Error;
use std::sync::atomic::AtomicU64;
use tempfile::NamedTempFile;

/// Runs as many products as its configuration says.
struct Chain {
    length: usize,
}

impl Target for Chain {
    const NAME: &'static str = "chain";
    const FAMILY: &'static str = "chain";
    const STAGES: &'static [&'static str] = &["enter", "work"];
    const KINDS: &'static [&'static str] = &["any"];

    fn create(config: &str) -> Result<Self, String> {
        Ok(Self { length: config.parse().map_err(|_| "expected a number of products")? })
    }

    fn on_message(&mut self, _message: Message<'_>, probe: &mut Probe) -> Outcome {
        probe.mark(0);
        chain(self.length);
        probe.mark(1);
        Ok(Kind(0))
    }

    fn reset(&mut self) {}
}

/// A chain of one length, ready to be driven.
pub struct Driven {
    library: Library,
    length: usize,
    feed: Feed,
    volume: Volume,
}

/// What a latency pass found.
pub struct Latency {
    pub mean_ns: f64,
    pub p50_ns: f64,
}

impl Driven {
    pub fn new(length: usize, messages: usize) -> Result<Self, Box<dyn Error>> {
        let library = Library::linked("peers", leak_table(vec![entry::<Chain>()]))?;
        let warmup = messages.div_ceil(4);
        let feed = empty_messages(warmup + messages)?;
        let volume = Volume { warmup: warmup as u64, measured: messages as u64 };
        Ok(Self { library, length, feed, volume })
    }

    /// Latency of the chain alone.
    pub fn latency(&self, instrument: &Instrument) -> Result<Latency, Box<dyn Error>> {
        let counter = AtomicU64::new(0);
        let mut instance = self.instance()?;
        let progress = Progress::to(&counter);
        let result = pass::latency(&self.feed, &mut instance, self.volume, instrument, progress)?;
        let work = result.kinds.first().and_then(|kind| kind.stages[1].as_ref());
        let work = work.ok_or("no chain was timed")?;
        Ok(Latency {
            mean_ns: work.sum_ns / work.count as f64,
            p50_ns: middle(work.histogram.value_at_rank(work.count.div_ceil(2))),
        })
    }

    /// Amortised cost, in nanoseconds, of a message that is the chain.
    pub fn cost_ns(&self, instrument: &Instrument) -> Result<f64, Box<dyn Error>> {
        let counter = AtomicU64::new(0);
        let mut instance = self.instance()?;
        let progress = Progress::to(&counter);
        let result = pass::cost(&self.feed, &mut instance, self.volume, instrument, progress)?;
        Ok(result.total_ns / result.messages as f64)
    }

    fn instance(&self) -> Result<Instance<'_>, Box<dyn Error>> {
        Ok(Instance::create(&self.library, "chain", &self.length.to_string())?)
    }
}

/// The middle of a histogram's bucket, given by its highest value: 1,024 a power of two from 2,048 on.
fn middle(highest_ns: u64) -> f64 {
    let width = 1_u64 << highest_ns.max(1).ilog2().saturating_sub(10);
    highest_ns as f64 - (width - 1) as f64 / 2.0
}

/// A feed of messages without a byte: receive times and offsets that are all zero.
fn empty_messages(messages: usize) -> Result<Feed, Box<dyn Error>> {
    let file = NamedTempFile::new()?;
    let payload = 16 * messages + 8;
    file.as_file().set_len(payload as u64)?;
    let layout =
        BatchLayout { messages, recv_ns: 0, offsets: 8 * messages, payload, payload_size: 0 };
    // The mapping keeps the file's content after its name is gone.
    Ok(Feed::open(file.path(), vec![layout])?)
}
