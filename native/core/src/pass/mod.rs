//! One replay of a feed, watching one thing.
//!
//! | pass | what it watches |
//! | --- | --- |
//! | [`latency`] | a timestamp around each message and at each mark |
//! | [`cost`] | a timestamp around many messages |
//! | [`allocations`] | the counting allocator's counts around each message and at each mark |
//! | [`digest`] | what the target understood |
//!
//! All four walk the feed alike, see [`Walk`]; each has a loop of its own over a stretch of
//! messages, and between two messages of it does nothing that allocates, locks or calls the kernel.

mod allocations;
mod cost;
mod digest;
mod latency;
mod rows;
mod walk;

pub use allocations::{AllocationResult, AllocationTally, allocations};
pub use cost::{CostResult, cost};
pub use digest::{DigestResult, KindDigestResult, digest};
pub(crate) use latency::mean_raw_ticks;
pub use latency::{KindHistograms, LatencyResult, Span, StageTimes, latency};
pub use walk::{Progress, Volume};
