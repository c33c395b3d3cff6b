//! Each mode of self-trade prevention, on both engines' own orders.

use latprobe_engines::SelfTradePrevention::{CancelBoth, CancelNew, CancelResting, DecrementBoth};
use latprobe_engines::{
    Order, Reason, Resting, SelfTrade, SelfTradePrevention, Side, after, before,
};
use proptest::prelude::*;

/// Offers of ours by price and quantity, oldest first, kept both ways.
struct Offers {
    plain: before::Account,
    quick: after::RestingList,
}

impl Offers {
    fn new(offers: &[(i64, i64)]) -> Self {
        let mut plain = before::Account::default();
        let mut quick = after::RestingList::new(Side::Sell);
        for (index, &(price, quantity)) in offers.iter().enumerate() {
            let id = index.to_string();
            let own = before::OwnOrder { id, side: Side::Sell, price, quantity, route: index };
            plain.orders.push(own);
            quick.insert(after::OwnOrder { price, quantity, route: index });
        }
        Self { plain, quick }
    }

    /// What prevention does about a purchase, the same both ways.
    fn buy(&mut self, price: i64, quantity: i64, mode: SelfTradePrevention) -> SelfTrade {
        let reason = Reason::Momentum;
        let order = Order { side: Side::Buy, price, quantity, takes: true, reason };
        let outcome = self.plain.prevent_self_trade(&order, mode);
        assert_eq!(self.quick.prevent_self_trade(&order, mode), outcome);
        self.quick.give_way(&order, mode);
        self.resting();
        outcome
    }

    /// The offers that remain, best and oldest first, the same both ways.
    fn resting(&self) -> Vec<(i64, i64)> {
        assert_eq!(*self.quick.summary(), self.plain.standing().resting[Side::Sell as usize]);
        let quick: Vec<_> =
            self.quick.orders().iter().rev().map(|own| (own.price, own.quantity)).collect();
        let mut plain: Vec<_> =
            self.plain.orders.iter().map(|own| (own.price, own.quantity)).collect();
        plain.sort_by_key(|&(price, _)| price);
        assert_eq!(quick, plain);
        quick
    }
}

const OFFERS: &[(i64, i64)] = &[(103, 5), (101, 2), (102, 4), (101, 3)];

const fn outcome(crossed: usize, cancelled: usize, remaining: i64) -> SelfTrade {
    SelfTrade { crossed, cancelled, remaining }
}

#[test]
fn an_order_that_meets_none_of_ours_goes_as_it_is_in_every_mode() {
    for mode in [CancelNew, CancelResting, CancelBoth, DecrementBoth] {
        let mut offers = Offers::new(OFFERS);
        assert_eq!(offers.buy(100, 9, mode), outcome(0, 0, 9));
        assert_eq!(offers.resting().len(), 4);
    }
}

#[test]
fn cancel_new_sends_nothing_and_leaves_what_rests() {
    let mut offers = Offers::new(OFFERS);
    assert_eq!(offers.buy(102, 9, CancelNew), outcome(3, 0, 0));
    assert_eq!(offers.resting(), [(101, 2), (101, 3), (102, 4), (103, 5)]);
}

#[test]
fn cancel_resting_sends_all_and_cancels_what_it_would_meet() {
    let mut offers = Offers::new(OFFERS);
    assert_eq!(offers.buy(102, 1, CancelResting), outcome(3, 3, 1));
    assert_eq!(offers.resting(), [(103, 5)]);
}

#[test]
fn cancel_both_sends_nothing_and_cancels_what_it_would_meet() {
    let mut offers = Offers::new(OFFERS);
    assert_eq!(offers.buy(101, 1, CancelBoth), outcome(2, 2, 0));
    assert_eq!(offers.resting(), [(102, 4), (103, 5)]);
}

#[test]
fn decrement_both_takes_the_best_and_oldest_first() {
    let mut offers = Offers::new(OFFERS);
    assert_eq!(offers.buy(103, 4, DecrementBoth), outcome(4, 1, 0));
    assert_eq!(offers.resting(), [(101, 1), (102, 4), (103, 5)]);
}

#[test]
fn decrement_both_sends_what_remains_of_the_new_order() {
    let mut offers = Offers::new(OFFERS);
    assert_eq!(offers.buy(101, 9, DecrementBoth), outcome(2, 2, 4));
    assert_eq!(offers.resting(), [(102, 4), (103, 5)]);
}

#[test]
fn of_equal_quantities_nothing_remains_on_either_side() {
    let mut offers = Offers::new(&[(101, 5)]);
    assert_eq!(offers.buy(101, 5, DecrementBoth), outcome(1, 1, 0));
    assert_eq!(*offers.quick.summary(), Resting::NONE);
}

#[test]
fn the_order_that_trades_last_is_the_farthest_and_the_youngest() {
    let mut offers = Offers::new(&[(103, 5), (101, 2), (103, 6)]);
    let worst = *offers.quick.worst().unwrap();
    offers.quick.remove_worst();
    let plain = offers.plain.remove_worst(Side::Sell).unwrap();
    assert_eq!((worst.price, worst.quantity, worst.route), (103, 6, 2));
    assert_eq!((plain.price, plain.quantity, plain.route), (103, 6, 2));
    assert_eq!(offers.resting(), [(101, 2), (103, 5)]);
}

#[test]
fn a_trade_fills_the_best_and_oldest_first_and_leaves_a_part() {
    let mut offers = Offers::new(OFFERS);
    let reached = |price| price <= 102;
    assert_eq!(offers.quick.fill(4, reached), (2, 4));
    assert_eq!(offers.plain.fill(Side::Sell, 4, reached), (2, 4));
    assert_eq!(offers.resting(), [(101, 1), (102, 4), (103, 5)]);
}

proptest! {
    #[test]
    fn both_engines_prevent_the_same(
        offers in prop::collection::vec((95_i64..105, 1_i64..20), 0..=8),
        price in 93_i64..107,
        quantity in 1_i64..60,
        mode in prop::sample::select(vec![CancelNew, CancelResting, CancelBoth, DecrementBoth]),
    ) {
        let mut offers = Offers::new(&offers);
        let before: i64 = offers.resting().iter().map(|&(_, quantity)| quantity).sum();
        let outcome = offers.buy(price, quantity, mode);
        let resting = offers.resting();
        let after: i64 = resting.iter().map(|&(_, quantity)| quantity).sum();
        if mode == DecrementBoth {
            prop_assert_eq!(before - after, quantity - outcome.remaining);
        }
        if mode != CancelNew && outcome.remaining > 0 {
            prop_assert!(resting.iter().all(|&(own, _)| own > price));
        }
    }
}
