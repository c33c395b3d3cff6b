//! What the book stage hands to the risk stage.

use crate::Side;

/// The best price of each side, and what is shown there. A side that is empty has quantity 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Top {
    /// Highest price that somebody buys at.
    pub bid_price: i64,
    /// Quantity shown at it.
    pub bid_quantity: i64,
    /// Lowest price that somebody sells at.
    pub ask_price: i64,
    /// Quantity shown at it.
    pub ask_quantity: i64,
}

impl Top {
    /// Whether both sides are there, at prices over zero that do not cross.
    #[inline]
    #[must_use]
    #[allow(clippy::needless_bitwise_bool)] // one branch, and not four
    pub const fn is_market(&self) -> bool {
        (self.bid_quantity > 0)
            & (self.ask_quantity > 0)
            & (self.bid_price > 0)
            & (self.bid_price < self.ask_price)
    }

    /// Best price of `side`, and the quantity shown at it.
    #[inline]
    #[must_use]
    pub fn best(&self, side: Side) -> (i64, i64) {
        let price = side.choose(self.bid_price, self.ask_price);
        (price, side.choose(self.bid_quantity, self.ask_quantity))
    }
}

/// Somebody traded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print {
    /// Price of the trade.
    pub price: i64,
    /// Quantity traded.
    pub quantity: i64,
    /// The side that took, where the feed tells.
    pub aggressor: Option<Side>,
}

impl Print {
    /// A trade; `None` where price or quantity say that it was none. Futures feeds send such
    /// messages with both at zero.
    #[inline]
    #[must_use]
    pub fn new(price: i64, quantity: i64, aggressor: Option<Side>) -> Option<Self> {
        (price > 0 && quantity > 0).then_some(Self { price, quantity, aggressor })
    }
}

/// One change of a market: the top of the book after it, and the trade that made it, if one did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tick {
    /// Top of the book.
    pub top: Top,
    /// The trade.
    pub print: Option<Print>,
    /// A price to hold others against, where the feed gives one that is no trade (a mark price).
    pub reference_price: Option<i64>,
    /// Whether the market is halted.
    pub halted: bool,
}
