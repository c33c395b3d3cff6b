//! The memory pass: what memory the process has, looked at between stretches of messages.

use super::mappings::Mappings;
use super::walk::{Progress, Stretch, Volume, Walk};
use crate::builtin::quiet_probe;
use crate::tracks::Tracks;
use crate::{CoreError, Feed, Instance};
use serde::Serialize;
use std::ops::Range;
use std::time::Instant;

/// How often it is looked at: enough for a line over time. The kernel walks all page tables for it.
const LOOKS: u64 = 200;

/// Messages that are handed over before threads have to be done with all of them, at most.
const CHUNK: u64 = 1024;

/// What a memory pass found.
#[derive(Debug, Serialize)]
#[serde(tag = "collector", rename = "memory")]
pub struct FootprintResult {
    /// Messages that were handed over, the first ones among them.
    pub messages: u64,
    /// How many of them do not count in other passes.
    pub warmup: u64,
    /// What was seen.
    pub samples: Samples,
    /// What looking took, in nanoseconds; it is not in the times of samples.
    pub looking_ns: u64,
    /// What was resident without the feed before there was an instance of the target.
    pub own_rss_bytes: u64,
}

/// Each look, column by column, in order. The first is before the first message; one is where the
/// messages begin that count, and the last is after the last.
#[derive(Debug, Serialize)]
pub struct Samples {
    /// Messages that were done by then.
    pub messages: Vec<u64>,
    /// Time since the first look, in nanoseconds, without what looking took.
    pub ns: Vec<u64>,
    /// Resident memory without the feed's.
    pub rss_bytes: Vec<u64>,
    /// Bytes that were allocated and not given back; `None` where nothing keeps the balance.
    pub heap_bytes: Option<Vec<u64>>,
    /// Memory in huge pages.
    pub huge_bytes: Vec<u64>,
    /// Page faults since the first look, while messages were handled, that took no reading.
    pub minor_faults: Vec<u64>,
    /// Those that did.
    pub major_faults: Vec<u64>,
}

/// Looks at the memory of this process over the messages of `volume`; `own_rss_bytes` were resident
/// before `instance` was made, see [`resident_bytes`].
///
/// # Errors
///
/// [`CoreError::MappingsUnreadable`] where the kernel does not say; else as [`super::digest`].
pub fn footprint(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    own_rss_bytes: u64,
    progress: Progress,
) -> Result<FootprintResult, CoreError> {
    let every = volume.total().div_ceil(LOOKS).max(1);
    let longest = usize::try_from(every.min(CHUNK)).unwrap_or(usize::MAX);
    let mut walk = Walk::new(feed, volume, longest, progress)?;
    if let Some(tracks) = instance.tracks() {
        tracks.listen(0);
    }
    let own_heap_bytes = instance.tracks().map_or(0, Tracks::bytes);
    let mut looks = Looks::new(feed.addresses(), own_heap_bytes)?;
    let mut due = every;
    let mut done = 0;
    looks.look(done)?;
    while let Some(stretch) = walk.next(instance)? {
        let before = Faults::now();
        replay(instance, &stretch, progress)?;
        looks.faults.add(before, Faults::now());
        done = stretch.sequence + stretch.range.len() as u64;
        if done >= due || done == volume.warmup || done == volume.total() {
            looks.look(done)?;
            due = done + every;
        }
    }
    Ok(FootprintResult {
        messages: done,
        warmup: volume.warmup,
        samples: looks.samples,
        looking_ns: looks.looking_ns,
        own_rss_bytes,
    })
}

/// What this process has resident now, without `feed`.
///
/// # Errors
///
/// [`CoreError::MappingsUnreadable`] where the kernel does not say.
pub fn resident_bytes(feed: &Feed) -> Result<u64, CoreError> {
    Ok(Mappings::open()?.resident(&feed.addresses())?.bytes)
}

