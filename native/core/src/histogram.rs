//! One distribution of times.

use crate::CoreError;
use crate::buckets::Buckets;
use base64::{Engine, engine::general_purpose::STANDARD};
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};
use serde::{Serialize, Serializer as SerdeSerializer};

/// The longest time that is told apart: one hour. Longer ones count as that.
pub const LONGEST_NS: u64 = 3_600_000_000_000;

const SIGNIFICANT_DIGITS: u8 = 3;

/// A histogram of whole nanoseconds, from 1 ns to 1 hour with three significant digits (and a
/// bucket for 0). A mean is not made of it: whoever records keeps the sum.
#[derive(Clone, Debug, Default)]
pub struct LatencyHistogram(Buckets);

impl LatencyHistogram {
    /// Records one time. It may be negative where an offset was taken off it, and counts as 0.
    #[inline]
    pub fn record(&mut self, ns: f64) {
        // Not `round`, which is a call on processors without an instruction for it.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped
        let whole = (ns.clamp(0.0, LONGEST_NS as f64) + 0.5) as i64 as u64;
        self.0.count(whole);
    }

    /// Records `value_ns` so many times.
    pub fn record_times(&mut self, value_ns: u64, times: u64) {
        self.0.count_times(value_ns.min(LONGEST_NS), times);
    }

    /// Forgets all samples, and keeps the memory that they took.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds another histogram's samples.
    pub fn merge(&mut self, other: &Self) {
        self.0.add(&other.0);
    }

    /// Number of samples.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.total()
    }

    /// Smallest sample in nanoseconds, to three digits; 0 for none.
    #[must_use]
    pub fn min(&self) -> u64 {
        self.0.filled().next().map_or(0, |bucket| bucket.lowest)
    }

    /// Largest sample in nanoseconds, to three digits; 0 for none.
    #[must_use]
    pub fn max(&self) -> u64 {
        self.0.filled().next_back().map_or(0, |bucket| bucket.highest)
    }

    /// The sample of rank `rank` (1 is the smallest) in nanoseconds, to three digits: the largest
    /// value that its bucket stands for. 0 for an empty histogram.
    #[must_use]
    pub fn value_at_rank(&self, rank: u64) -> u64 {
        let mut seen: u64 = 0;
        for bucket in self.0.filled() {
            seen = seen.saturating_add(bucket.count);
            if seen >= rank {
                return bucket.highest;
            }
        }
        self.max()
    }

    /// Number of samples of at most `value_ns`.
    #[must_use]
    pub fn count_at_or_below(&self, value_ns: u64) -> u64 {
        self.0.total_up_to(value_ns)
    }

    /// Each value that was recorded, and how often.
    pub fn counts(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.0.filled().map(|bucket| (bucket.highest, bucket.count))
    }

    /// The standard V2 compressed encoding in Base64, as every HDR histogram library reads it.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut standard = empty_standard();
        for (value_ns, times) in self.counts() {
            // Cannot fail: the histogram grows.
            let _ = standard.record_n(value_ns, times);
        }
        let mut bytes = Vec::new();
        // Cannot fail: a vector takes everything.
        let _ = V2DeflateSerializer::new().serialize(&standard, &mut bytes);
        STANDARD.encode(bytes)
    }

    /// Reads what [`LatencyHistogram::encode`], or another HDR histogram library, has written.
    ///
    /// # Errors
    ///
    /// [`CoreError::Histogram`] for anything else.
    pub fn decode(text: &str) -> Result<Self, CoreError> {
        let bytes = STANDARD
            .decode(text.trim())
            .map_err(|error| CoreError::Histogram(error.to_string()))?;
        let standard: Histogram<u64> = Deserializer::new()
            .deserialize(&mut bytes.as_slice())
            .map_err(|error| CoreError::Histogram(error.to_string()))?;
        let mut buckets = Buckets::default();
        for it in standard.iter_recorded() {
            buckets.count_times(it.value_iterated_to(), it.count_at_value());
        }
        Ok(Self(buckets))
    }
}

/// One of the library's that can be written.
fn empty_standard() -> Histogram<u64> {
    // The arguments are constants that the library accepts.
    let mut standard = Histogram::new_with_bounds(1, 2_000, SIGNIFICANT_DIGITS)
        .expect("constant bounds are valid");
    standard.auto(true);
    standard
}

impl Serialize for LatencyHistogram {
    fn serialize<S: SerdeSerializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.encode())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_is_answered_to_three_digits_over_the_whole_range() {
        for value in [1, 999, 1_234_567, LONGEST_NS] {
            let mut histogram = LatencyHistogram::default();
            histogram.record(value as f64);
            let error = histogram.value_at_rank(1).abs_diff(value) as f64 / value as f64;
            assert!(error <= 0.001, "{value} came back with an error of {error}");
        }
    }

    #[test]
    fn a_negative_time_counts_as_zero() {
        let mut histogram = LatencyHistogram::default();
        histogram.record(-2.0);
        histogram.record(6.0);
        assert_eq!((histogram.min(), histogram.count()), (0, 2));
    }

    #[test]
    fn the_encoding_keeps_every_count() {
        let mut histogram = LatencyHistogram::default();
        for value in [0, 7, 7, 1_000, 5_000_000] {
            histogram.record_times(value, 3);
        }
        let back = LatencyHistogram::decode(&histogram.encode()).expect("own encoding");
        assert!(back.counts().eq(histogram.counts()));
    }

    #[test]
    fn garbage_is_not_a_histogram() {
        for text in ["", "!", "AAAA", "HISTFAAAAC94nJNpmSzMwMDAAAAAAP//"] {
            assert!(LatencyHistogram::decode(text).is_err(), "{text}");
        }
    }
}
