//! What an engine would like to do: a quoter that follows those who take.
//!
//! Integers alone, and a function of what it is given: the same on every engine and machine.

// A call here would cost as much as what it calls.
#![allow(clippy::inline_always)]

use crate::{Order, Reason, Settings, Side, Standing, Tick, Top};
use std::hint::select_unpredictable;

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
///
/// Where feeds go back and forth between two ways, both are worked out and one is chosen, since a
/// branch would be guessed wrong too often.
#[inline(always)]
#[must_use]
#[allow(clippy::needless_bitwise_bool)]
pub fn intend(tick: &Tick, standing: &Standing, settings: &Settings) -> Intent {
    let top = &tick.top;
    let stale = is_stale(Side::Buy, top, standing, settings)
        | is_stale(Side::Sell, top, standing, settings);
    if tick.halted | !top.is_market() | stale {
        return withdraw(tick, standing, settings);
    }
    let quoted = quoted_side(top, standing.position, settings);
    let (takes, aggressor) = followed(tick, settings).map_or((false, quoted), |side| (true, side));
    let side = select_unpredictable(takes, aggressor, quoted);
    let (price, shown) = top.best(select_unpredictable(takes, side.opposite(), side));
    let own = standing.resting(side);
    let is_quoted = own.best_rank >= side.rank(price);
    let is_full = own.count >= settings.max_resting;
    if !takes & (is_quoted | is_full) {
        return if is_quoted {
            Intent::Nothing(Reason::AlreadyQuoted)
        } else {
            Intent::CancelWorst(side, Reason::Crowded)
        };
    }
    let quantity = part(shown, settings);
    let reason = if takes { Reason::Momentum } else { Reason::Quote };
    Intent::Send(Order { side, price, quantity, takes, reason })
}

/// What to do where there is nothing to send: out of a halted market and out of prices that the
/// market has left, one order a tick.
fn withdraw(tick: &Tick, standing: &Standing, settings: &Settings) -> Intent {
    let sides = [Side::Buy, Side::Sell];
    if tick.halted {
        let resting = sides.into_iter().find(|&side| standing.resting(side).count > 0);
        return match resting {
            Some(side) => Intent::CancelWorst(side, Reason::Halted),
            None => Intent::Nothing(Reason::Halted),
        };
    }
    if !tick.top.is_market() {
        return Intent::Nothing(Reason::NoMarket);
    }
    match sides.into_iter().find(|&side| is_stale(side, &tick.top, standing, settings)) {
        Some(side) => Intent::CancelWorst(side, Reason::Stale),
        None => Intent::Nothing(Reason::NoMarket),
    }
}

/// Whether our worst order of `side` fell too far behind the best price.
#[inline(always)]
#[allow(clippy::needless_bitwise_bool)]
fn is_stale(side: Side, top: &Top, standing: &Standing, settings: &Settings) -> bool {
    let (best, _) = top.best(side);
    let own = standing.resting(side);
    let behind = side.rank(best).abs_diff(own.worst_rank);
    (own.count > 0) & is_over(behind, best, settings.stale_bps)
}

/// The side that took from the book, if it is worth following.
#[inline(always)]
fn followed(tick: &Tick, settings: &Settings) -> Option<Side> {
    let print = tick.print?;
    print.aggressor.filter(|_| print.quantity >= settings.min_momentum_quantity)
}

/// The heavier side of the book, or the one that brings a large position down.
#[inline(always)]
#[allow(clippy::needless_bitwise_bool)]
const fn quoted_side(top: &Top, position: i64, settings: &Settings) -> Side {
    let large = settings.max_position / 2;
    let is_heavy_ask = top.ask_quantity > top.bid_quantity;
    if (position > large) | ((position >= -large) & is_heavy_ask) { Side::Sell } else { Side::Buy }
}

/// Quantity of an order where `shown` is in the book.
#[inline]
fn part(shown: i64, settings: &Settings) -> i64 {
    // The upper half of the product: a division would take longer than all else here.
    let product = u128::from(shown.unsigned_abs()) * u128::from(settings.participation);
    let part = product >> u64::BITS;
    i64::try_from(part).unwrap_or(i64::MAX).max(settings.min_order_quantity)
}

/// Whether two prices are more than `bps` hundredths of a percent of `base` apart.
#[inline(always)]
#[must_use]
pub fn is_apart(price: i64, base: i64, bps: i64) -> bool {
    is_over(price.abs_diff(base), base, bps)
}

#[inline(always)]
fn is_over(distance: u64, base: i64, bps: i64) -> bool {
    i128::from(distance) * 10_000 > i128::from(base) * i128::from(bps)
}
