//! The limits that an order must keep, and the market makers that must be there.

// A call here would cost as much as what it calls.
#![allow(clippy::inline_always)]

use crate::{Order, Settings, Standing, Top, is_apart};

/// What the risk stage says of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum RiskOutcome {
    /// There is no order to check.
    #[default]
    NothingToCheck,
    /// It may be sent.
    Accepted,
    /// Its quantity is over the limit.
    OrderSize,
    /// Its price times its quantity is over the limit.
    Notional,
    /// Its price is too far from the reference price.
    PriceBand,
    /// Filled, it and all that rests on its side would take the position over the limit.
    Position,
    /// The market makers have gone.
    NoMarketMaker,
}

impl RiskOutcome {
    /// How many outcomes there are.
    pub const COUNT: usize = 7;
}

/// The mean of the last spreads as a fraction, so that nothing is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpreadMean {
    /// Sum of the spreads.
    pub total: i64,
    /// How many there are.
    pub count: usize,
}

/// A spread that is wider counts as this: some thousand of them can be summed in 64 bits.
const WIDEST_SPREAD: i64 = 1 << 50;

/// Whether market makers stand on both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum MarketMaker {
    /// Too few spreads were seen yet, or there is none.
    #[default]
    Unknown,
    /// The spread is what it usually is.
    Present,
    /// The spread is many times what it usually is.
    Gone,
}

impl MarketMaker {
    /// Holds the spread of `top` against the mean of those before it, once the window is full.
    #[inline(always)]
    #[must_use]
    #[allow(clippy::cast_possible_wrap)] // windows hold some thousand spreads
    pub fn detect(top: &Top, mean: SpreadMean, settings: &Settings) -> Self {
        if mean.count < settings.spread_window {
            return Self::Unknown;
        }
        let spread = i128::from(spread(top)) * mean.count as i128;
        if spread > i128::from(mean.total) * i128::from(settings.spread_blowout) {
            Self::Gone
        } else {
            Self::Present
        }
    }
}

/// Best offer less best bid, at most 2^50; only for a [market](Top::is_market), where it is over
/// zero.
#[inline]
#[must_use]
pub fn spread(top: &Top) -> i64 {
    (top.ask_price - top.bid_price).min(WIDEST_SPREAD)
}

/// Holds `order` against every limit, and says which it breaks first.
#[inline(always)]
#[must_use]
pub fn check(
    order: &Order,
    top: &Top,
    standing: &Standing,
    market_maker: MarketMaker,
    settings: &Settings,
) -> RiskOutcome {
    let middle = top.bid_price + (top.ask_price - top.bid_price) / 2;
    let reference_price = standing.reference_price.unwrap_or(middle);
    // What is too large for 64 bits is over the first limit anyway.
    let at_work = standing.resting(order.side).quantity.saturating_add(order.quantity);
    let position = order.side.signed(standing.position).saturating_add(at_work);
    let notional = i128::from(order.price) * i128::from(order.quantity);
    // All limits are looked at, and one branch asks for the first that is broken: five branches
    // would be guessed wrong too often.
    let broken = u32::from(order.quantity > settings.max_order_quantity)
        | u32::from(notional > settings.max_notional) << 1
        | u32::from(is_apart(order.price, reference_price, settings.price_band_bps)) << 2
        | u32::from(position > settings.max_position) << 3
        | u32::from(market_maker == MarketMaker::Gone) << 4;
    BY_LIMIT[broken.trailing_zeros().min(5) as usize]
}

/// What is said of an order that breaks the limit of an index, and of one that breaks none.
const BY_LIMIT: [RiskOutcome; 6] = [
    RiskOutcome::OrderSize,
    RiskOutcome::Notional,
    RiskOutcome::PriceBand,
    RiskOutcome::Position,
    RiskOutcome::NoMarketMaker,
    RiskOutcome::Accepted,
];
