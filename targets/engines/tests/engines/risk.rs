//! Each limit, and the market-maker detector.

use latprobe_engines::{
    MarketMaker, Order, Reason, Resting, RiskOutcome, SHARES, Settings, Side, SpreadMean, Standing,
    Top, after, before, check, is_apart, spread,
};
use proptest::prelude::*;

const TOP: Top =
    Top { bid_price: 999_900, bid_quantity: 10, ask_price: 1_000_100, ask_quantity: 10 };

/// Limits of 100 a order, 20,000 dollars, 1 % around 100 dollars, and a position of 250.
fn settings() -> Settings {
    let config = r#"{"max_order_quantity": 100, "max_notional": 8000, "price_band_bps": 100,
        "max_position": 250, "spread_window": 4, "spread_blowout": 3}"#;
    Settings::from_json(config, &SHARES).unwrap()
}

fn order(side: Side, price: i64, quantity: i64) -> Order {
    Order { side, price, quantity, takes: false, reason: Reason::Quote }
}

fn standing(position: i64, at_work: i64) -> Standing {
    let resting = Resting { count: 1, quantity: at_work, ..Resting::NONE };
    Standing { position, resting: [resting; 2], reference_price: Some(1_000_000) }
}

fn outcome(order: &Order, standing: &Standing, market_maker: MarketMaker) -> RiskOutcome {
    check(order, &TOP, standing, market_maker, &settings())
}

fn on_its_own(order: &Order) -> RiskOutcome {
    outcome(order, &standing(0, 0), MarketMaker::Present)
}

#[test]
fn an_order_within_every_limit_is_accepted() {
    assert_eq!(on_its_own(&order(Side::Buy, 1_000_000, 80)), RiskOutcome::Accepted);
}

#[test]
fn an_order_may_be_as_large_as_the_limit_and_no_larger() {
    assert_eq!(on_its_own(&order(Side::Buy, 800_000, 101)), RiskOutcome::OrderSize);
    assert_eq!(on_its_own(&order(Side::Buy, 800_000, 100)), RiskOutcome::PriceBand);
}

#[test]
fn price_times_quantity_may_reach_the_limit_and_no_more() {
    assert_eq!(on_its_own(&order(Side::Buy, 1_000_000, 80)), RiskOutcome::Accepted);
    assert_eq!(on_its_own(&order(Side::Buy, 1_000_001, 80)), RiskOutcome::Notional);
    assert_eq!(on_its_own(&order(Side::Sell, 1_000_000, 81)), RiskOutcome::Notional);
}

#[test]
fn a_price_may_be_as_far_from_the_reference_as_the_band_is_wide() {
    for (price, expected) in [
        (1_010_000, RiskOutcome::Accepted),
        (1_010_001, RiskOutcome::PriceBand),
        (990_000, RiskOutcome::Accepted),
        (989_999, RiskOutcome::PriceBand),
    ] {
        assert_eq!(on_its_own(&order(Side::Buy, price, 1)), expected, "{price}");
    }
}

#[test]
fn without_a_trade_yet_the_band_is_around_the_middle_of_the_market() {
    let unknown = Standing { reference_price: None, ..standing(0, 0) };
    for (price, expected) in
        [(1_010_000, RiskOutcome::Accepted), (1_010_001, RiskOutcome::PriceBand)]
    {
        let order = order(Side::Sell, price, 1);
        assert_eq!(outcome(&order, &unknown, MarketMaker::Unknown), expected);
    }
}

#[test]
fn the_position_counts_what_rests_on_the_side_of_the_order() {
    let buy = order(Side::Buy, 1_000_000, 50);
    let sell = order(Side::Sell, 1_000_000, 50);
    let present = MarketMaker::Present;
    assert_eq!(outcome(&buy, &standing(180, 20), present), RiskOutcome::Accepted);
    assert_eq!(outcome(&buy, &standing(181, 20), present), RiskOutcome::Position);
    assert_eq!(outcome(&buy, &standing(180, 21), present), RiskOutcome::Position);
    assert_eq!(outcome(&sell, &standing(250, 250), present), RiskOutcome::Accepted);
    assert_eq!(outcome(&sell, &standing(-201, 0), present), RiskOutcome::Position);
}

