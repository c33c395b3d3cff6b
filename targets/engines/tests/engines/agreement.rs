//! Both engines agree on any messages: made up, damaged, or neither.

use crate::feeds;
use crate::itch_wire as wire;
use latprobe_engines::{itch50, json};
use latprobe_sdk::{Rehearsal, Target};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Small limits and stores, so that every one of them is met.
const SMALL: &str = r#"{"symbols": 3, "orders": 4, "levels": 40, "max_position": 60,
    "max_order_quantity": 20, "spread_window": 3, "spread_blowout": 2, "max_resting": 3,
    "price_band_bps": 300, "participation": 0.5,
    "routes": [{"name": "a", "burst": 2, "recovery": 5}, {"name": "b", "active": false},
               {"name": "c", "burst": 1, "recovery": 3}]"#;

fn config(mode: &str) -> String {
    format!(r#"{SMALL}, "self_trade_prevention": "{mode}"}}"#)
}

fn agree<Before: Target, After: Target>(messages: &[Vec<u8>], config: &str) {
    let mut before = Rehearsal::<Before>::new(config).unwrap();
    let mut after = Rehearsal::<After>::new(config).unwrap();
    for message in messages {
        assert_eq!(after.message(message), before.message(message), "{message:?}");
        assert_eq!(after.marked(), before.marked());
        assert_eq!(after.digests(), before.digests(), "{message:?}");
    }
    let metrics = after.metrics();
    assert!(before.metrics().iter().all(|metric| metrics.contains(metric)));
}

fn modes() -> impl Strategy<Value = &'static str> {
    select(vec!["cancel_new", "cancel_resting", "cancel_both", "decrement_both"])
}

/// A message about one of few orders, at one of few prices.
fn itch_message() -> impl Strategy<Value = Vec<u8>> {
    let order_ref = 0_u64..12;
    let shares = 0_u32..60;
    let price = 9_990_u32..10_010;
    let side = select(vec![b'B', b'S']);
    let stock =
        select(vec![*b"XYZ     ", *b"X       ", *b"YY      ", *b"\xff\xfe  Z   ", [b' '; 8]]);
    let order = (order_ref.clone(), shares.clone());
    prop_oneof![
        6 => (4_u16..9, stock.clone(), order_ref.clone(), side, shares.clone(), price.clone())
            .prop_map(|(l, stock, r, side, q, p)| wire::add(l, stock, r, side, q, p)),
        4 => (order_ref.clone(), select(vec![b'B', b'S']), shares.clone(), price.clone())
            .prop_map(|(r, side, q, p)| wire::add(wire::XYZ, *b"XYZ     ", r, side, q, p)),
        4 => order.clone().prop_map(|(r, q)| wire::execute(r, q)),
        1 => (order.clone(), price.clone()).prop_map(|((r, q), p)| wire::execute_at(r, q, p)),
        2 => order.prop_map(|(r, q)| wire::cancel(r, q)),
        2 => order_ref.clone().prop_map(wire::delete),
        2 => (order_ref.clone(), order_ref, shares.clone(), price.clone())
            .prop_map(|(r, n, q, p)| wire::replace(r, n, q, p)),
        1 => (4_u16..9, stock, shares, price.clone())
            .prop_map(|(l, stock, q, p)| wire::trade(l, stock, q, p)),
        1 => (0_u64..2, price).prop_map(|(q, p)| wire::cross(q, p)),
        1 => select(vec![b'T', b'T', b'T', b'H']).prop_map(wire::trading_action),
        1 => (select(vec![b'Q', b'B']), select(vec![b'T', b'T', b'H']))
            .prop_map(|(market, action)| wire::operational_halt(market, action)),
        1 => Just(wire::system_event()),
    ]
}

