//! One replay of a feed, watching one thing.
//!
//! | pass | what it watches |
//! | --- | --- |
//! | [`latency`] | a timestamp around each message and at each mark |
//! | [`span`] | a timestamp at both ends of some consecutive stages |
//! | [`cost`] | a timestamp around many messages |
//! | [`allocations`] | the counting allocator's counts around each message and at each mark |
//! | [`counters()`] | events of the processor and the kernel, over all messages and in each stage |
//! | [`call_sites`] | where each message allocates, frees, takes locks and calls the kernel |
//! | [`course()`] | a timestamp around few messages, from the very first one on |
//! | [`footprint()`] | memory of the process between messages: resident, in use, faults, huge pages |
//! | [`narrated()`] | nothing: somebody else watches, and is told what happens |
//! | [`replay_tail`] | a few messages of a latency pass, over again |
//! | [`digest`] | what the target understood |
//! | [`soak()`] | a timestamp around each message, interval by interval, without an end |
//!
//! All of them walk the feed alike, see [`Walk`]; each has a loop of its own over a stretch of
//! messages, and between two messages of it does nothing that allocates, locks or calls the kernel.

mod allocation_counter;
mod allocations;
mod call_sites;
mod cold;
mod cost;
mod counted;
mod counters;
mod course;
mod depth;
mod digest;
mod driven;
mod elsewhere;
mod footprint;
mod hops;
mod idle;
mod journey;
mod latency;
mod lateness;
mod mappings;
mod memory;
mod narrated;
mod observed;
mod paced;
mod pacer;
mod pacing;
mod replay_tail;
mod rows;
mod scale;
mod soak;
mod span;
mod split;
mod stage_times;
mod tail;
mod timed;
mod walk;
mod watched;
mod window;

pub use allocations::{AllocationResult, AllocationTally, allocations};
pub use call_sites::{
    AddressResult, CallSitesResult, KindMessages, Module, SiteCounts, SiteResult, StackResult,
    call_sites,
};
pub use cost::{CostResult, cost};
pub use counted::Counted;
pub use counters::{CounterResult, counters};
pub use course::{CourseResult, Waits, course};
pub use digest::{DigestResult, KindDigestResult, digest};
pub use footprint::{FootprintResult, Samples, footprint, resident_bytes};
pub use hops::{Depths, HopTimes};
pub use latency::{KindTimes, LatencyResult, latency, latency_by, latency_driven};
pub use narrated::{NarratedResult, Narrator, narrated};
pub use observed::Marked;
pub use pacing::Pacing;
pub use replay_tail::{ReplayedMessage, ReplayedTail, replay_tail};
pub use soak::{Interval, SoakResult, SoakSettings, TaggedTimes, WorstMessage, soak};
pub use span::{KindSpan, Span, SpanResult, span};
pub use stage_times::StageTimes;
pub use tail::TailMessage;
pub(crate) use timed::mean_raw_ticks;
pub use walk::{Progress, Volume};
pub use watched::Watched;

/// A message that is not due for longer than this is said to be waited for: far under any limit on
/// how long a target may take for one.
const LONG_WAIT_NS: f64 = 10e6;
