//! One book of price levels.

use crate::{Side, Top};
use std::collections::BTreeMap;

/// Price levels of both sides of one market: quantity by price.
#[derive(Clone, Debug, Default)]
pub struct Book {
    bids: BTreeMap<i64, i64>,
    asks: BTreeMap<i64, i64>,
}

impl Book {
    /// Levels of both sides.
    #[must_use]
    pub fn level_count(&self) -> usize {
        self.bids.len() + self.asks.len()
    }

    /// Says that `quantity` is shown at `price`; zero or less takes the level away.
    pub fn set(&mut self, side: Side, price: i64, quantity: i64) {
        let levels = self.levels(side);
        if quantity > 0 {
            // allocates: nodes of the tree
            levels.insert(price, quantity);
        } else {
            levels.remove(&price);
        }
    }

    /// Adds `change` to what is shown at `price`; a level that comes to nothing goes away.
    pub fn change(&mut self, side: Side, price: i64, change: i64) {
        let shown = self.levels(side).get(&price).copied().unwrap_or_default();
        self.set(side, price, shown + change);
    }

    /// Makes `top` the top of the book: what is better goes, and the best levels show what it says.
    /// A side that it shows nothing of becomes empty.
    pub fn set_top(&mut self, top: &Top) {
        let gone = |price| top.bid_quantity <= 0 || price > top.bid_price;
        while self.bids.last_key_value().is_some_and(|(&price, _)| gone(price)) {
            self.bids.pop_last();
        }
        let gone = |price| top.ask_quantity <= 0 || price < top.ask_price;
        while self.asks.first_key_value().is_some_and(|(&price, _)| gone(price)) {
            self.asks.pop_first();
        }
        self.set(Side::Buy, top.bid_price, top.bid_quantity);
        self.set(Side::Sell, top.ask_price, top.ask_quantity);
    }

    /// Best price of each side.
    #[must_use]
    pub fn top(&self) -> Top {
        let (bid_price, bid_quantity) = best(self.bids.last_key_value());
        let (ask_price, ask_quantity) = best(self.asks.first_key_value());
        Top { bid_price, bid_quantity, ask_price, ask_quantity }
    }

    fn levels(&mut self, side: Side) -> &mut BTreeMap<i64, i64> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }
}

fn best(level: Option<(&i64, &i64)>) -> (i64, i64) {
    level.map_or((0, 0), |(&price, &quantity)| (price, quantity))
}
