//! Short days on a market, message by message, on both engines.

use crate::itch_wire as wire;
use latprobe_engines::{itch50, json};
use latprobe_sdk::{Rehearsal, Target};

/// Both engines of a feed, side by side.
struct Day<Before, After> {
    before: Rehearsal<Before>,
    after: Rehearsal<After>,
}

type ItchDay = Day<itch50::Before, itch50::After>;
type JsonDay = Day<json::Before, json::After>;

impl<Before: Target, After: Target> Day<Before, After> {
    fn new(config: &str) -> Self {
        Self { before: Rehearsal::new(config).unwrap(), after: Rehearsal::new(config).unwrap() }
    }

    /// Hands over a message that both understand; answers the last stage that it came to.
    fn comes_to(&mut self, message: impl AsRef<[u8]>) -> &'static str {
        self.before.message(message.as_ref()).unwrap();
        self.after.message(message.as_ref()).unwrap();
        assert_eq!(self.after.digests(), self.before.digests());
        assert_eq!(self.after.marked(), self.before.marked());
        self.after.marked().last().unwrap()
    }

    fn metric(&self, name: &str) -> f64 {
        let value = named(&self.after.metrics(), name);
        assert_eq!(value, named(&self.before.metrics(), name), "{name}");
        value
    }
}

fn named(metrics: &[(&str, f64)], name: &str) -> f64 {
    metrics.iter().find(|(other, _)| *other == name).unwrap().1
}

/// A market from 1.00 to 1.01 dollars, on which we bid.
fn opened(config: &str) -> ItchDay {
    let mut day = ItchDay::new(config);
    assert_eq!(day.comes_to(wire::bid(1, 500, 10_000)), "risk");
    assert_eq!(day.comes_to(wire::offer(2, 400, 10_100)), "decide");
    assert_eq!((day.metric("orders_sent"), day.metric("resting_orders")), (1.0, 1.0));
    day
}

#[test]
fn a_message_without_a_market_goes_no_further_than_it_must() {
    let mut day = ItchDay::new("{}");
    assert_eq!(day.comes_to(wire::system_event()), "parse");
    assert_eq!(day.comes_to(wire::delete(1)), "book");
    assert_eq!(day.comes_to(wire::bid(1, 500, 10_000)), "risk");
    assert_eq!(day.metric("unmatched_messages"), 1.0);
}

#[test]
fn a_trade_at_our_price_fills_us_and_we_follow_it() {
    let mut day = opened("{}");
    assert_eq!(day.comes_to(wire::execute(1, 60)), "decide");
    // Fifty that rested, and forty that followed the seller at the same price.
    assert_eq!(day.metric("fills"), 2.0);
    assert_eq!(day.metric("resting_orders"), 0.0);
}

#[test]
fn the_book_follows_every_message_about_an_order() {
    let mut day = opened("{}");
    let shape = |day: &ItchDay| (day.metric("orders"), day.metric("levels"));
    day.comes_to(wire::bid(3, 10, 9_900));
    assert_eq!(shape(&day), (3.0, 3.0));
    day.comes_to(wire::replace(3, 4, 20, 9_800));
    day.comes_to(wire::cancel(4, 5));
    assert_eq!(shape(&day), (3.0, 3.0));
    day.comes_to(wire::execute_at(4, 15, 9_700));
    assert_eq!(shape(&day), (2.0, 2.0));
    day.comes_to(wire::delete(1));
    assert_eq!(shape(&day), (1.0, 1.0));
    assert_eq!(day.metric("unmatched_messages"), 0.0);
}

#[test]
fn what_does_not_fit_is_counted_and_changes_nothing() {
    let mut day = opened("{}");
    for message in [
        wire::bid(1, 500, 10_000),
        wire::bid(9, 0, 10_000),
        wire::delete(9),
        wire::execute(9, 1),
        wire::cancel(9, 1),
        wire::replace(9, 10, 1, 1),
    ] {
        assert_eq!(day.comes_to(message), "book");
    }
    assert_eq!(day.metric("unmatched_messages"), 6.0);
    assert_eq!((day.metric("orders"), day.metric("levels")), (2.0, 2.0));
}

#[test]
fn a_halt_takes_our_orders_out_and_trading_brings_them_back() {
    for (halt, resume) in [
        (wire::trading_action(b'H'), wire::trading_action(b'T')),
        (wire::operational_halt(b'Q', b'H'), wire::operational_halt(b'Q', b'T')),
    ] {
        let mut day = opened("{}");
        assert_eq!(day.comes_to(&halt), "decide");
        assert_eq!((day.metric("orders_cancelled"), day.metric("resting_orders")), (1.0, 0.0));
        assert_eq!(day.comes_to(wire::bid(3, 10, 9_900)), "risk");
        assert_eq!(day.comes_to(resume), "decide");
        assert_eq!(day.metric("resting_orders"), 1.0);
    }
}

#[test]
fn a_halt_of_another_market_is_none_of_ours() {
    let mut day = opened("{}");
    assert_eq!(day.comes_to(wire::operational_halt(b'B', b'H')), "book");
    assert_eq!(day.metric("resting_orders"), 1.0);
}

