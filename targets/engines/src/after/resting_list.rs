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
pub struct RestingList {
    side: Side,
    count: usize,
    quantity: i64,
    orders: [OwnOrder; Settings::MOST_RESTING],
}

impl RestingList {
    /// A list without orders.
    #[must_use]
    pub fn new(side: Side) -> Self {
        Self { side, count: 0, quantity: 0, orders: Default::default() }
    }

    /// The orders; the one that trades first is the last.
    #[inline]
    #[must_use]
    pub fn orders(&self) -> &[OwnOrder] {
        &self.orders[..self.count]
    }

    /// The list in short.
    #[inline(always)]
    #[must_use]
    pub fn summary(&self) -> Resting {
        let (worst_price, best_price) = match self.orders() {
            [] => (0, 0),
            [only] => (only.price, only.price),
            [first, .., last] => (first.price, last.price),
        };
        Resting { count: self.count, quantity: self.quantity, best_price, worst_price }
    }

    /// Adds an order; the strategy sees to it that there is room.
    #[inline(always)]
    pub fn insert(&mut self, order: OwnOrder) {
        let rank = self.side.rank(order.price);
        let mut index = self.count;
        while index > 0 && self.side.rank(self.orders[index - 1].price) >= rank {
            self.orders[index] = self.orders[index - 1];
            index -= 1;
        }
        self.orders[index] = order;
        self.count += 1;
        self.quantity += order.quantity;
    }

    /// Takes out the order that trades last.
    #[inline]
    pub fn remove_worst(&mut self) -> Option<OwnOrder> {
        let order = *self.orders().first()?;
        self.orders.copy_within(1..self.count, 0);
        self.count -= 1;
        self.quantity -= order.quantity;
        Some(order)
    }

    /// Fills orders, first to trade first, while `reached` holds for their price and something
    /// remains of `quantity`; answers how many fills there were, and of how much.
    #[inline(always)]
    pub fn fill(&mut self, quantity: i64, reached: impl Fn(i64) -> bool) -> (usize, i64) {
        let (mut fills, mut filled) = (0, 0);
        while let Some(own) = self.orders[..self.count].last_mut() {
            if filled >= quantity || !reached(own.price) {
                break;
            }
            let part = own.quantity.min(quantity - filled);
            own.quantity -= part;
            filled += part;
            fills += 1;
            self.count -= usize::from(own.quantity == 0);
        }
        self.quantity -= filled;
        (fills, filled)
    }

    /// Does to these orders what `mode` says about `order`, of the other side, that would trade
    /// with some of them.
    #[inline(always)]
    pub fn prevent_self_trade(&mut self, order: &Order, mode: SelfTradePrevention) -> SelfTrade {
        let crosses = |own: &&OwnOrder| order.crosses(own.price);
        let crossed = self.orders().iter().rev().take_while(crosses).count();
        if crossed == 0 {
            return SelfTrade { crossed, cancelled: 0, remaining: order.quantity };
        }
        let (cancelled, remaining) = match mode {
            SelfTradePrevention::CancelNew => (0, 0),
            SelfTradePrevention::CancelResting => (self.cancel_best(crossed), order.quantity),
            SelfTradePrevention::CancelBoth => (self.cancel_best(crossed), 0),
            SelfTradePrevention::DecrementBoth => {
                let count = self.count;
                let (_, taken) = self.fill(order.quantity, |price| order.crosses(price));
                (count - self.count, order.quantity - taken)
            }
        };
        SelfTrade { crossed, cancelled, remaining }
    }

    /// Takes out the `count` orders that trade first.
    #[inline]
    fn cancel_best(&mut self, count: usize) -> usize {
        for own in &self.orders[self.count - count..self.count] {
            self.quantity -= own.quantity;
        }
        self.count -= count;
        count
    }
}
