//! An order of our own that is not sent yet, and our own orders as the strategy sees them.

use crate::{Reason, Side};

/// An order that an engine would like to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// Buy or sell.
    pub side: Side,
    /// Limit.
    pub price: i64,
    /// Quantity.
    pub quantity: i64,
    /// Takes what stands in the book, and leaves nothing there; else it rests.
    pub takes: bool,
    /// Why it is sent.
    pub reason: Reason,
}

impl Order {
    /// Whether it would trade with an order of the other side at `price`.
    #[inline]
    #[must_use]
    pub const fn crosses(&self, price: i64) -> bool {
        self.side.rank(price) <= self.side.rank(self.price)
    }
}

/// Our own orders of one side of one market, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resting {
    /// How many.
    pub count: usize,
    /// Their quantity together.
    pub quantity: i64,
    /// [Rank](Side::rank) of the price that trades first; the lowest of all without an order.
    pub best_rank: i64,
    /// Rank of the price that trades last; the lowest of all without an order.
    pub worst_rank: i64,
}

impl Resting {
    /// No orders.
    pub const NONE: Self =
        Self { count: 0, quantity: 0, best_rank: i64::MIN, worst_rank: i64::MIN };
}

impl Default for Resting {
    fn default() -> Self {
        Self::NONE
    }
}

/// Where we stand in one market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Bought less sold.
    pub position: i64,
    /// Our own orders, bids and then offers.
    pub resting: [Resting; 2],
    /// What prices are held against; before the first trade, none.
    pub reference_price: Option<i64>,
}

impl Standing {
    /// Our own orders of `side`.
    #[inline]
    #[must_use]
    pub fn resting(&self, side: Side) -> Resting {
        let [buys, sells] = &self.resting;
        Resting {
            count: side.choose(buys.count, sells.count),
            quantity: side.choose(buys.quantity, sells.quantity),
            best_rank: side.choose(buys.best_rank, sells.best_rank),
            worst_rank: side.choose(buys.worst_rank, sells.worst_rank),
        }
    }
}