#[test]
fn without_an_active_route_an_order_ends_there() {
    let mut day = ItchDay::new(r#"{"routes": [{"name": "north", "active": false}]}"#);
    day.comes_to(wire::bid(1, 500, 10_000));
    assert_eq!(day.comes_to(wire::offer(2, 400, 10_100)), "route");
    assert_eq!((day.metric("no_route"), day.metric("orders_sent")), (1.0, 0.0));
}

#[test]
fn an_order_over_a_limit_ends_at_risk() {
    let mut day = ItchDay::new(r#"{"max_order_quantity": 49}"#);
    day.comes_to(wire::bid(1, 500, 10_000));
    assert_eq!(day.comes_to(wire::offer(2, 400, 10_100)), "risk");
    assert_eq!(day.metric("rejected_order_size"), 1.0);
}

/// A market on which we bid fifty at 1.00, and a seller whom we would follow to that price.
fn meets_itself(mode: &str) -> ItchDay {
    let mut day = opened(&format!(r#"{{"stale_bps": 900, "self_trade_prevention": "{mode}"}}"#));
    // Hit above our price, so that we are not filled, and what remains best is at our price.
    day.comes_to(wire::bid(3, 10, 10_050));
    day.comes_to(wire::execute(3, 10));
    day
}

#[test]
fn an_order_that_would_meet_our_own_is_prevented_in_the_mode_that_is_set() {
    for (mode, cancels) in [
        ("cancel_new", 0.0),
        ("cancel_resting", 1.0),
        ("cancel_both", 1.0),
        ("decrement_both", 1.0),
    ] {
        let day = meets_itself(mode);
        assert_eq!(day.metric("self_trade_hits"), 1.0, "{mode}");
        assert_eq!(day.metric("self_trade_cancels"), cancels, "{mode}");
    }
}

#[test]
fn the_first_symbol_of_a_stock_locate_stays() {
    let mut day = ItchDay::new(r#"{"symbols": 2}"#);
    day.comes_to(wire::add(1, *b"A       ", 1, b'B', 10, 10_000));
    day.comes_to(wire::add(1, *b"B       ", 2, b'S', 10, 10_100));
    assert_eq!((day.metric("symbols"), day.metric("orders_sent")), (1.0, 1.0));
    day.comes_to(wire::add(2, *b"B       ", 3, b'B', 10, 10_000));
    assert_eq!(day.comes_to(wire::add(3, *b"C       ", 4, b'B', 10, 10_000)), "book");
    assert_eq!((day.metric("symbols"), day.metric("unmatched_messages")), (2.0, 1.0));
}

#[test]
fn a_cross_in_which_nothing_matched_changes_no_reference() {
    let mut day = opened("{}");
    assert_eq!(day.comes_to(wire::cross(0, 0)), "book");
    assert_eq!(day.comes_to(wire::cross(100, 20_000)), "risk");
    // Far from where it crossed, an order is out of the band.
    day.comes_to(wire::bid(3, 500, 10_010));
    assert_eq!(day.metric("rejected_price_band"), 1.0);
}

fn ticker(update: i64, bid: &str, ask: &str) -> String {
    format!(r#"{{"u":{update},"s":"XY","b":"{bid}","B":"5","a":"{ask}","A":"1"}}"#)
}

fn depth(last_update: i64, bids: &str, asks: &str) -> String {
    format!(
        r#"{{"e":"depthUpdate","E":1,"s":"XY","U":1,"u":{last_update},"b":[{bids}],"a":[{asks}]}}"#
    )
}

#[test]
fn a_ticker_is_enough_of_a_book_to_quote_on() {
    let mut day = JsonDay::new("{}");
    assert_eq!(day.comes_to(ticker(1, "1000.00", "1000.01")), "decide");
    assert_eq!((day.metric("levels"), day.metric("resting_orders")), (2.0, 1.0));
}

#[test]
fn what_is_older_than_the_book_is_passed_over() {
    let mut day = JsonDay::new("{}");
    day.comes_to(ticker(7, "1000.00", "1000.01"));
    assert_eq!(day.comes_to(ticker(7, "900.00", "900.01")), "book");
    day.comes_to(depth(9, r#"["999.99","1"]"#, r#"["1000.02","1"]"#));
    assert_eq!(day.comes_to(depth(9, r#"["999.98","1"]"#, "")), "book");
    assert_eq!(day.comes_to(ticker(8, "900.00", "900.01")), "book");
    assert_eq!(day.metric("levels"), 4.0);
}

#[test]
fn a_depth_update_older_than_the_ticker_brings_back_no_better_level() {
    let mut day = JsonDay::new("{}");
    day.comes_to(ticker(7, "1000.00", "1000.01"));
    day.comes_to(depth(
        6,
        r#"["1000.05","1"],["999.99","1"]"#,
        r#"["1000.00","1"],["1000.02","1"]"#,
    ));
    assert_eq!(day.metric("levels"), 4.0);
    day.comes_to(depth(8, r#"["1000.005","1"]"#, ""));
    assert_eq!(day.metric("levels"), 5.0);
}

#[test]
fn a_trade_of_nothing_is_no_trade() {
    let trade = |price: &str, quantity: &str| {
        format!(
            r#"{{"e":"trade","E":1,"T":1,"s":"XY","t":1,"p":"{price}","q":"{quantity}","m":true}}"#
        )
    };
    let mut day = JsonDay::new("{}");
    day.comes_to(ticker(1, "1000.00", "1000.01"));
    assert_eq!(day.comes_to(trade("0", "0")), "risk");
    assert_eq!(day.metric("fills"), 0.0);
    assert_eq!(day.comes_to(trade("1000.00", "2")), "decide");
    assert_eq!(day.metric("fills"), 2.0);
}

#[test]
fn a_symbol_that_is_too_long_is_not_followed() {
    let mut day = JsonDay::new("{}");
    let long = ticker(1, "1000.00", "1000.01").replace("XY", &"X".repeat(32));
    assert_eq!(day.comes_to(long), "book");
    assert_eq!((day.metric("symbols"), day.metric("unmatched_messages")), (0.0, 1.0));
}
