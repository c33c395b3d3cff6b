//! Where we stand in one market.

use super::SpreadWindow;
use crate::{Order, Resting, SelfTrade, SelfTradePrevention, Side, Standing};
use std::cmp::Reverse;

/// An order of ours that rests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnOrder {
    /// Our own name for it.
    pub id: String,
    /// Buy or sell.
    pub side: Side,
    /// Its limit.
    pub price: i64,
    /// What remains of it.
    pub quantity: i64,
    /// The route that it went.
    pub route: usize,
}

/// All that an engine keeps of one market beside its book.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Bought less sold.
    pub position: i64,
    /// The last price that others are held against.
    pub reference_price: Option<i64>,
    /// The last spreads.
    pub spreads: SpreadWindow,
    /// Our own orders, oldest first.
    pub orders: Vec<OwnOrder>,
}

impl Account {
    /// The account in short.
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing {
            position: self.position,
            resting: [self.resting(Side::Buy), self.resting(Side::Sell)],
            reference_price: self.reference_price,
        }
    }

    fn of_side(&self, side: Side) -> impl Iterator<Item = &OwnOrder> {
        self.orders.iter().filter(move |own| own.side == side)
    }

    fn resting(&self, side: Side) -> Resting {
        let ranks = || self.of_side(side).map(|own| side.rank(own.price));
        Resting {
            count: self.of_side(side).count(),
            quantity: self.of_side(side).map(|own| own.quantity).sum(),
            best_rank: ranks().max().unwrap_or(i64::MIN),
            worst_rank: ranks().min().unwrap_or(i64::MIN),
        }
    }

    /// Fills orders of `side`, best and oldest first, while `reached` holds for their price and
    /// something remains of `quantity`; answers how many fills there were, and of how much.
    pub fn fill(
        &mut self,
        side: Side,
        quantity: i64,
        reached: impl Fn(i64) -> bool,
    ) -> (usize, i64) {
        let (mut fills, mut filled) = (0, 0);
        while filled < quantity {
            let candidates = self.orders.iter_mut().filter(|own| own.side == side);
            let Some(own) = candidates.min_by_key(|own| Reverse(side.rank(own.price))) else {
                break;
            };
            if !reached(own.price) {
                break;
            }
            let part = own.quantity.min(quantity - filled);
            own.quantity -= part;
            filled += part;
            fills += 1;
            self.orders.retain(|own| own.quantity > 0);
        }
        (fills, filled)
    }

    /// Takes out the order of `side` that trades last.
    pub fn remove_worst(&mut self, side: Side) -> Option<OwnOrder> {
        let orders = self.orders.iter().enumerate().filter(|(_, own)| own.side == side);
        let worst = orders.max_by_key(|(_, own)| Reverse(side.rank(own.price)));
        let (index, _) = worst?;
        Some(self.orders.remove(index))
    }

    /// The ids of our own orders that `order` would trade with, in the order in which it would.
    #[must_use]
    pub fn crossed(&self, order: &Order) -> Vec<String> {
        let side = order.side.opposite();
        let crossed = self.of_side(side).filter(|own| order.crosses(own.price));
        // allocates: the orders are collected to sort them
        let mut crossed: Vec<&OwnOrder> = crossed.collect();
        crossed.sort_by_key(|own| Reverse(side.rank(own.price)));
        // allocates: every id is cloned
        crossed.into_iter().map(|own| own.id.clone()).collect()
    }

    /// Does to our own orders what `mode` says about `order` that would trade with some of them.
    pub fn prevent_self_trade(&mut self, order: &Order, mode: SelfTradePrevention) -> SelfTrade {
        let side = order.side.opposite();
        if !self.of_side(side).any(|own| order.crosses(own.price)) {
            return SelfTrade { crossed: 0, cancelled: 0, remaining: order.quantity };
        }
        let ids = self.crossed(order);
        let (cancelled, remaining) = match mode {
            SelfTradePrevention::CancelNew => (0, 0),
            SelfTradePrevention::CancelResting => (self.cancel(&ids), order.quantity),
            SelfTradePrevention::CancelBoth => (self.cancel(&ids), 0),
            SelfTradePrevention::DecrementBoth => self.decrement(&ids, order.quantity),
        };
        SelfTrade { crossed: ids.len(), cancelled, remaining }
    }

    fn cancel(&mut self, ids: &[String]) -> usize {
        let count = self.orders.len();
        self.orders.retain(|own| !ids.contains(&own.id));
        count - self.orders.len()
    }

    fn decrement(&mut self, ids: &[String], quantity: i64) -> (usize, i64) {
        let mut remaining = quantity;
        for id in ids {
            if let Some(own) = self.orders.iter_mut().find(|own| own.id == *id) {
                let part = own.quantity.min(remaining);
                own.quantity -= part;
                remaining -= part;
            }
        }
        let count = self.orders.len();
        self.orders.retain(|own| own.quantity > 0);
        (count - self.orders.len(), remaining)
    }
}
