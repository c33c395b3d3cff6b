//! Rounds of the same measurement, in one figure.

use latprobe_core::Clock;
use serde::Serialize;
use std::time::Duration;

/// Alternatives take turns in so many rounds, so that a machine that drifts drifts under all.
pub const ROUNDS: usize = 151;

/// The median of the rounds, and the quartiles that say how far they lie apart.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Rounds {
    pub median: f64,
    pub lower_quartile: f64,
    pub upper_quartile: f64,
}

impl Rounds {
    /// Of at least one value.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_unstable_by(f64::total_cmp);
        let at = |share: usize| values[(values.len() - 1) * share / 4];
        Self { median: at(2), lower_quartile: at(1), upper_quartile: at(3) }
    }
}

/// The clock, held against the monotonic one for long enough that its error does not matter.
pub fn clock() -> Clock {
    Clock::measure(Duration::from_millis(50))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spoiled_round_in_four_leaves_the_median_alone() {
        let rounds = Rounds::of([3.0, 1.0, 900.0, 2.0, 4.0]);
        let found = (rounds.lower_quartile, rounds.median, rounds.upper_quartile);
        assert!(found == (2.0, 3.0, 4.0), "{found:?}");
    }
}
