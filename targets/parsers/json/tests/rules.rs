//! What the crate's page says is accepted, rule by rule, in every variant.

mod frames;

use frames::variants::Variants;
use latprobe_json::{DecodeError, KINDS};

const TICKER: &str = r#""u":1,"s":"A","b":"1","B":"2","a":"3","A":"4""#;

/// Hands `frame` to every variant, and answers the name of the kind or of the error.
fn outcome(frame: impl AsRef<[u8]>) -> &'static str {
    match Variants::new().agree(frame.as_ref()) {
        Ok(kind) => KINDS[kind.0 as usize],
        Err(reject) => DecodeError::NAMES[reject.0 as usize],
    }
}

fn trade_with(members: &str) -> String {
    format!(
        r#"{{"e":"trade","E":1,"T":2,"s":"A","t":3,"p":"4","q":"5","m":true{}{members}}}"#,
        if members.is_empty() { "" } else { "," }
    )
}

#[test]
fn space_is_allowed_between_any_two_tokens() {
    let spaced = trade_with("").replace(',', " ,\n").replace(':', "\t: \r\n");
    assert_eq!(outcome(format!(" \n{spaced}\t ")), "trade");
    assert_eq!(outcome(format!("{{\u{a0}{TICKER}}}")), "malformed");
}

