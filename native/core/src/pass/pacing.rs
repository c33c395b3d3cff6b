//! How well a plan was kept, as it is told.

use super::watched::Watched;
use serde::Serialize;

/// How well a plan was kept, over the messages that were recorded. Messages are numbered from the
/// start of the pass, times are in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Pacing {
    /// Messages handed over more than 1 µs after they were due.
    pub late: u64,
    /// Of them, those that the target alone would not have made late, but the target and the stalls
    /// that the driver saw while it did nothing but read the clock.
    pub late_by_platform: u64,
    /// Of them, those that even both would not have made late: the driver's bookkeeping took more
    /// than 1 µs, by itself or by a stall in it that nobody saw.
    pub late_by_driver: u64,
    /// How late the latest would have been by the target alone.
    pub worst_by_target_ns: f64,
    /// When the first was due that would have been late by the target alone.
    pub first_by_target_due_ns: Option<f64>,
    /// How late the last message would have been by the target alone.
    pub last_by_target_ns: f64,
    /// The most that seen stalls made any message late.
    pub worst_by_platform_ns: f64,
    /// The most that the driver's bookkeeping made any message late.
    pub worst_by_driver_ns: f64,
    /// How late the latest was.
    pub worst_ns: f64,
    /// Number of that message.
    pub worst_message: Option<u64>,
    /// Number of the first that was late.
    pub first_message: Option<u64>,
    /// When that was due, counted from the start of the plan.
    pub first_due_ns: f64,
    /// How late the last message was: over 1 µs where the target did not catch up.
    pub last_ns: f64,
    /// When the last message was due: the length of the plan.
    pub planned_ns: f64,
    /// How often the plan stood still, since the loop was left.
    pub pauses: u64,
    /// For how long in all.
    pub paused_ns: f64,
    /// Reading the clock until a message is due, and nothing else.
    pub waiting: Watched,
    /// What of it came right behind a message that a stall was seen before, as the other parts of the
    /// time are not counted there either.
    pub waking: Watched,
    /// From the last reading of one message to the first for the next; not behind a stall that was
    /// seen, which leaves the caches cold.
    pub bookkeeping: Watched,
    /// The target's, with the same exception. Over 1 µs it may well take that long by itself.
    pub service: Watched,
    /// Page faults of the thread while the loop ran, the target's among them.
    pub page_faults: u64,
}
