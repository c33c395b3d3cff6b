//! What is read from a frame of each kind, borrowed and owned.

mod frames;

use latprobe_json::{
    AggTrade, BookTicker, Decoder, DepthUpdate, Frame, Level, MarkPrice, Message, Trade, before,
};

type Expected = Message<&'static str, Vec<Level>>;

/// Decodes `frame` in both ways, bare and from a combined stream, and with spaces that keep it off
/// the quick path.
fn assert_decoded(frame: &str, expected: &Expected) {
    let combined = format!(r#"{{"stream":"a@b","data":{frame}}}"#);
    let spaced = combined.replace("],", "] ,").replacen(',', ", ", 2);
    for (stream, frame) in [(None, frame), (Some("a@b"), &combined), (Some("a@b"), &spaced)] {
        let expected = Frame { stream, message: expected.clone() };
        let owned = before::decode(frame.as_bytes()).unwrap();
        assert_eq!(format!("{owned:?}"), format!("{expected:?}"));
        let mut decoder = Decoder::new();
        let borrowed = decoder.decode(frame.as_bytes()).unwrap();
        assert_eq!(format!("{borrowed:?}"), format!("{expected:?}"));
    }
}

#[test]
fn a_trade_is_read_in_full() {
    assert_decoded(
        r#"{"e":"trade","E":1723161601438,"s":"ETHBTC","t":3735693016,"p":"0.04120001","q":"12.5","b":88,"a":50,"T":1723161601437,"m":true,"M":false}"#,
        &Message::Trade(Trade {
            event_time_ms: 1_723_161_601_438,
            trade_time_ms: 1_723_161_601_437,
            symbol: "ETHBTC",
            trade_id: 3_735_693_016,
            price_e8: 4_120_001,
            quantity_e8: 1_250_000_000,
            buyer_is_maker: true,
            best_match: Some(false),
            order_type: None,
            buyer_order_id: Some(88),
            seller_order_id: Some(50),
            pair: None,
            symbol_type: None,
        }),
    );
}

#[test]
fn a_futures_trade_has_an_order_type() {
    assert_decoded(
        r#"{"e":"trade","E":2,"T":1,"s":"BTCUSD_PERP","ps":"BTCUSD","t":0,"p":"64971.4","q":"23","X":"MARKET","m":false,"st":1}"#,
        &Message::Trade(Trade {
            event_time_ms: 2,
            trade_time_ms: 1,
            symbol: "BTCUSD_PERP",
            trade_id: 0,
            price_e8: 6_497_140_000_000,
            quantity_e8: 2_300_000_000,
            buyer_is_maker: false,
            best_match: None,
            order_type: Some("MARKET"),
            buyer_order_id: None,
            seller_order_id: None,
            pair: Some("BTCUSD"),
            symbol_type: Some(1),
        }),
    );
}

#[test]
fn an_aggregate_trade_is_read_in_full() {
    assert_decoded(
        r#"{"e":"aggTrade","E":1781416439080,"a":3339472008,"s":"BTCUSDT","p":"64339.20","q":"0.123","nq":"0.120","f":7786568797,"l":7786568801,"T":1781416438926,"m":true,"st":1}"#,
        &Message::AggTrade(AggTrade {
            event_time_ms: 1_781_416_439_080,
            trade_time_ms: 1_781_416_438_926,
            symbol: "BTCUSDT",
            aggregate_trade_id: 3_339_472_008,
            price_e8: 6_433_920_000_000,
            quantity_e8: 12_300_000,
            normal_quantity_e8: Some(12_000_000),
            first_trade_id: 7_786_568_797,
            last_trade_id: 7_786_568_801,
            buyer_is_maker: true,
            best_match: None,
            pair: None,
            symbol_type: Some(1),
        }),
    );
}

#[test]
fn a_book_ticker_is_read_in_full() {
    assert_decoded(
        r#"{"e":"bookTicker","u":2710249422918,"s":"BNBUSDT","b":"328.150","B":"0.06","a":"328.160","A":"123456789.00000001","T":1680652800089,"E":1680652800093}"#,
        &Message::BookTicker(BookTicker {
            update_id: 2_710_249_422_918,
            symbol: "BNBUSDT",
            bid_price_e8: 32_815_000_000,
            bid_quantity_e8: 6_000_000,
            ask_price_e8: 32_816_000_000,
            ask_quantity_e8: 12_345_678_900_000_001,
            transaction_time_ms: Some(1_680_652_800_089),
            event_time_ms: Some(1_680_652_800_093),
            pair: None,
            symbol_type: None,
        }),
    );
}

#[test]
fn a_depth_update_is_read_in_full() {
    assert_decoded(
        r#"{"e":"depthUpdate","E":1571889248277,"T":1571889248276,"s":"BTCUSDT","U":390497796,"u":390497878,"pu":390497794,"b":[["7403.89","0.002"],["7403.90","0.000"]],"a":[["100000000","1"]]}"#,
        &Message::DepthUpdate(DepthUpdate {
            event_time_ms: 1_571_889_248_277,
            transaction_time_ms: Some(1_571_889_248_276),
            symbol: "BTCUSDT",
            first_update_id: 390_497_796,
            last_update_id: 390_497_878,
            previous_update_id: Some(390_497_794),
            bids: vec![
                Level { price_e8: 740_389_000_000, quantity_e8: 200_000 },
                Level { price_e8: 740_390_000_000, quantity_e8: 0 },
            ],
            asks: vec![Level { price_e8: 10_000_000_000_000_000, quantity_e8: 100_000_000 }],
            pair: None,
            symbol_type: None,
        }),
    );
}

#[test]
fn a_mark_price_is_read_in_full() {
    assert_decoded(
        r#"{"e":"markPriceUpdate","E":1790526539000,"s":"BTCUSDT","p":"84551.10762319","ap":"84551.10762320","P":"84559.09090930","i":"84590.87304348","r":"-0.00000801","T":1790553600000,"st":1}"#,
        &Message::MarkPrice(MarkPrice {
            event_time_ms: 1_790_526_539_000,
            symbol: "BTCUSDT",
            mark_price_e8: 8_455_110_762_319,
            average_mark_price_e8: Some(8_455_110_762_320),
            settle_price_e8: 8_455_909_090_930,
            index_price_e8: Some(8_459_087_304_348),
            funding_rate_e8: Some(-801),
            next_funding_time_ms: 1_790_553_600_000,
            pair: None,
            symbol_type: Some(1),
        }),
    );
}

#[test]
fn anything_else_is_passed_over() {
    assert_decoded(r#"{"result":null,"id":1}"#, &Message::Other);
}

#[test]
fn texts_with_escapes_are_read_without_them() {
    let frame = br#"{"stream":"\u0061\/\ud83d\ude00","data":{"u":1,"s":"\"A\u00e9\"","b":"1","B":"2","a":"3","A":"4"}}"#;
    let mut decoder = Decoder::new();
    let Frame { stream, message } = decoder.decode(frame).unwrap();
    assert_eq!(stream, Some("a/😀"));
    let Message::BookTicker(ticker) = message else { panic!("{message:?}") };
    assert_eq!(ticker.symbol, "\"Aé\"");
}
