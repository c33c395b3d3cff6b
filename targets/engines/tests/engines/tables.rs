//! The tables of the engine that does not allocate, against the standard library's.

use latprobe_engines::after::{MarketOrder, OrderTable, SymbolTable};
use latprobe_engines::{LONGEST_SYMBOL, Side};
use proptest::prelude::*;
use std::collections::HashMap;

fn order(symbol: u32, shares: u32) -> MarketOrder {
    let side = if shares.is_multiple_of(2) { Side::Buy } else { Side::Sell };
    MarketOrder { symbol, side, price: shares + 1, shares }
}

#[test]
fn an_order_comes_back_as_it_was_put_in() {
    let mut table = OrderTable::new(4);
    assert!(table.insert(u64::MAX, order(1_000_000, 7)));
    assert_eq!(table.reduce(u64::MAX, 3), Some(order(1_000_000, 7)));
    assert_eq!(table.remove(u64::MAX).unwrap().shares, 4);
    assert!(table.is_empty());
}

#[test]
fn a_reference_that_stands_already_is_not_put_in_again() {
    let mut table = OrderTable::new(4);
    assert!(table.insert(5, order(1, 1)));
    assert!(!table.insert(5, order(2, 2)));
    assert_eq!(table.remove(5), Some(order(1, 1)));
}

#[test]
fn an_order_that_is_not_there_can_be_neither_reduced_nor_removed() {
    let mut table = OrderTable::new(4);
    assert_eq!(table.reduce(1, 1), None);
    assert_eq!(table.remove(0), None);
}

#[test]
fn a_table_with_room_enough_does_not_grow_and_one_without_does() {
    for (capacity, grows) in [(1_000, false), (999 / 2, true)] {
        let mut table = OrderTable::new(capacity);
        assert!((0..1_000).all(|order_ref| table.insert(order_ref, order(1, 1))));
        assert_eq!(table.growths() > 0, grows, "{capacity}");
        assert_eq!(table.len(), 1_000);
        assert!((0..1_000).all(|order_ref| table.remove(order_ref).is_some()));
    }
}

proptest! {
    #[test]
    fn the_table_does_what_a_map_does(
        // References far apart and close together, so that runs form and wrap around.
        steps in prop::collection::vec((0_u64..24, 0_u32..9, any::<bool>()), 0..400),
        spread in prop::sample::select(vec![1_u64, 8, 1 << 32, 1 << 61]),
    ) {
        let mut table = OrderTable::new(2);
        let mut map: HashMap<u64, MarketOrder> = HashMap::new();
        for (order_ref, shares, inserts) in steps {
            let order_ref = order_ref.wrapping_mul(spread);
            if inserts {
                let is_new = !map.contains_key(&order_ref);
                prop_assert_eq!(table.insert(order_ref, order(3, shares + 1)), is_new);
                map.entry(order_ref).or_insert(order(3, shares + 1));
            } else {
                prop_assert_eq!(table.reduce(order_ref, shares), map.get(&order_ref).copied());
                if map.get(&order_ref).is_some_and(|order| order.shares <= shares) {
                    map.remove(&order_ref);
                } else if let Some(order) = map.get_mut(&order_ref) {
                    order.shares -= shares;
                }
            }
            prop_assert_eq!(table.len(), map.len());
        }
        for (order_ref, order) in map {
            prop_assert_eq!(table.remove(order_ref), Some(order));
        }
        prop_assert!(table.is_empty());
    }
}

#[test]
fn symbols_are_numbered_as_they_come_and_keep_their_number() {
    let mut table = SymbolTable::new(10);
    let numbers = ["B", "A", "B", "", "A\0", "A"].map(|symbol| table.number(symbol.as_bytes()));
    assert_eq!(numbers, [Some(0), Some(1), Some(0), Some(2), Some(3), Some(1)]);
    table.clear();
    assert_eq!(table.number(b"A"), Some(0));
}

#[test]
fn a_symbol_too_many_gets_no_number_and_the_others_keep_theirs() {
    let mut table = SymbolTable::new(2);
    let numbers = [b"A", b"B", b"C", b"A"].map(|symbol| table.number(symbol));
    assert_eq!(numbers, [Some(0), Some(1), None, Some(0)]);
}

#[test]
fn a_symbol_may_be_as_long_as_the_limit_and_no_longer() {
    let mut table = SymbolTable::new(2);
    assert_eq!(table.number(&[b'A'; LONGEST_SYMBOL]), Some(0));
    assert_eq!(table.number(&[b'A'; LONGEST_SYMBOL + 1]), None);
}

#[test]
fn ten_thousand_symbols_are_told_apart() {
    let mut table = SymbolTable::new(10_000);
    let symbols: Vec<String> = (0..10_000).map(|index| format!("SYM{index}USDT")).collect();
    for _ in 0..2 {
        for (index, symbol) in symbols.iter().enumerate() {
            assert_eq!(table.number(symbol.as_bytes()), Some(index));
        }
    }
}
