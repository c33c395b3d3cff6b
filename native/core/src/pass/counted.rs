//! What passes that count say of an event.

use serde::Serialize;

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Counted {
    /// As if it had had a counter all of the time.
    pub value: f64,
    /// The part of the time for which it had.
    pub share: f64,
}
