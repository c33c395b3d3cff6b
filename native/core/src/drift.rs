//! Whether clock and processor are at the end of a fork what they were at its start.

use crate::clock::Sight;
use crate::{Clock, calibration};
use serde::Serialize;

/// What changed while a fork measured.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Drift {
    /// How much longer a tick was over the whole fork than when it was measured, in parts in a
    /// million, by the monotonic clock. The first measurement makes some ten of them.
    pub clock_ppm: f64,
    /// True time of one dependent product at the end, as [`crate::Calibration::product_ns`] at the start:
    /// the processor's own speed.
    pub product_ns: f64,
}

impl Drift {
    /// Looks again, on the processor that was measured before.
    pub(crate) fn since(start: Sight, clock: Clock) -> Self {
        let whole = Clock::between(start, Sight::now());
        Self {
            clock_ppm: (whole.ns_per_tick / clock.ns_per_tick - 1.0) * 1e6,
            product_ns: calibration::speed_now(clock),
        }
    }
}
