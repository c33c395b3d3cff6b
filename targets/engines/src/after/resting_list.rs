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
    /// Rank of each order, and the lowest of all where there is none.
    ranks: [i64; Settings::MOST_RESTING],
    side: Side,
    orders: [OwnOrder; Settings::MOST_RESTING],
}

impl RestingList {
    /// A list without orders.
    #[must_use]
    pub fn new(side: Side) -> Self {
        let ranks = [i64::MIN; Settings::MOST_RESTING];
        Self { summary: Resting::NONE, ranks, side, orders: Default::default() }
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

    /// Brings summary and ranks up to what the orders are.
    fn summarize(&mut self, count: usize, quantity: i64) {
        for (index, (rank, own)) in self.ranks.iter_mut().zip(&self.orders).enumerate() {
            *rank = if index < count { self.side.rank(own.price) } else { i64::MIN };
        }
        let best_rank = count.checked_sub(1).map_or(i64::MIN, |last| self.ranks[last]);
        self.summary = Resting { count, quantity, best_rank, worst_rank: self.ranks[0] };
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

    /// What `mode` says of `order`, of the other side, that may trade with some of these. They stay
    /// as they are until they [give way](Self::give_way).
    #[inline(always)]
    #[must_use]
    pub fn prevent_self_trade(&self, order: &Order, mode: SelfTradePrevention) -> SelfTrade {
        let crossed = self.crossed(order);
        let (cancelled, remaining) = match mode {
            SelfTradePrevention::CancelResting => (crossed, order.quantity),
            _ if crossed == 0 => (0, order.quantity),
            SelfTradePrevention::CancelNew => (0, 0),
            SelfTradePrevention::CancelBoth => (crossed, 0),
            SelfTradePrevention::DecrementBoth => self.decremented(order, crossed),
        };
        SelfTrade { crossed, cancelled, remaining }
    }

    /// How many orders `order` would trade with. All places are looked at, since a loop that ends
    /// early would be guessed wrong.
    #[inline(always)]
    fn crossed(&self, order: &Order) -> usize {
        let limit = self.side.rank(order.price);
        let crossed: usize = self.ranks.iter().map(|&rank| usize::from(rank >= limit)).sum();
        // Only the lowest limit of all lets empty places count.
        crossed.min(self.summary.count)
    }

    /// How many of the first `crossed` orders come to nothing, and what remains of `order`.
    fn decremented(&self, order: &Order, crossed: usize) -> (usize, i64) {
        let (mut cancelled, mut remaining) = (0, order.quantity);
        for own in self.orders().iter().rev().take(crossed) {
            let part = own.quantity.min(remaining);
            remaining -= part;
            cancelled += usize::from(part == own.quantity);
        }
        (cancelled, remaining)
    }

    /// Does to these orders what `mode` says about `order` that would trade with some of them.
    pub fn give_way(&mut self, order: &Order, mode: SelfTradePrevention) {
        match mode {
            SelfTradePrevention::CancelNew => {}
            SelfTradePrevention::CancelResting | SelfTradePrevention::CancelBoth => {
                self.cancel_best(self.crossed(order));
            }
            SelfTradePrevention::DecrementBoth => {
                self.fill(order.quantity, |price| order.crosses(price));
            }
        }
    }

    /// Takes out the `count` orders that trade first.
    fn cancel_best(&mut self, count: usize) {
        let remaining = self.summary.count - count;
        let gone: i64 = self.orders()[remaining..].iter().map(|own| own.quantity).sum();
        self.summarize(remaining, self.summary.quantity - gone);
    }
}
