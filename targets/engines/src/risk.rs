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
    pub total: i128,
    /// How many there are.
    pub count: usize,
}

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
    /// Holds the spread of `top` against the mean, once the window is full.
    #[inline(always)]
    #[must_use]
    #[allow(clippy::cast_possible_wrap)] // windows hold some thousand spreads
    pub fn detect(top: &Top, mean: SpreadMean, settings: &Settings) -> Self {
        if mean.count < settings.spread_window {
            return Self::Unknown;
        }
        let spread = i128::from(spread(top)) * mean.count as i128;
        if spread > mean.total * i128::from(settings.spread_blowout) {
            Self::Gone
        } else {
            Self::Present
        }
    }
}

/// Best offer less best bid; only for a [market](Top::is_market), where it is over zero.
#[inline]
#[must_use]
pub const fn spread(top: &Top) -> i64 {
    top.ask_price - top.bid_price
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
    if order.quantity > settings.max_order_quantity {
        return RiskOutcome::OrderSize;
    }
    if i128::from(order.price) * i128::from(order.quantity) > settings.max_notional {
        return RiskOutcome::Notional;
    }
    let reference_price = match standing.reference_price {
        Some(price) => price,
        None => top.bid_price + spread(top) / 2,
    };
    if is_apart(order.price, reference_price, settings.price_band_bps) {
        return RiskOutcome::PriceBand;
    }
    let at_work = standing.resting(order.side).quantity + order.quantity;
    if order.side.signed(standing.position) + at_work > settings.max_position {
        return RiskOutcome::Position;
    }
    if market_maker == MarketMaker::Gone {
        return RiskOutcome::NoMarketMaker;
    }
    RiskOutcome::Accepted
}