/// A frame about one of few symbols, at one of few prices.
fn frame() -> impl Strategy<Value = Vec<u8>> {
    let symbol = select(vec!["A", "BTCUSDT", "C", "D", "Ω", "A\\u0000", LONG]);
    let price = select(vec!["-1", "0", "9.99", "10.00", "10.01", "10.02", "92233720368.54775807"]);
    let quantity = select(vec!["-1", "0", "0.5", "1", "3.25", "7", "92233720368.54775807"]);
    let id = select(vec![-1_i64, 0, 1, 2, 3, 4, 5, i64::MAX, i64::MIN]);
    let level = (price.clone(), quantity.clone());
    let levels = prop::collection::vec(level.clone(), 0..6).prop_map(|levels| {
        let levels = levels.iter().map(|(price, quantity)| format!(r#"["{price}","{quantity}"]"#));
        levels.collect::<Vec<_>>().join(",")
    });
    prop_oneof![
        4 => (symbol.clone(), id.clone(), level.clone(), level.clone()).prop_map(|(s, u, b, a)| format!(
            r#"{{"u":{u},"s":"{s}","b":"{}","B":"{}","a":"{}","A":"{}"}}"#, b.0, b.1, a.0, a.1
        )),
        3 => (symbol.clone(), id, levels.clone(), levels).prop_map(|(s, u, b, a)| format!(
            r#"{{"e":"depthUpdate","E":1,"s":"{s}","U":1,"u":{u},"b":[{b}],"a":[{a}]}}"#
        )),
        4 => (symbol.clone(), level, any::<bool>()).prop_map(|(s, (p, q), m)| format!(
            r#"{{"e":"trade","E":1,"T":1,"s":"{s}","t":1,"p":"{p}","q":"{q}","m":{m}}}"#
        )),
        1 => (symbol, price).prop_map(|(s, p)| format!(
            r#"{{"e":"markPriceUpdate","E":1,"s":"{s}","p":"{p}","P":"1","i":"1","r":"0","T":0}}"#
        )),
        1 => Just(r#"{"result":null,"id":1}"#.to_owned()),
    ]
    .prop_map(String::into_bytes)
}

const LONG: &str = "A-SYMBOL-THAT-IS-LONGER-THAN-31-BYTES";

/// What may happen to a message on the way.
#[derive(Clone, Debug)]
enum Damage {
    Cut(Index),
    Flip(Index, u8),
    Lose,
    Repeat,
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        any::<Index>().prop_map(Damage::Cut),
        (any::<Index>(), 0_u8..8).prop_map(|(byte, bit)| Damage::Flip(byte, bit)),
        Just(Damage::Lose),
        Just(Damage::Repeat),
    ]
}

/// Messages from one on, some of them damaged.
fn damaged(
    messages: &[Vec<u8>],
    start: Index,
    count: usize,
    damages: &[(Index, Damage)],
) -> Vec<Vec<u8>> {
    let start = start.index(messages.len() - count);
    let mut messages = messages[start..start + count].to_vec();
    for (index, damage) in damages {
        let index = index.index(messages.len());
        let message = &mut messages[index];
        match damage {
            Damage::Cut(byte) if !message.is_empty() => message.truncate(byte.index(message.len())),
            Damage::Flip(byte, bit) if !message.is_empty() => {
                let byte = byte.index(message.len());
                message[byte] ^= 1 << bit;
            }
            Damage::Repeat => {
                let again = message.clone();
                messages.insert(index, again);
            }
            Damage::Cut(_) | Damage::Flip(..) => {}
            Damage::Lose => {
                messages.remove(index);
            }
        }
    }
    messages
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn engines_agree_on_made_up_itch(
        messages in prop::collection::vec(itch_message(), 0..300),
        mode in modes(),
    ) {
        agree::<itch50::Before, itch50::After>(&messages, &config(mode));
    }

    #[test]
    fn engines_agree_on_made_up_frames(
        messages in prop::collection::vec(frame(), 0..200),
        mode in modes(),
    ) {
        agree::<json::Before, json::After>(&messages, &config(mode));
    }

    #[test]
    fn engines_agree_on_random_bytes(
        messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..20),
    ) {
        agree::<itch50::Before, itch50::After>(&messages, &config("cancel_new"));
        agree::<json::Before, json::After>(&messages, &config("cancel_new"));
    }
}

#[test]
fn engines_agree_on_damaged_recordings() {
    let config = |count| ProptestConfig::with_cases(count);
    let strategy =
        || (any::<Index>(), prop::collection::vec((any::<Index>(), damage()), 1..60), modes());
    for (name, cases) in feeds::ITCH.into_iter().zip([48, 16]) {
        let Some(messages) = feeds::messages(name) else { return };
        proptest!(config(cases), |((start, damages, mode) in strategy())| {
            let messages = damaged(&messages, start, 1_000, &damages);
            let mode = format!(r#"{{"symbols": 9, "levels": 99, "self_trade_prevention": "{mode}"}}"#);
            agree::<itch50::Before, itch50::After>(&messages, &mode);
        });
    }
    for name in feeds::JSON {
        let Some(messages) = feeds::messages(name) else { return };
        proptest!(config(8), |((start, damages, mode) in strategy())| {
            let messages = damaged(&messages, start, 300, &damages);
            let mode = format!(r#"{{"symbols": 9, "levels": 99, "self_trade_prevention": "{mode}"}}"#);
            agree::<json::Before, json::After>(&messages, &mode);
        });
    }
}
