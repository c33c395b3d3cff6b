//! What an engine decides, and why.

use crate::Side;

/// What is to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Action {
    /// Nothing.
    #[default]
    None,
    /// Send an order.
    Send,
    /// Cancel an order of our own.
    Cancel,
}

/// Why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// The message is none that an engine acts on.
    #[default]
    NotForUs,
    /// The message does not fit what the engine knows: it names no order that stands, one that
    /// stands already, or a symbol too many.
    Unmatched,
    /// The market is halted.
    Halted,
    /// A side of the book is empty, or the sides cross.
    NoMarket,
    /// An order of our own already stands where a new one would.
    AlreadyQuoted,
    /// Joins the best price of a side.
    Quote,
    /// Follows somebody who took from the book.
    Momentum,
    /// The order fell too far behind the market.
    Stale,
    /// The order gives its place to a better one.
    Crowded,
    /// A limit was in the way.
    Risk,
    /// No route is active.
    NoRoute,
    /// The order would have traded with one of our own.
    SelfTrade,
}

/// What an engine does about one message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// What is to be done.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// Side of the order; without one, `None`.
    pub side: Option<Side>,
    /// Its limit.
    pub price: i64,
    /// Its quantity.
    pub quantity: i64,
    /// Index of its route in the configuration.
    pub route: Option<usize>,
}

impl Decision {
    /// Does nothing, for `reason`.
    #[inline]
    #[must_use]
    pub const fn nothing(reason: Reason) -> Self {
        Self { action: Action::None, reason, side: None, price: 0, quantity: 0, route: None }
    }
}
