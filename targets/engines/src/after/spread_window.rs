//! The market-maker detector's memory: the last spreads of one market.

// A call here would cost as much as what it calls.
#![allow(clippy::inline_always)]

use crate::SpreadMean;

/// A ring of spreads with their running sum: one store and two additions a spread. The ring lies
/// in a slice of the engine's, since how long it is comes from the configuration.
#[derive(Clone, Copy, Debug, Default)]
pub struct SpreadWindow {
    total: i64,
    count: usize,
    next: usize,
}

impl SpreadWindow {
    /// The mean of the spreads.
    #[inline(always)]
    #[must_use]
    pub const fn mean(&self) -> SpreadMean {
        SpreadMean { total: self.total, count: self.count }
    }

    /// Takes a spread in, and the oldest out where `ring` is full.
    #[inline]
    pub fn push(&mut self, ring: &mut [i64], spread: i64) {
        let length = ring.len();
        let slot = &mut ring[self.next];
        if self.count == length {
            self.total -= *slot;
        } else {
            self.count += 1;
        }
        self.total += spread;
        *slot = spread;
        self.next += 1;
        if self.next == length {
            self.next = 0;
        }
    }
}
