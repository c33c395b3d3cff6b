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
        match self.side {
            Side::Buy => price <= self.price,
            Side::Sell => price >= self.price,
        }
    }
}

/// Our own orders of one side of one market, in short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resting {
    /// How many.
    pub count: usize,
    /// Their quantity together.
    pub quantity: i64,
    /// The price that trades first; 0 without an order.
    pub best_price: i64,
    /// The price that trades last; 0 without an order.
    pub worst_price: i64,
}

/// Where we stand in one market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Bought less sold.
    pub position: i64,
    /// Our own bids.
    pub buys: Resting,
    /// Our own offers.
    pub sells: Resting,
    /// What prices are held against; before the first trade, none.
    pub reference_price: Option<i64>,
}

impl Standing {
    /// Our own orders of `side`.
    #[inline]
    #[must_use]
    pub const fn resting(&self, side: Side) -> &Resting {
        match side {
            Side::Buy => &self.buys,
            Side::Sell => &self.sells,
        }
    }
}
