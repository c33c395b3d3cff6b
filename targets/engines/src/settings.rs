//! What an engine is told once, in the integers of its feed.

use crate::{Route, SelfTradePrevention};

/// Settings of an engine; see `Settings::from_json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Most bought less sold, or sold less bought, that orders at work may come to.
    pub max_position: i64,
    /// Most quantity of one order.
    pub max_order_quantity: i64,
    /// Least quantity that is worth an order.
    pub min_order_quantity: i64,
    /// Least quantity of a trade that is followed.
    pub min_momentum_quantity: i64,
    /// Most price times quantity of one order.
    pub max_notional: i128,
    /// Farthest that an order may be from the reference price, in hundredths of a percent of it.
    pub price_band_bps: i64,
    /// Farthest that an order of ours may fall behind the best price, likewise.
    pub stale_bps: i64,
    /// Part of what the book shows that an order is for, in units of 2^-64.
    pub participation: u64,
    /// Spreads that the market-maker detector looks back on.
    pub spread_window: usize,
    /// A spread of so many times the mean says that the market makers have gone.
    pub spread_blowout: i64,
    /// Most of our own orders of one side of one market.
    pub max_resting: usize,
    /// What happens to an order that would trade with one of our own.
    pub self_trade_prevention: SelfTradePrevention,
    /// Ways to the market, in the order in which they take turns.
    pub routes: Vec<Route>,
    /// Most symbols that are followed. Messages about others are counted, and nothing else.
    pub symbols: usize,
    /// Orders of the market that there is room for from the start (feeds that tell of each order).
    pub orders: usize,
    /// Price levels that there is room for from the start, of all books together.
    pub levels: usize,
}

impl Settings {
    /// The upper end of `max_resting`.
    pub const MOST_RESTING: usize = 8;
}

/// Longest symbol that is followed, in bytes; with a longer one, as with one symbol too many.
pub const LONGEST_SYMBOL: usize = 31;
