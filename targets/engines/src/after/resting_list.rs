//! Our own orders of one side of one market.

// A call here would cost as much as what it calls.
#![allow(clippy::inline_always)]

use crate::{Order, Resting, SelfTrade, SelfTradePrevention, Settings, Side};

/// An order of ours that rests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnOrder {
    /// Its limit.
    pub price: i64,
    /// What remains of it.
    pub quantity: i64,
    /// The route that it went.
    pub route: usize,
}

/// Up to [`Settings::MOST_RESTING`] orders in place, in the opposite of the order in which they
/// trade: the best price last, and of one price the oldest. What trades is then taken off the end,
/// and a new order, which is most often the best, is put there.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct RestingList {
    summary: Resting,
    side: Side,
    orders: [OwnOrder; Settings::MOST_RESTING],
}

impl RestingList {
    /// A list without orders.
    #[must_use]
    pub fn new(side: Side) -> Self {
        Self { summary: Resting::NONE, side, orders: Default::default() }
    }

    /// The orders; the one that trades first is the last.
    #[inline]
    #[must_use]
    pub fn orders(&self) -> &[OwnOrder] {
        &self.orders[..self.summary.count]
    }

    /// The list in short.
    #[inline(always)]
    #[must_use]
    pub const fn summary(&self) -> &Resting {
        &self.summary
    }

    /// Brings the summary up to what the orders are.
    #[inline(always)]
    fn summarize(&mut self, count: usize, quantity: i64) {
        let rank = |own: &OwnOrder| self.side.rank(own.price);
        let (worst_rank, best_rank) = match &self.orders[..count] {
            [] => (i64::MIN, i64::MIN),
            [only] => (rank(only), rank(only)),
            [first, .., last] => (rank(first), rank(last)),
        };
        self.summary = Resting { count, quantity, best_rank, worst_rank };
    }

    /// Adds an order; the strategy sees to it that there is room.
    #[inline(always)]
    pub fn insert(&mut self, order: OwnOrder) {
        let Resting { count, quantity, .. } = self.summary;
        let rank = self.side.rank(order.price);
        let mut index = count;
        while index > 0 && self.side.rank(self.orders[index - 1].price) >= rank {
            self.orders[index] = self.orders[index - 1];
            index -= 1;
        }
        self.orders[index] = order;
        self.summarize(count + 1, quantity + order.quantity);
    }

    /// The order that trades last.
    #[inline(always)]
    #[must_use]
    pub fn worst(&self) -> Option<&OwnOrder> {
        self.orders().first()
    }

    /// Takes out the order that trades last.
    pub fn remove_worst(&mut self) {
        let Resting { count, quantity, .. } = self.summary;
        if let Some(gone) = self.worst().map(|worst| worst.quantity) {
            self.orders.copy_within(1..count, 0);
            self.summarize(count - 1, quantity - gone);
        }
    }

    /// Fills orders, first to trade first, while `reached` holds for their price and something
    /// remains of `quantity`; answers how many fills there were, and of how much.
    #[inline]
    pub fn fill(&mut self, quantity: i64, reached: impl Fn(i64) -> bool) -> (usize, i64) {
        let (mut fills, mut filled) = (0, 0);
        let mut count = self.summary.count;
        while let Some(own) = self.orders[..count].last_mut() {
            if filled >= quantity || !reached(own.price) {
                break;
            }
            let part = own.quantity.min(quantity - filled);
            own.quantity -= part;
            filled += part;
            fills += 1;
            count -= usize::from(own.quantity == 0);
        }
        self.summarize(count, self.summary.quantity - filled);
        (fills, filled)
    }

    /// Does to these orders what `mode` says about `order`, of the other side, that would trade
    /// with some of them.
    #[inline(always)]
    pub fn prevent_self_trade(&mut self, order: &Order, mode: SelfTradePrevention) -> SelfTrade {
        if self.summary.best_rank < self.side.rank(order.price) {
            return SelfTrade { crossed: 0, cancelled: 0, remaining: order.quantity };
        }
        self.give_way(order, mode)
    }

    fn give_way(&mut self, order: &Order, mode: SelfTradePrevention) -> SelfTrade {
        let would_trade = |own: &&OwnOrder| order.crosses(own.price);
        let crossed = self.orders().iter().rev().take_while(would_trade).count();
        let (cancelled, remaining) = match mode {
            SelfTradePrevention::CancelNew => (0, 0),
            SelfTradePrevention::CancelResting => (self.cancel_best(crossed), order.quantity),
            SelfTradePrevention::CancelBoth => (self.cancel_best(crossed), 0),
            SelfTradePrevention::DecrementBoth => {
                let count = self.summary.count;
                let (_, taken) = self.fill(order.quantity, |price| order.crosses(price));
                (count - self.summary.count, order.quantity - taken)
            }
        };
        SelfTrade { crossed, cancelled, remaining }
    }

    /// Takes out the `count` orders that trade first.
    fn cancel_best(&mut self, count: usize) -> usize {
        let remaining = self.summary.count - count;
        let gone: i64 = self.orders()[remaining..].iter().map(|own| own.quantity).sum();
        self.summarize(remaining, self.summary.quantity - gone);
        count
    }
}
