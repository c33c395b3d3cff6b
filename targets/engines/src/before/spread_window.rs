//! The market-maker detector's memory: the last spreads of one market.

use crate::SpreadMean;
use std::collections::VecDeque;

/// The last spreads, oldest first.
#[derive(Clone, Debug, Default)]
pub struct SpreadWindow {
    spreads: VecDeque<i64>,
}

impl SpreadWindow {
    /// Takes a spread in, and the oldest out where there are `length` already.
    pub fn push(&mut self, spread: i64, length: usize) {
        if self.spreads.len() == length {
            self.spreads.pop_front();
        }
        // allocates: room is made little by little
        self.spreads.push_back(spread);
    }

    /// The mean of the spreads.
    #[must_use]
    pub fn mean(&self) -> SpreadMean {
        // allocates: the window is collected into a vector
        let spreads: Vec<i64> = self.spreads.iter().copied().collect();
        // allocates: which is cloned for its sum
        let total = spreads.clone().into_iter().sum();
        SpreadMean { total, count: spreads.len() }
    }
}
