//! What a pass measures with.

use crate::clock::Sight;
use crate::{Calibration, Clock, ClockReading, CoreError, Drift, calibrate};
use serde::Serialize;
use std::time::Duration;

/// The clock and its offset, as found on this thread's processor.
#[derive(Clone, Debug, Serialize)]
pub struct Instrument {
    #[serde(skip)]
    pub(crate) clock: Clock,
    #[serde(rename = "clock")]
    reading: ClockReading,
    pub(crate) calibration: Calibration,
    #[serde(skip)]
    start: Sight,
}

impl Instrument {
    /// Measures both; the clock over `period`.
    ///
    /// # Errors
    ///
    /// As [`calibrate`].
    pub fn measure(period: Duration) -> Result<Self, CoreError> {
        let start = Sight::now();
        let clock = Clock::measure_from(start, period);
        Ok(Self { clock, reading: clock.read(), calibration: calibrate(clock)?, start })
    }

    /// Length of a tick of its clock.
    #[must_use]
    pub fn ns_per_tick(&self) -> f64 {
        self.clock.ns_per_tick
    }

    /// What has changed since: to be asked at the end of what was measured with it.
    #[must_use]
    pub fn drift(&self) -> Drift {
        Drift::since(self.start, self.clock)
    }

    /// A clock of whole nanoseconds without any error: for tests that say themselves what it reads.
    #[must_use]
    pub fn scripted() -> Self {
        let reading = ClockReading {
            source: "scripted",
            reason: "a test says so",
            frequency_hz: 1e9,
            granularity_ns: 1.0,
            read_cost_ns: 0.0,
        };
        let calibration =
            Calibration { offset_ns: 0.0, offset_error_ns: 0.0, slope: 1.0, product_ns: 0.0 };
        Self { clock: Clock { ns_per_tick: 1.0 }, reading, calibration, start: Sight::now() }
    }
}