#[test]
fn nothing_is_sent_where_the_market_makers_have_gone() {
    let order = order(Side::Buy, 1_000_000, 1);
    for (market_maker, expected) in [
        (MarketMaker::Unknown, RiskOutcome::Accepted),
        (MarketMaker::Present, RiskOutcome::Accepted),
        (MarketMaker::Gone, RiskOutcome::NoMarketMaker),
    ] {
        assert_eq!(outcome(&order, &standing(0, 0), market_maker), expected);
    }
}

#[test]
fn of_several_broken_limits_the_first_is_told() {
    let all = order(Side::Buy, 5_000_000, 1_000);
    assert_eq!(outcome(&all, &standing(0, 0), MarketMaker::Gone), RiskOutcome::OrderSize);
    let but_size = order(Side::Buy, 5_000_000, 100);
    assert_eq!(outcome(&but_size, &standing(250, 0), MarketMaker::Gone), RiskOutcome::Notional);
    let but_notional = order(Side::Buy, 500_000, 100);
    assert_eq!(
        outcome(&but_notional, &standing(250, 0), MarketMaker::Gone),
        RiskOutcome::PriceBand
    );
    let but_price = order(Side::Buy, 1_000_000, 10);
    assert_eq!(outcome(&but_price, &standing(250, 0), MarketMaker::Gone), RiskOutcome::Position);
}

#[test]
fn numbers_at_the_ends_of_their_type_are_no_overflow() {
    let top = Top { bid_price: 1, bid_quantity: 1, ask_price: i64::MAX, ask_quantity: i64::MAX };
    let largest = order(Side::Sell, i64::MAX, i64::MAX);
    for reference_price in [None, Some(i64::MIN), Some(i64::MAX)] {
        let standing = Standing { reference_price, ..standing(-250, 0) };
        let outcome = check(&largest, &top, &standing, MarketMaker::Present, &settings());
        assert_eq!(outcome, RiskOutcome::OrderSize);
    }
    assert!(is_apart(i64::MAX, i64::MIN, i64::MAX));
}

/// The means that both windows tell of, which are the same.
fn means(spreads: &[i64], length: usize) -> Vec<SpreadMean> {
    let mut plain = before::SpreadWindow::default();
    let mut quick = after::SpreadWindow::default();
    let mut ring = vec![-1; length];
    let push = |&spread: &i64| {
        plain.push(spread, length);
        let mean = plain.mean();
        quick.push(&mut ring, spread);
        assert_eq!(quick.mean(), mean);
        mean
    };
    spreads.iter().map(push).collect()
}

#[test]
fn a_window_forgets_the_oldest_spread_when_it_is_full() {
    let mean = |total, count| SpreadMean { total, count };
    let expected = [mean(2, 1), mean(6, 2), mean(15, 3), mean(14, 3), mean(20, 3)];
    assert_eq!(means(&[2, 4, 9, 1, 10], 3), expected);
}

#[test]
fn a_window_of_one_holds_the_last_spread() {
    assert_eq!(means(&[2, 4], 1)[1], SpreadMean { total: 4, count: 1 });
}

#[test]
fn market_makers_have_gone_when_the_spread_is_over_so_many_times_its_mean() {
    let market = |ask_price| Top { bid_price: 100, bid_quantity: 1, ask_price, ask_quantity: 1 };
    let mean = SpreadMean { total: 40, count: 4 };
    let settings = settings();
    assert_eq!(MarketMaker::detect(&market(130), mean, &settings), MarketMaker::Present);
    assert_eq!(MarketMaker::detect(&market(131), mean, &settings), MarketMaker::Gone);
}

#[test]
fn until_the_window_is_full_nothing_is_said_of_market_makers() {
    let wide = Top { bid_price: 1, bid_quantity: 1, ask_price: 9_999, ask_quantity: 1 };
    let mean = SpreadMean { total: 3, count: 3 };
    assert_eq!(MarketMaker::detect(&wide, mean, &settings()), MarketMaker::Unknown);
}

#[test]
fn a_spread_wider_than_any_still_sums_up() {
    let widest = Top { bid_price: 1, bid_quantity: 1, ask_price: i64::MAX, ask_quantity: 1 };
    let spreads = vec![spread(&widest); 5_000];
    let last = means(&spreads, 4_096)[4_999];
    assert_eq!(last, SpreadMean { total: 4_096 << 50, count: 4_096 });
}

proptest! {
    #[test]
    fn both_windows_agree(
        spreads in prop::collection::vec(1_i64..1_000_000, 0..200),
        length in 1_usize..40,
    ) {
        means(&spreads, length);
    }
}
