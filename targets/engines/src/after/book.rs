//! One book of price levels.

use super::{Ladder, LevelPool};
use crate::{Side, Top};

/// Price levels of both sides of one market.
#[derive(Clone, Copy, Debug, Default)]
pub struct Book {
    bids: Ladder,
    asks: Ladder,
}

impl Book {
    /// Levels of both sides.
    #[must_use]
    pub const fn level_count(&self) -> usize {
        self.bids.len() + self.asks.len()
    }

    /// Says that `quantity` is shown at `price`; zero or less takes the level away.
    #[inline]
    pub fn set(&mut self, pool: &mut LevelPool, side: Side, price: i64, quantity: i64) {
        self.ladder(side).set(pool, side.rank(price), quantity);
    }

    /// Adds `change` to what is shown at `price`; a level that comes to nothing goes away.
    #[inline]
    pub fn change(&mut self, pool: &mut LevelPool, side: Side, price: i64, change: i64) {
        self.ladder(side).change(pool, side.rank(price), change);
    }

    /// Makes `top` the top of the book: what is better goes, and the best levels show what it says.
    /// A side that it shows nothing of becomes empty.
    #[inline]
    pub fn set_top(&mut self, pool: &mut LevelPool, top: &Top) {
        for side in [Side::Buy, Side::Sell] {
            let (price, quantity) = top.best(side);
            let ladder = self.ladder(side);
            if quantity > 0 {
                ladder.cut_above(pool, side.rank(price));
                ladder.set(pool, side.rank(price), quantity);
            } else {
                ladder.clear();
            }
        }
    }

    /// Best price of each side.
    #[inline]
    #[must_use]
    pub fn top(&self, pool: &LevelPool) -> Top {
        let bid = self.bids.best(pool).unwrap_or_default();
        let ask = self.asks.best(pool);
        Top {
            bid_price: bid.rank,
            bid_quantity: bid.quantity,
            ask_price: ask.map_or(0, |level| Side::Sell.rank(level.rank)),
            ask_quantity: ask.map_or(0, |level| level.quantity),
        }
    }

    #[inline]
    fn ladder(&mut self, side: Side) -> &mut Ladder {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }
}
