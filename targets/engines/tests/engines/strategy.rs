//! What the strategy would like to do.

use latprobe_engines::Intent::{CancelWorst, Nothing};
use latprobe_engines::{
    Intent, Order, Print, Reason, Resting, SHARES, Settings, Side, Standing, Tick, Top, intend,
};

const TOP: Top = Top { bid_price: 10_000, bid_quantity: 90, ask_price: 10_010, ask_quantity: 50 };

const TICK: Tick = Tick { top: TOP, print: None, reference_price: None, halted: false };

fn intent(tick: &Tick, standing: &Standing) -> Intent {
    let config = r#"{"stale_bps": 10, "participation": 0.25, "max_position": 100,
        "min_momentum_quantity": 10, "min_order_quantity": 5, "max_resting": 2}"#;
    intend(tick, standing, &Settings::from_json(config, &SHARES).unwrap())
}

/// Orders of ours from a best price to a worst.
fn resting(side: Side, count: usize, best: i64, worst: i64) -> Resting {
    Resting { count, quantity: 1, best_rank: side.rank(best), worst_rank: side.rank(worst) }
}

fn standing(buys: Resting, sells: Resting) -> Standing {
    Standing { resting: [buys, sells], ..Standing::default() }
}

fn quote(side: Side, price: i64, quantity: i64) -> Intent {
    Intent::Send(Order { side, price, quantity, takes: false, reason: Reason::Quote })
}

fn print(quantity: i64, aggressor: Option<Side>) -> Tick {
    Tick { print: Print::new(10_010, quantity, aggressor), ..TICK }
}

#[test]
fn it_joins_the_heavier_side_with_a_part_of_what_is_shown() {
    assert_eq!(intent(&TICK, &Standing::default()), quote(Side::Buy, 10_000, 22));
    let heavy_ask = Tick { top: Top { ask_quantity: 91, ..TOP }, ..TICK };
    assert_eq!(intent(&heavy_ask, &Standing::default()), quote(Side::Sell, 10_010, 22));
}

#[test]
fn an_order_is_never_under_the_least_quantity() {
    let thin = Tick { top: Top { bid_quantity: 3, ask_quantity: 2, ..TOP }, ..TICK };
    assert_eq!(intent(&thin, &Standing::default()), quote(Side::Buy, 10_000, 5));
}

#[test]
fn a_large_position_is_brought_down_whatever_the_book_shows() {
    let long = Standing { position: 51, ..Standing::default() };
    assert_eq!(intent(&TICK, &long), quote(Side::Sell, 10_010, 12));
    let heavy_ask = Tick { top: Top { ask_quantity: 91, ..TOP }, ..TICK };
    let short = Standing { position: -51, ..Standing::default() };
    assert_eq!(intent(&heavy_ask, &short), quote(Side::Buy, 10_000, 22));
}

#[test]
fn it_does_not_quote_twice_at_a_price_or_behind_it() {
    for best in [10_000, 10_005] {
        let own = standing(resting(Side::Buy, 1, best, best), Resting::NONE);
        assert_eq!(intent(&TICK, &own), Nothing(Reason::AlreadyQuoted));
    }
    let behind = standing(resting(Side::Buy, 1, 9_999, 9_999), Resting::NONE);
    assert_eq!(intent(&TICK, &behind), quote(Side::Buy, 10_000, 22));
}

#[test]
fn when_there_are_enough_orders_the_worst_gives_its_place() {
    let own = standing(resting(Side::Buy, 2, 9_999, 9_998), Resting::NONE);
    assert_eq!(intent(&TICK, &own), CancelWorst(Side::Buy, Reason::Crowded));
}

#[test]
fn an_order_over_ten_basis_points_behind_is_stale_and_at_ten_it_is_not() {
    let buys = |worst| standing(resting(Side::Buy, 1, worst, worst), Resting::NONE);
    assert_eq!(intent(&TICK, &buys(9_990)), quote(Side::Buy, 10_000, 22));
    assert_eq!(intent(&TICK, &buys(9_989)), CancelWorst(Side::Buy, Reason::Stale));
    let sells = |worst| standing(Resting::NONE, resting(Side::Sell, 1, worst, worst));
    assert_eq!(intent(&TICK, &sells(10_020)), quote(Side::Buy, 10_000, 22));
    assert_eq!(intent(&TICK, &sells(10_021)), CancelWorst(Side::Sell, Reason::Stale));
}

#[test]
fn it_follows_those_who_take_enough() {
    let take = |side, price, quantity| {
        Intent::Send(Order { side, price, quantity, takes: true, reason: Reason::Momentum })
    };
    let none = Standing::default();
    assert_eq!(intent(&print(10, Some(Side::Buy)), &none), take(Side::Buy, 10_010, 12));
    assert_eq!(intent(&print(10, Some(Side::Sell)), &none), take(Side::Sell, 10_000, 22));
    assert_eq!(intent(&print(9, Some(Side::Buy)), &none), quote(Side::Buy, 10_000, 22));
    assert_eq!(intent(&print(10, None), &none), quote(Side::Buy, 10_000, 22));
}

#[test]
fn out_of_a_halted_market_it_goes_one_order_at_a_time() {
    let halted = Tick { halted: true, ..TICK };
    let one = |side| resting(side, 1, 10_005, 10_005);
    let both = standing(one(Side::Buy), one(Side::Sell));
    assert_eq!(intent(&halted, &both), CancelWorst(Side::Buy, Reason::Halted));
    let sells = standing(Resting::NONE, one(Side::Sell));
    assert_eq!(intent(&halted, &sells), CancelWorst(Side::Sell, Reason::Halted));
    assert_eq!(intent(&halted, &Standing::default()), Nothing(Reason::Halted));
}

#[test]
fn without_two_sides_that_do_not_cross_there_is_nothing_to_do() {
    for top in [
        Top { bid_quantity: 0, ..TOP },
        Top { ask_quantity: 0, ..TOP },
        Top { ask_price: 10_000, ..TOP },
        Top { bid_price: 0, ..TOP },
        Top { bid_price: -5, ..TOP },
    ] {
        let tick = Tick { top, ..TICK };
        assert_eq!(intent(&tick, &Standing::default()), Nothing(Reason::NoMarket), "{top:?}");
    }
}

#[test]
fn what_says_that_nothing_was_traded_is_no_trade() {
    assert_eq!(Print::new(0, 0, Some(Side::Buy)), None);
    assert_eq!(Print::new(1, 0, None), None);
    assert_eq!(Print::new(-1, 1, None), None);
}