#[test]
fn members_come_in_any_order() {
    assert_eq!(
        outcome(r#"{"m":true,"q":"5","p":"4","t":3,"s":"A","T":2,"E":1,"e":"trade"}"#),
        "trade"
    );
    let ticker = format!(r#"{{"data":{{{TICKER}}},"stream":"x"}}"#);
    assert_eq!(outcome(ticker), "book_ticker");
}

#[test]
fn unknown_members_may_hold_any_json() {
    for value in ["null", "1.5e-3", r#""\"}\u00e9""#, r#"[{"e":[]},[[]]]"#, r#"{"T":{"T":"]"}}"#] {
        assert_eq!(outcome(trade_with(&format!(r#""new":{value}"#))), "trade", "{value}");
    }
    for value in ["", "nul", "01", "1.", "-", "[1,]", r#"{"a"}"#, r#"{"a":1,}"#, r#""\x""#, "'a'"] {
        assert_eq!(outcome(trade_with(&format!(r#""new":{value}"#))), "malformed", "{value}");
    }
}

#[test]
fn a_frame_is_utf8_without_a_byte_order_mark() {
    assert_eq!(outcome(trade_with(r#""new":"é€😀""#)), "trade");
    assert_eq!(outcome(format!("\u{feff}{}", trade_with(""))), "malformed");
    let frame = trade_with(r#""new":"?""#);
    for byte in [0x80, 0xC3, 0xFF, 0x00, 0x1F] {
        let mut damaged = frame.clone().into_bytes();
        let at = frame.find('?').unwrap();
        damaged[at] = byte;
        assert_eq!(outcome(damaged), "malformed", "{byte:x}");
    }
}

#[test]
fn escapes_in_names_and_values_count_as_what_they_stand_for() {
    let frame = trade_with("").replace(r#""e""#, r#""\u0065""#).replace("trade", r"tr\u0061de");
    assert_eq!(outcome(frame), "trade");
    assert_eq!(outcome(trade_with("").replace(r#""4""#, r#""\u0034.\u0035""#)), "trade");
    assert_eq!(outcome(trade_with("").replace(r#""A""#, r#""\ud83d\ude00""#)), "trade");
    assert_eq!(outcome(trade_with(r#""new":"\ud83d""#)), "malformed");
    assert_eq!(outcome(trade_with(r#""new":"\ude00\ud83d""#)), "malformed");
}

#[test]
fn nesting_ends_at_127() {
    for (depth, expected) in [(126, "trade"), (127, "malformed"), (100_000, "malformed")] {
        let value = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(outcome(trade_with(&format!(r#""new":{value}"#))), expected, "{depth}");
    }
}

#[test]
fn a_number_is_within_the_range_of_a_double() {
    for (number, expected) in [
        ("1e308", "trade"),
        ("1e309", "malformed"),
        ("-1e309", "malformed"),
        ("0e999999999999", "trade"),
        ("1e-999999999999", "trade"),
        ("179769313486231570000e288", "trade"),
        ("179769313486231580000e288", "trade"),
        ("179769313486231590000e288", "malformed"),
    ] {
        assert_eq!(outcome(trade_with(&format!(r#""new":{number}"#))), expected, "{number}");
    }
    assert_eq!(outcome(trade_with(&format!(r#""new":{}"#, "9".repeat(308)))), "trade");
    assert_eq!(outcome(trade_with(&format!(r#""new":{}"#, "9".repeat(309)))), "malformed");
}

#[test]
fn of_a_name_that_comes_twice_the_last_counts() {
    assert_eq!(outcome(trade_with(r#""p":1,"p":"1""#)), "trade");
    assert_eq!(outcome(trade_with(r#""p":"1","p":1"#)), "bad field");
    assert_eq!(outcome(trade_with(r#""e":"other""#)), "other");
    assert_eq!(
        outcome(format!(r#"{{"stream":"x","data":{{}},"data":{{{TICKER}}}}}"#)),
        "book_ticker"
    );
}

#[test]
fn the_body_is_data_only_beside_a_stream() {
    let body = format!("{{{TICKER}}}");
    assert_eq!(outcome(format!(r#"{{"stream":"x","data":{body}}}"#)), "book_ticker");
    assert_eq!(outcome(format!(r#"{{"stream":"x","data":[{body}]}}"#)), "other");
    assert_eq!(outcome(format!(r#"{{"stream":1,"data":{body}}}"#)), "other");
    assert_eq!(outcome(format!(r#"{{"data":{body}}}"#)), "other");
    assert_eq!(outcome(trade_with(r#""stream":"x""#)), "trade");
    assert_eq!(outcome(trade_with(r#""data":{}"#)), "trade");
    assert_eq!(outcome(trade_with(r#""stream":"x","data":{}"#)), "other");
}

#[test]
fn an_array_is_never_taken_for_the_object_of_its_values() {
    let values = r#"["bookTicker",1,"A","1","2","3","4",5,6,"B",7]"#;
    assert_eq!(outcome(values), "other");
    assert_eq!(outcome(format!(r#"{{"stream":"x", "data":{values}}}"#)), "other");
    assert_eq!(outcome(format!(r#"["x",{{{TICKER}}}]"#)), "other");
}

#[test]
fn only_a_body_without_an_event_is_taken_for_a_book_ticker_by_its_names() {
    assert_eq!(outcome(format!("{{{TICKER}}}")), "book_ticker");
    assert_eq!(outcome(format!(r#"{{"e":null,{TICKER}}}"#)), "book_ticker");
    assert_eq!(outcome(format!(r#"{{"e":1,{TICKER}}}"#)), "other");
    assert_eq!(outcome(format!(r#"{{"e":{{"bookTicker":null}},{TICKER}}}"#)), "other");
    assert_eq!(outcome(format!(r#"{{"e":"bookticker",{TICKER}}}"#)), "other");
    assert_eq!(outcome(TICKER.replace(r#""u""#, r#""v""#).replacen("", "{", 1) + "}"), "other");
    for json in ["null", "1", r#""e""#, "[]", "{}"] {
        assert_eq!(outcome(json), "other", "{json}");
    }
}

#[test]
fn an_integer_is_a_number_that_fits() {
    for (number, expected) in [
        ("0", "trade"),
        ("-1", "trade"),
        ("9223372036854775807", "trade"),
        ("-9223372036854775808", "trade"),
        ("9223372036854775808", "bad field"),
        ("-9223372036854775809", "bad field"),
        ("18446744073709551616", "bad field"),
        ("-0", "bad field"),
        ("1.0", "bad field"),
        ("1e3", "bad field"),
        (r#""1""#, "bad field"),
        ("null", "bad field"),
        ("true", "bad field"),
        ("00000000", "malformed"),
        ("01", "malformed"),
        ("012345678", "malformed"),
        ("+1", "malformed"),
    ] {
        let frame = trade_with("").replace(r#""t":3"#, &format!(r#""t":{number}"#));
        assert_eq!(outcome(frame), expected, "{number}");
    }
}

#[test]
fn a_decimal_is_a_string_that_fits() {
    for (text, expected) in [
        (r#""-1.5""#, "trade"),
        (r#""12345678""#, "trade"),
        (r#""1.000000010""#, "trade"),
        (r#""92233720368.54775807""#, "trade"),
        (r#""92233720368.54775808""#, "bad field"),
        (r#""1.000000001""#, "bad field"),
        (r#""1e3""#, "bad field"),
        (r#""1.""#, "bad field"),
        (r#"".5""#, "bad field"),
        (r#""""#, "bad field"),
        ("4", "bad field"),
        ("null", "bad field"),
    ] {
        assert_eq!(outcome(trade_with("").replace(r#""4""#, text)), expected, "{text}");
    }
}

#[test]
fn levels_are_pairs_of_decimals() {
    for (levels, expected) in [
        ("[]", "depth_update"),
        (r#"[["1","2"],["3.5","0"]]"#, "depth_update"),
        (r#" [ [ "1" , "2" ] ] "#, "depth_update"),
        (r#"[["1","2","3"]]"#, "bad field"),
        (r#"[["1"]]"#, "bad field"),
        ("[[]]", "bad field"),
        (r#"[["1",2]]"#, "bad field"),
        (r#"["1","2"]"#, "bad field"),
        (r#"{"1":"2"}"#, "bad field"),
        ("null", "bad field"),
        (r#"[["1","2"],]"#, "malformed"),
        (r#"[["1","2",]]"#, "malformed"),
        (r#"[["1" "2"]]"#, "malformed"),
    ] {
        let frame = format!(
            r#"{{"e":"depthUpdate","E":1,"s":"A","U":1,"u":2,"b":{levels},"a":[["1","1"]]}}"#
        );
        assert_eq!(outcome(frame), expected, "{levels}");
    }
}

#[test]
fn optional_fields_may_be_null_but_not_of_another_type() {
    assert_eq!(outcome(trade_with(r#""X":null,"M":null,"st":null,"ps":null"#)), "trade");
    assert_eq!(outcome(trade_with(r#""X":1"#)), "bad field");
    assert_eq!(outcome(trade_with(r#""M":"true""#)), "bad field");
    assert_eq!(outcome(trade_with(r#""st":"1""#)), "bad field");
    let mark = |rate| {
        format!(r#"{{"e":"markPriceUpdate","E":1,"s":"A","p":"1","P":"2","r":{rate},"T":0}}"#)
    };
    for rate in [r#""""#, "null", r#""-0.0001""#] {
        assert_eq!(outcome(mark(rate)), "mark_price", "{rate}");
    }
    assert_eq!(outcome(mark(r#"" ""#)), "bad field");
}

#[test]
fn a_missing_field_is_a_bad_one() {
    for member in [r#""E":1,"#, r#""T":2,"#, r#""s":"A","#, r#""p":"4","#, r#","m":true"#] {
        assert_eq!(outcome(trade_with("").replace(member, "")), "bad field", "{member}");
    }
}
