//! What happens to an order that would trade with one of our own.

use serde::Deserialize;

/// Which of the two gives way. The names are those of the exchanges' own settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelfTradePrevention {
    /// The new order is not sent.
    CancelNew,
    /// Those that rest and would trade are cancelled, and the new order is sent.
    #[default]
    CancelResting,
    /// Those that rest and would trade are cancelled, and the new order is not sent.
    CancelBoth,
    /// Best first, the smaller quantity is taken off both; what comes to nothing is cancelled, and
    /// what remains of the new order is sent.
    DecrementBoth,
}

/// What self-trade prevention did about one new order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SelfTrade {
    /// Our own orders that the new one would have traded with.
    pub crossed: usize,
    /// How many of them were cancelled.
    pub cancelled: usize,
    /// What remains of the new order.
    pub remaining: i64,
}
