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
            clock_ppm: parts_in_a_million(clock, whole),
            product_ns: calibration::speed_now(clock),
        }
    }
}

fn parts_in_a_million(first: Clock, whole: Clock) -> f64 {
    (whole.ns_per_tick / first.ns_per_tick - 1.0) * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_whose_ticks_grow_longer_drifts_upwards() {
        let drift = parts_in_a_million(Clock { ns_per_tick: 0.4 }, Clock { ns_per_tick: 0.400_04 });

        assert!((drift - 100.0).abs() < 1e-6, "{drift}");
    }
}
