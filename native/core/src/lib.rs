//! latprobe's measuring core.
//!
//! A [`Feed`] is replayed into an [`Instance`] of a target by one of the passes in [`pass`]; each
//! pass watches one thing. What it found comes back as plain data that serialises to JSON.
//!
//! Nothing here knows of Python, of scenarios or of budgets.

mod affinity;
mod buckets;
pub mod builtin;
mod calibration;
mod chain;
mod clock;
pub mod counters;
mod drift;
mod driving;
mod embedded;
mod error;
mod feed;
mod granularity;
mod histogram;
mod instance;
mod instrument;
mod library;
pub mod pass;
mod schedule;
mod skew;
mod stall;
mod thread_usage;
mod timestamp;
mod tracks;
mod turns;

pub use calibration::{Calibration, calibrate};
pub use clock::{Clock, ClockReading};
pub use counters::try_hardware_counters;
pub use drift::Drift;
pub use driving::Driving;
pub use embedded::{EmbeddedCalls, EmbeddedTarget, STOPPED};
pub use error::CoreError;
pub use feed::{Batch, BatchLayout, Feed};
pub use histogram::LatencyHistogram;
pub use instance::{AllocationCountsFn, Instance, allocation_counts};
pub use instrument::Instrument;
pub use library::{HopDescription, Library, TargetDescription};
pub use schedule::{Pace, Schedule};
pub use skew::{Skew, measure_skew};
pub use stall::{Stall, Stalls, watch_stalls};
pub use timestamp::{ClockSource, stamp, use_clock};
pub use turns::Turns;
