//! What an engine would like to do: a quoter that follows those who take.
//!
//! Integers alone, and a function of what it is given: the same on every engine and machine.

// A call here would cost as much as what it calls.
#![allow(clippy::inline_always)]

use crate::{Order, Reason, Settings, Side, Standing, Tick, Top};

/// What the strategy would like to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Nothing, and why.
    Nothing(Reason),
    /// Cancel our own order of this side that trades last.
    CancelWorst(Side, Reason),
    /// Send an order, limits allowing.
    Send(Order),
}

/// What the strategy would like to do about `tick`.
#[inline(always)]
#[must_use]
pub fn intend(tick: &Tick, standing: &Standing, settings: &Settings) -> Intent {
    if tick.halted {
        return leave(standing);
    }
    if !tick.top.is_market() {
        return Intent::Nothing(Reason::NoMarket);
    }
    if let Some(side) = stale(&tick.top, standing, settings) {
        return Intent::CancelWorst(side, Reason::Stale);
    }
    if let Some(print) = tick.print
        && let Some(aggressor) = print.aggressor
        && print.quantity >= settings.min_momentum_quantity
    {
        return Intent::Send(take(aggressor, &tick.top, settings));
    }
    quote(&tick.top, standing, settings)
}

/// Out of a halted market, one order a tick.
fn leave(standing: &Standing) -> Intent {
    if standing.buys.count > 0 {
        Intent::CancelWorst(Side::Buy, Reason::Halted)
    } else if standing.sells.count > 0 {
        Intent::CancelWorst(Side::Sell, Reason::Halted)
    } else {
        Intent::Nothing(Reason::Halted)
    }
}

/// The side, if any, whose worst order of ours fell too far behind the best price.
#[inline(always)]
fn stale(top: &Top, standing: &Standing, settings: &Settings) -> Option<Side> {
    let behind = |side| {
        let (best, _) = top.best(side);
        let worst = standing.resting(side);
        worst.count > 0 && is_apart(worst.worst_price, best, settings.stale_bps)
    };
    if behind(Side::Buy) {
        Some(Side::Buy)
    } else if behind(Side::Sell) {
        Some(Side::Sell)
    } else {
        None
    }
}

/// Takes a part of what the other side shows.
#[inline(always)]
fn take(side: Side, top: &Top, settings: &Settings) -> Order {
    let (price, shown) = top.best(side.opposite());
    let quantity = part(shown, settings);
    Order { side, price, quantity, takes: true, reason: Reason::Momentum }
}

/// Joins the heavier side of the book, or the side that brings a large position down.
#[inline(always)]
fn quote(top: &Top, standing: &Standing, settings: &Settings) -> Intent {
    let side = if standing.position > settings.max_position / 2 {
        Side::Sell
    } else if standing.position < -(settings.max_position / 2)
        || top.bid_quantity >= top.ask_quantity
    {
        Side::Buy
    } else {
        Side::Sell
    };
    let (price, shown) = top.best(side);
    let own = standing.resting(side);
    if own.count > 0 && side.rank(own.best_price) >= side.rank(price) {
        return Intent::Nothing(Reason::AlreadyQuoted);
    }
    if own.count >= settings.max_resting {
        return Intent::CancelWorst(side, Reason::Crowded);
    }
    let quantity = part(shown, settings);
    Intent::Send(Order { side, price, quantity, takes: false, reason: Reason::Quote })
}

#[inline]
fn part(shown: i64, settings: &Settings) -> i64 {
    (shown / settings.participation).max(settings.min_order_quantity)
}

/// Whether two prices are more than `bps` hundredths of a percent of `base` apart.
#[inline(always)]
#[must_use]
pub fn is_apart(price: i64, base: i64, bps: i64) -> bool {
    i128::from(price.abs_diff(base)) * 10_000 > i128::from(base) * i128::from(bps)
}
