//! What differs between feeds: the unit of their integers, and limits that make sense on them.

/// A kind of feed. Limits are in whole units: coins or shares, dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// What a price of 1 is in the feed's integers.
    pub price_unit: i64,
    /// What a quantity of 1 is in the feed's integers.
    pub quantity_unit: i64,
    /// Default of `max_position`.
    pub max_position: f64,
    /// Default of `max_order_quantity`.
    pub max_order_quantity: f64,
    /// Default of `min_order_quantity`.
    pub min_order_quantity: f64,
    /// Default of `min_momentum_quantity`.
    pub min_momentum_quantity: f64,
    /// Default of `max_notional`.
    pub max_notional: f64,
    /// Default of `price_band_bps`.
    pub price_band_bps: u32,
    /// Default of `symbols`.
    pub symbols: usize,
}

/// Shares at prices with four decimals, on an exchange with some ten thousand symbols.
pub const SHARES: Profile = Profile {
    price_unit: 10_000,
    quantity_unit: 1,
    max_position: 1_000.0,
    max_order_quantity: 500.0,
    min_order_quantity: 1.0,
    min_momentum_quantity: 10.0,
    max_notional: 25_000.0,
    price_band_bps: 50,
    symbols: 16_384,
};

/// Coins, where prices and quantities have eight decimals.
pub const COINS: Profile = Profile {
    price_unit: 100_000_000,
    quantity_unit: 100_000_000,
    max_position: 2.0,
    max_order_quantity: 0.75,
    min_order_quantity: 0.001,
    min_momentum_quantity: 0.01,
    max_notional: 25_000.0,
    price_band_bps: 3,
    symbols: 4_096,
};
