//! Our own orders of one side of one market.

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

/// Up to [`Settings::MOST_RESTING`] orders in place, in the order in which they trade: the best
/// price first, and of one price the oldest. Those that an order would trade with are then the
/// first few.
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

    /// The orders, in the order in which they trade.
    #[inline]
    #[must_use]
    pub fn orders(&self) -> &[OwnOrder] {
        &self.orders[..self.count]
    }

    /// The list in short.
    #[inline]
    #[must_use]
    pub fn summary(&self) -> Resting {
        let (best, worst) = match self.orders() {
            [] => (0, 0),
            [only] => (only.price, only.price),
            [first, .., last] => (first.price, last.price),
        };
        let (count, quantity) = (self.count, self.quantity);
        Resting { count, quantity, best_price: best, worst_price: worst }
    }

    /// Adds an order behind all that trade before it; the strategy sees to it that there is room.
    #[inline]
    pub fn insert(&mut self, order: OwnOrder) {
        let rank = self.side.rank(order.price);
        let before = self.orders().iter().filter(|own| self.side.rank(own.price) >= rank);
        let index = before.count();
        self.orders.copy_within(index..self.count, index + 1);
        self.orders[index] = order;
        self.count += 1;
        self.quantity += order.quantity;
    }

    /// Takes out the order that trades last.
    #[inline]
    pub fn remove_worst(&mut self) -> Option<OwnOrder> {
        let order = *self.orders().last()?;
        self.count -= 1;
        self.quantity -= order.quantity;
        Some(order)
    }

    /// Fills orders, first to last, while `reached` holds for their price and something remains of
    /// `quantity`; answers how many fills there were, and of how much.
    #[inline]
    pub fn fill(&mut self, quantity: i64, reached: impl Fn(i64) -> bool) -> (usize, i64) {
        let (mut fills, mut gone, mut filled) = (0, 0, 0);
        for own in &mut self.orders[..self.count] {
            if filled >= quantity || !reached(own.price) {
                break;
            }
            let part = own.quantity.min(quantity - filled);
            own.quantity -= part;
            filled += part;
            fills += 1;
            gone += usize::from(own.quantity == 0);
        }
        self.quantity -= filled;
        self.drop_first(gone);
        (fills, filled)
    }

    /// Does to these orders what `mode` says about `order`, of the other side, that would trade
    /// with some of them.
    #[inline]
    pub fn prevent_self_trade(&mut self, order: &Order, mode: SelfTradePrevention) -> SelfTrade {
        let crossed = self.orders().iter().take_while(|own| order.crosses(own.price)).count();
        if crossed == 0 {
            return SelfTrade { crossed, cancelled: 0, remaining: order.quantity };
        }
        let (cancelled, remaining) = match mode {
            SelfTradePrevention::CancelNew => (0, 0),
            SelfTradePrevention::CancelResting => (self.cancel_first(crossed), order.quantity),
            SelfTradePrevention::CancelBoth => (self.cancel_first(crossed), 0),
            SelfTradePrevention::DecrementBoth => {
                let count = self.count;
                let (_, taken) = self.fill(order.quantity, |price| order.crosses(price));
                (count - self.count, order.quantity - taken)
            }
        };
        SelfTrade { crossed, cancelled, remaining }
    }

    #[inline]
    fn cancel_first(&mut self, count: usize) -> usize {
        self.quantity -= self.orders[..count].iter().map(|own| own.quantity).sum::<i64>();
        self.drop_first(count);
        count
    }

    #[inline]
    fn drop_first(&mut self, count: usize) {
        if count > 0 {
            self.orders.copy_within(count..self.count, 0);
            self.count -= count;
        }
    }
}
