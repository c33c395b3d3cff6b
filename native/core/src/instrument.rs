//! What a pass measures with.

use crate::{Calibration, Clock, ClockReading, CoreError, calibrate};
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
}

impl Instrument {
    /// Measures both; the clock over `period`.
    ///
    /// # Errors
    ///
    /// As [`calibrate`].
    pub fn measure(period: Duration) -> Result<Self, CoreError> {
        let clock = Clock::measure(period);
        Ok(Self { clock, reading: clock.read(), calibration: calibrate(clock)? })
    }
}
