//! Both engines on the recorded feeds: the same, and everything happens.

use crate::feeds;
use latprobe_engines::{itch50, json};
use latprobe_sdk::{Rehearsal, Target};
use std::collections::BTreeMap;

const MODES: [&str; 4] = ["cancel_new", "cancel_resting", "cancel_both", "decrement_both"];

/// Hands messages to both engines, checks that they agree, and answers their metrics.
fn agreed<Before: Target, After: Target>(
    messages: &[Vec<u8>],
    config: &str,
) -> BTreeMap<&'static str, f64> {
    let mut before = Rehearsal::<Before>::new(config).unwrap();
    let mut after = Rehearsal::<After>::new(config).unwrap();
    for message in messages {
        assert_eq!(after.message(message), before.message(message));
        assert_eq!(after.marked(), before.marked());
    }
    assert_eq!(after.digests(), before.digests());
    let metrics: BTreeMap<_, _> = after.metrics().into_iter().collect();
    for (name, value) in before.metrics() {
        assert_eq!(metrics.get(name), Some(&value), "{name}");
    }
    assert_eq!(metrics["level_pool_growths"], 0.0);
    metrics
}

fn happened(metrics: &BTreeMap<&'static str, f64>, name: &str) {
    assert!(metrics[name] > 0.0, "{name} in {metrics:?}");
}

#[test]
fn engines_agree_on_recorded_itch_in_every_mode() {
    for name in feeds::ITCH {
        let Some(messages) = feeds::messages(name) else { return };
        for mode in MODES {
            let config = format!(r#"{{"self_trade_prevention": "{mode}"}}"#);
            agreed::<itch50::Before, itch50::After>(&messages, &config);
        }
    }
}

#[test]
fn recorded_itch_brings_orders_fills_rejections_and_self_trades() {
    let Some(messages) = feeds::messages(feeds::ITCH[0]) else { return };
    let metrics = agreed::<itch50::Before, itch50::After>(&messages, "{}");
    let names = [
        "orders_sent",
        "orders_cancelled",
        "fills",
        "rejected_notional",
        "rejected_no_market_maker",
        "no_route",
        "self_trade_hits",
        "self_trade_cancels",
        "levels",
        "resting_orders",
    ];
    for name in names {
        happened(&metrics, name);
    }
    assert_eq!(metrics["symbols"], 1.0);
    assert_eq!(metrics["orders"], 215.0);
    assert_eq!(metrics["order_table_growths"], 0.0);
}

#[test]
fn a_recording_that_starts_in_the_middle_has_unmatched_messages_and_no_more() {
    let Some(mut messages) = feeds::messages(feeds::ITCH[0]) else { return };
    messages.drain(..5_000);
    let metrics = agreed::<itch50::Before, itch50::After>(&messages, "{}");
    happened(&metrics, "unmatched_messages");
    happened(&metrics, "orders_sent");
}

#[test]
fn engines_agree_on_recorded_frames_in_every_mode() {
    for name in feeds::JSON {
        let Some(mut messages) = feeds::messages(name) else { return };
        messages.truncate(6_000);
        for mode in MODES {
            let config = format!(r#"{{"self_trade_prevention": "{mode}"}}"#);
            let metrics = agreed::<json::Before, json::After>(&messages, &config);
            happened(&metrics, "orders_sent");
            happened(&metrics, "self_trade_hits");
        }
    }
}

#[test]
fn recorded_frames_bring_every_kind_of_rejection() {
    let Some(mut messages) = feeds::messages(feeds::JSON[0]) else { return };
    messages.truncate(30_000);
    let config = r#"{"price_band_bps": 2}"#;
    let metrics = agreed::<json::Before, json::After>(&messages, config);
    let names = [
        "rejected_order_size",
        "rejected_notional",
        "rejected_price_band",
        "rejected_position",
        "rejected_no_market_maker",
        "no_route",
        "fills",
        "orders_cancelled",
        "self_trade_cancels",
    ];
    for name in names {
        happened(&metrics, name);
    }
}

/// A feed on an engine that was reset is as on a new one.
fn starts_anew<T: Target>(messages: &[Vec<u8>]) {
    let mut rehearsal = Rehearsal::<T>::new("{}").unwrap();
    let mut metrics = Vec::new();
    for _ in 0..2 {
        for message in messages {
            let _ = rehearsal.message(message);
        }
        metrics.push(rehearsal.metrics());
        rehearsal.target().reset();
    }
    assert_eq!(metrics[0], metrics[1]);
    assert!(rehearsal.metrics().iter().all(|&(_, value)| value == 0.0));
}

#[test]
fn after_a_reset_a_feed_gives_the_same_again() {
    let Some(messages) = feeds::messages(feeds::ITCH[0]) else { return };
    starts_anew::<itch50::Before>(&messages);
    starts_anew::<itch50::After>(&messages);
    let Some(mut messages) = feeds::messages(feeds::JSON[1]) else { return };
    messages.truncate(4_000);
    starts_anew::<json::Before>(&messages);
    starts_anew::<json::After>(&messages);
}
