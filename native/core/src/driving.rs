//! How a latency pass hands its messages over.

use crate::Pace;
use serde::{Deserialize, Serialize};

/// What comes before each message.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Driving {
    /// Nothing: the next message as soon as the last is done.
    Closed,
    /// A quiet spell. Other messages than every `every`-th are handed over as in closed driving, and
    /// are not counted.
    Idle {
        /// Its length in nanoseconds.
        gap_ns: f64,
        /// 1 for each message.
        every: u64,
    },
    /// What the target would find in the caches is taken from there. `every` as above.
    Cold {
        /// Memory that is walked through: more than the caches hold.
        evict_bytes: usize,
        /// 1 for each message.
        every: u64,
    },
    /// The time that a plan says.
    Paced(Pace),
}