fn replay(instance: &Instance, stretch: &Stretch, progress: Progress) -> Result<(), CoreError> {
    let mut probe = quiet_probe();
    let (on_message, this) = instance.call();
    let messages = stretch.batch.messages(stretch.range.clone());
    for (sequence, (bytes, recv_ns)) in (stretch.sequence..).zip(messages) {
        progress.at(sequence);
        // Its row in the tracks is not cleared, which would have more of their memory resident.
        probe.sequence = sequence;
        // SAFETY: the instance is live and used by this thread alone; bytes and probe outlive the
        // call.
        let answer =
            unsafe { on_message(this, bytes.as_ptr(), bytes.len(), recv_ns, &raw mut probe) };
        instance.answer(answer, sequence)?;
    }
    instance.drain();
    Ok(())
}

type HeapInUse = unsafe extern "C" fn() -> i64;

/// What looks, and what it has seen so far.
struct Looks {
    mappings: Mappings,
    feed: Range<usize>,
    heap: Option<HeapInUse>,
    /// What of it is the driver's own, for targets with hops.
    own_heap_bytes: i64,
    faults: Faults,
    started: Instant,
    looking_ns: u64,
    samples: Samples,
}

impl Looks {
    fn new(feed: Range<usize>, own_heap_bytes: usize) -> Result<Self, CoreError> {
        // SAFETY: a look-up by name in this process.
        let heap = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"latprobe_heap_in_use".as_ptr()) };
        // SAFETY: the preloaded library exports that name with this type.
        let heap = (!heap.is_null())
            .then(|| unsafe { std::mem::transmute::<*mut libc::c_void, HeapInUse>(heap) });
        let samples = Samples {
            messages: column(),
            ns: column(),
            rss_bytes: column(),
            heap_bytes: heap.map(|_| column()),
            huge_bytes: column(),
            minor_faults: column(),
            major_faults: column(),
        };
        let faults = Faults::default();
        let own_heap_bytes = i64::try_from(own_heap_bytes).unwrap_or_default();
        let mut mappings = Mappings::open()?;
        // Once for nothing, so that whatever a look needs is there.
        mappings.resident(&feed)?;
        let started = Instant::now();
        let looking_ns = 0;
        Ok(Self { mappings, feed, heap, own_heap_bytes, faults, started, looking_ns, samples })
    }

    fn look(&mut self, done: u64) -> Result<(), CoreError> {
        let begun = nanoseconds(self.started);
        let resident = self.mappings.resident(&self.feed)?;
        let samples = &mut self.samples;
        samples.messages.push(done);
        samples.ns.push(begun - self.looking_ns);
        samples.rss_bytes.push(resident.bytes);
        samples.huge_bytes.push(resident.huge_bytes);
        samples.minor_faults.push(self.faults.minor);
        samples.major_faults.push(self.faults.major);
        if let (Some(in_use), Some(column)) = (self.heap, &mut samples.heap_bytes) {
            // SAFETY: it takes nothing and only reads.
            let in_use = unsafe { in_use() } - self.own_heap_bytes;
            column.push(u64::try_from(in_use).unwrap_or_default());
        }
        self.looking_ns += nanoseconds(self.started) - begun;
        Ok(())
    }
}

/// Room for all looks, in memory that is there before the first.
fn column() -> Vec<u64> {
    let most = usize::try_from(LOOKS).unwrap_or_default() + 3;
    let mut column = vec![1; most];
    column.clear();
    column
}

fn nanoseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// Page faults of all threads of this process.
#[derive(Clone, Copy, Default)]
struct Faults {
    minor: u64,
    major: u64,
}

impl Faults {
    fn now() -> Self {
        // SAFETY: plain numbers, for which zeros are values.
        let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: the kernel writes to where there is room.
        unsafe { libc::getrusage(libc::RUSAGE_SELF, &raw mut usage) };
        Self {
            minor: u64::try_from(usage.ru_minflt).unwrap_or_default(),
            major: u64::try_from(usage.ru_majflt).unwrap_or_default(),
        }
    }

    fn add(&mut self, before: Self, after: Self) {
        self.minor += after.minor - before.minor;
        self.major += after.major - before.major;
    }
}
