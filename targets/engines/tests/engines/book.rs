//! Both books of price levels do what a book does, and the same.

use latprobe_engines::{Side, Top, after, before};
use proptest::prelude::*;

/// What the tests ask of a book.
trait Book {
    fn set(&mut self, side: Side, price: i64, quantity: i64);
    fn change(&mut self, side: Side, price: i64, change: i64);
    fn set_top(&mut self, top: &Top);
    fn top(&self) -> Top;
    fn level_count(&self) -> usize;
}

/// A book with a pool that is too small from the start.
struct Pooled {
    book: after::Book,
    pool: after::LevelPool,
}

impl Default for Pooled {
    fn default() -> Self {
        Self { book: after::Book::default(), pool: after::LevelPool::new(20) }
    }
}

impl Book for Pooled {
    fn set(&mut self, side: Side, price: i64, quantity: i64) {
        self.book.set(&mut self.pool, side, price, quantity);
    }
    fn change(&mut self, side: Side, price: i64, change: i64) {
        self.book.change(&mut self.pool, side, price, change);
    }
    fn set_top(&mut self, top: &Top) {
        self.book.set_top(&mut self.pool, top);
    }
    fn top(&self) -> Top {
        self.book.top(&self.pool)
    }
    fn level_count(&self) -> usize {
        self.book.level_count()
    }
}

impl Book for before::Book {
    fn set(&mut self, side: Side, price: i64, quantity: i64) {
        self.set(side, price, quantity);
    }
    fn change(&mut self, side: Side, price: i64, change: i64) {
        self.change(side, price, change);
    }
    fn set_top(&mut self, top: &Top) {
        self.set_top(top);
    }
    fn top(&self) -> Top {
        self.top()
    }
    fn level_count(&self) -> usize {
        self.level_count()
    }
}

fn with_both(test: impl Fn(&mut dyn Book)) {
    test(&mut Pooled::default());
    test(&mut before::Book::default());
}

const fn top(bid_price: i64, bid_quantity: i64, ask_price: i64, ask_quantity: i64) -> Top {
    Top { bid_price, bid_quantity, ask_price, ask_quantity }
}

#[test]
fn an_empty_book_has_no_top() {
    with_both(|book| {
        assert_eq!(book.top(), Top::default());
        assert!(!book.top().is_market());
    });
}

#[test]
fn the_best_bid_is_the_highest_and_the_best_ask_the_lowest() {
    with_both(|book| {
        for (price, quantity) in [(99, 1), (97, 2), (98, 3)] {
            book.set(Side::Buy, price, quantity);
            book.set(Side::Sell, price + 4, quantity);
        }
        assert_eq!(book.top(), top(99, 1, 101, 2));
        assert_eq!(book.level_count(), 6);
        assert!(book.top().is_market());
    });
}

#[test]
fn a_level_of_quantity_zero_goes_away_and_an_unknown_one_is_no_matter() {
    with_both(|book| {
        book.set(Side::Buy, 99, 1);
        book.set(Side::Buy, 98, 2);
        book.set(Side::Buy, 99, 0);
        book.set(Side::Buy, 42, 0);
        book.change(Side::Sell, 42, -7);
        assert_eq!(book.top(), top(98, 2, 0, 0));
        assert_eq!(book.level_count(), 1);
    });
}

#[test]
fn orders_at_one_price_add_up_until_the_last_is_gone() {
    with_both(|book| {
        book.change(Side::Sell, 101, 5);
        book.change(Side::Sell, 101, 7);
        assert_eq!(book.top().ask_quantity, 12);
        book.change(Side::Sell, 101, -5);
        assert_eq!(book.top().ask_quantity, 7);
        book.change(Side::Sell, 101, -7);
        assert_eq!(book.level_count(), 0);
    });
}

#[test]
fn sides_that_cross_are_kept_and_are_no_market() {
    with_both(|book| {
        book.set(Side::Buy, 102, 1);
        book.set(Side::Sell, 101, 1);
        assert_eq!(book.top(), top(102, 1, 101, 1));
        assert!(!book.top().is_market());
    });
}

#[test]
fn a_ticker_cuts_off_what_is_better_than_it() {
    with_both(|book| {
        for price in 90..100 {
            book.set(Side::Buy, price, 1);
            book.set(Side::Sell, 200 - price, 1);
        }
        book.set_top(&top(95, 8, 106, 9));
        assert_eq!(book.top(), top(95, 8, 106, 9));
        assert_eq!(book.level_count(), 6 + 5);
    });
}

#[test]
fn a_ticker_that_shows_nothing_of_a_side_empties_it() {
    with_both(|book| {
        book.set(Side::Buy, 99, 1);
        book.set(Side::Sell, 101, 1);
        book.set_top(&top(99, 2, 0, 0));
        assert_eq!(book.top(), top(99, 2, 0, 0));
        assert_eq!(book.level_count(), 1);
    });
}

#[test]
fn prices_at_the_ends_of_their_type_keep_their_order() {
    with_both(|book| {
        for side in [Side::Buy, Side::Sell] {
            for price in [i64::MIN, 0, i64::MAX] {
                book.set(side, price, 1);
            }
        }
        assert_eq!(book.top(), top(i64::MAX, 1, i64::MIN, 1));
        assert_eq!(book.level_count(), 6);
    });
}

#[test]
fn a_pool_hands_out_again_what_came_back_and_grows_when_it_must() {
    let mut pooled = Pooled::default();
    for price in 0..1_000 {
        pooled.set(Side::Buy, price, 1);
        pooled.set(Side::Sell, price, 1);
    }
    assert_eq!(pooled.level_count(), 2_000);
    assert!(pooled.pool.growths() > 0);
    let growths = pooled.pool.growths();
    // Each side moved out of smaller blocks, which are enough for twenty small books.
    let mut small = [after::Book::default(); 20];
    for book in &mut small {
        book.set(&mut pooled.pool, Side::Buy, 7, 7);
    }
    assert_eq!(pooled.pool.growths(), growths);
    assert!(small.iter().all(|book| book.top(&pooled.pool).bid_quantity == 7));
    assert_eq!(pooled.top(), top(999, 1, 0, 1));
}

#[derive(Clone, Debug)]
enum Step {
    Set(Side, i64, i64),
    Change(Side, i64, i64),
    Top(Top),
}

fn step() -> impl Strategy<Value = Step> {
    let side = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let near = -40_i64..40;
    let quantity = -3_i64..9;
    prop_oneof![
        4 => (side.clone(), near.clone(), quantity.clone()).prop_map(|(s, p, q)| Step::Set(s, p, q)),
        4 => (side, near.clone(), quantity.clone()).prop_map(|(s, p, q)| Step::Change(s, p, q)),
        1 => (near.clone(), quantity.clone(), near, quantity)
            .prop_map(|(b, bq, a, aq)| Step::Top(top(b, bq, a, aq))),
    ]
}

proptest! {
    #[test]
    fn both_books_agree_after_any_steps(steps in prop::collection::vec(step(), 0..400)) {
        let mut pooled = Pooled::default();
        let mut plain = before::Book::default();
        for step in steps {
            for book in [&mut pooled as &mut dyn Book, &mut plain] {
                match &step {
                    Step::Set(side, price, quantity) => book.set(*side, *price, *quantity),
                    Step::Change(side, price, change) => book.change(*side, *price, *change),
                    Step::Top(top) => book.set_top(top),
                }
            }
            prop_assert_eq!(pooled.top(), Book::top(&plain));
            prop_assert_eq!(pooled.level_count(), Book::level_count(&plain));
        }
    }
}
