//! The times of one stage, or of whole messages.

use crate::LatencyHistogram;
use serde::Serialize;

/// The times of one stage.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StageTimes {
    /// Sum of all times in nanoseconds, not rounded: what a mean is made of.
    pub sum_ns: f64,
    /// Number of times.
    pub count: u64,
    /// HDR V2.
    pub histogram: LatencyHistogram,
}

impl StageTimes {
    pub(super) fn record(&mut self, ns: f64) {
        self.count += 1;
        self.sum_ns += ns;
        self.histogram.record(ns);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_time_keeps_the_mean_unbiased() {
        let mut times = StageTimes::default();
        times.record(-2.0);
        times.record(6.0);
        assert!(times.count == 2 && (times.sum_ns - 4.0).abs() < 1e-9);
    }
}
