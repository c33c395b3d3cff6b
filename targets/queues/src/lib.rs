//! Reference targets that decide on another thread than the one that reads the market data.
//!
//! On the market-data thread a frame of exchange JSON is parsed (by [`latprobe_json::Decoder`]) and put
//! into the view of its symbol; the view goes through a queue to a worker, which decides. The three
//! differ in the queue alone:
//!
//! | target | queue | a slow worker |
//! | --- | --- | --- |
//! | `queue-ring` | a ring for one producer and one consumer, which spins | fills the ring; once it is full, the market-data side waits |
//! | `queue-bounded` | a bounded channel, whose consumer sleeps | stalls the market-data side |
//! | `queue-coalescing` | a slot for each symbol, in which the newest view wins | sees fewer views; the market-data side never waits |
//!
//! Since a view says all that is known of a symbol, one that is superseded loses no message, but only
//! a moment.

mod bounded;
mod coalescing;
mod config;
mod desk;
mod pipeline;
mod queue;
mod ring;
mod strategy;
mod symbols;
mod view;
mod worker;

pub use bounded::Bounded;
pub use coalescing::Coalescing;
pub use pipeline::Pipeline;
pub use ring::Ring;

/// `queue-ring`.
pub type RingTarget = Pipeline<Ring>;

/// `queue-bounded`.
pub type BoundedTarget = Pipeline<Bounded>;

/// `queue-coalescing`.
pub type CoalescingTarget = Pipeline<Coalescing>;
