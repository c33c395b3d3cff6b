//! What is read of a message, and what is refused, by every variant.

mod messages;
mod variants;

use messages::{framed, framed_bytes, handmade, recorded, soh};
use variants::Variants;

const HEAD: &str = "49=V|34=1|52=t|";

fn read(message: &[u8]) -> Result<&'static str, &'static str> {
    Variants::new().read(message)
}

/// Reads a message with this type and these fields after the header.
fn read_fields(message_type: &str, fields: &str) -> Result<&'static str, &'static str> {
    read(&framed("8=FIX.4.4", &format!("35={message_type}|{HEAD}{fields}")))
}

#[test]
fn every_recorded_message_is_understood() {
    let mut variants = Variants::new();
    let mut counts = std::collections::BTreeMap::new();
    let recorded = recorded();
    for message in &recorded {
        *counts.entry(variants.read(message)).or_insert(0) += 1;
    }
    if !recorded.is_empty() {
        let expected = [(Ok("incremental_refresh"), 196), (Ok("security_status"), 4)];
        assert_eq!(counts, expected.into());
    }
}

#[test]
fn every_kind_is_told_by_its_type() {
    let mut variants = Variants::new();
    let kinds: Vec<_> = handmade().iter().map(|message| variants.read(message)).collect();
    let expected = [
        "incremental_refresh",
        "snapshot",
        "snapshot",
        "security_status",
        "security_definition",
        "heartbeat",
        "heartbeat",
        "other",
        "incremental_refresh",
        "incremental_refresh",
    ];
    assert_eq!(kinds, expected.map(Ok));
}

#[test]
fn the_last_soh_may_be_missing() {
    for message in handmade() {
        let (mut whole, mut stripped) = (Variants::new(), Variants::new());
        let kind = whole.read(&message).expect("a good message");
        assert_eq!(stripped.read(&message[..message.len() - 1]), Ok(kind));
        assert_eq!(stripped.checksum(kind), whole.checksum(kind), "a {kind}");
    }
}

#[test]
fn every_field_that_is_read_is_in_the_digest() {
    let digest = |message: &[u8]| {
        let mut variants = Variants::new();
        let kind = variants.read(message).expect("a good message");
        variants.checksum(kind)
    };
    let body = "35=X|49=V|34=7|52=t|75=d|48=i|83=5|55=s|107=l|332=1|333=2|326=3|15=c|200=m|167=y|\
                202=4|969=5|268=1|279=0|269=0|278=j|55=E|48=F|107=G|270=1|271=2|272=d|273=t|290=1|\
                83=9|346=3|1023=1|336=2|";
    let fields: Vec<&str> = body.split_terminator('|').skip(1).collect();
    let whole = digest(&framed("8=FIX.4.4", body));
    assert_ne!(digest(&framed("8=FIX.4.2", body)), whole, "the version");
    for index in (0..fields.len()).filter(|&index| !fields[index].starts_with("268=")) {
        let (tag, value) = fields[index].split_once('=').expect("a field");
        let other = format!("{tag}={}", if value == "4" { "3" } else { "4" });
        let mut changed = fields.clone();
        changed[index] = &other;
        let body = format!("35=X|{}|", changed.join("|"));
        assert_ne!(digest(&framed("8=FIX.4.4", &body)), whole, "{}", fields[index]);
    }
}

#[test]
fn a_message_that_is_not_framed_is_refused() {
    let good = framed("8=FIX.4.4", "35=0|49=V|34=1|52=t|");
    assert_eq!(read(&good), Ok("heartbeat"));
    for bad in [
        "",
        "|",
        "8=FIX.4.4",
        "8=FIX.4.4|9=5|",
        "8=FIX.4.4|9=5|35=0|10=1",
        "08=FIX.4.4|9=5|35=0|10=161|",
        "8=FIX.4.4|35=0|9=5|10=161|",
        "8=FIX.4.4|9=5|034=0|10=161|",
        "8=FIX.4.4|9=0|10=161|",
        "8=FIX.4.4|9=5|35=0|10=16|",
        "8=FIX.4.4|9=5|35=0|10=1610|",
        "8=FIX.4.4|9=5|35=0|010=161|",
        "8=FIX.4.4|9=5|35=0|10=+16|",
        "8=FIX.4.4|9=5|35=0|10=161||",
    ] {
        assert_eq!(read(&soh(bad)), Err("bad frame"), "{bad}");
    }
}

#[test]
fn a_wrong_body_length_is_refused() {
    for bad in ["4", "6", "+5", " 5", "5 ", "", "x", "0000000005", "99999999999999999999999"] {
        let message = soh(&format!("8=FIX.4.4|9={bad}|35=0|10=000|"));
        assert_eq!(read(&message), Err("bad body length"), "{bad}");
    }
}

#[test]
fn a_wrong_checksum_is_refused() {
    let good = framed("8=FIX.4.4", "35=0|49=V|34=1|52=t|");
    let place = good.len() - 4;
    let sum: u32 = String::from_utf8_lossy(&good[place..place + 3]).parse().expect("a checksum");
    for other in [sum ^ 1, sum + 256, 999] {
        let mut message = good.clone();
        message[place..place + 3].copy_from_slice(format!("{other:03}").as_bytes());
        assert_eq!(read(&message), Err("bad checksum"), "{other} for {sum}");
    }
}

#[test]
fn what_is_not_a_field_is_refused() {
    for bad in ["58=", "58", "=x", "058=x", "0=x", "+58=x", "5 8=x", "4294967296=x", "58=x||"] {
        assert_eq!(read_fields("0", &format!("{bad}|")), Err("not a field"), "{bad}");
    }
    assert_eq!(read_fields("0", "4294967295=x|58==x=|"), Ok("heartbeat"));
}

#[test]
fn a_data_field_is_as_long_as_its_length_says() {
    assert_eq!(read_fields("0", "95=7|96=||34=2||112=me|"), Ok("heartbeat"));
    assert_eq!(read_fields("0", "95=2|96=abc|"), Err("not a field"));
    assert_eq!(read_fields("0", "95=999999999|96=abc|"), Err("not a field"));
    assert_eq!(read_fields("0", "95=0|96=|"), Err("not a field"));
    // A length without its data field is a field like another.
    assert_eq!(read_fields("0", "95=7|58=x|"), Ok("heartbeat"));
    assert_eq!(read_fields("0", "95=x|96=y|"), Ok("heartbeat"));
}

#[test]
fn the_entries_must_be_as_many_as_said() {
    let entry = "279=0|269=0|270=1|";
    for (count, entries, outcome) in [
        ("2", 2, Ok("incremental_refresh")),
        ("02", 2, Ok("incremental_refresh")),
        ("0", 0, Ok("incremental_refresh")),
        ("1", 2, Err("bad group")),
        ("3", 2, Err("bad group")),
        ("1", 0, Err("bad group")),
        ("x", 1, Err("bad group")),
        ("-1", 1, Err("bad group")),
        ("18446744073709551617", 1, Err("bad group")),
    ] {
        let fields = format!("268={count}|{}", entry.repeat(entries));
        assert_eq!(read_fields("X", &fields), outcome, "{fields}");
    }
}

#[test]
fn a_message_may_be_of_any_length() {
    for entries in [0, 1, 1_000, 1_025, 20_000] {
        let fields = format!("268={entries}|{}", "279=0|270=1.5|".repeat(entries));
        assert_eq!(read_fields("X", &fields), Ok("incremental_refresh"), "{entries} entries");
    }
}

#[test]
fn fields_that_must_be_there_are_missed() {
    for (body, outcome) in [
        ("35=0|34=1|52=t|", Err("missing field")),
        ("35=0|49=V|52=t|", Err("missing field")),
        ("35=0|49=V|34=1|", Err("missing field")),
        ("35=X|49=V|34=1|52=t|", Err("missing field")),
        ("35=X|49=V|34=1|52=t|268=1|269=0|", Err("missing field")),
        ("35=X|49=V|34=1|52=t|268=1|279=2|", Ok("incremental_refresh")),
        ("35=W|49=V|34=1|52=t|268=1|279=2|", Err("missing field")),
        ("35=W|49=V|34=1|52=t|268=1|269=2|", Ok("snapshot")),
        ("35=f|49=V|34=1|52=t|", Ok("security_status")),
    ] {
        assert_eq!(read(&framed("8=FIX.4.4", body)), outcome, "{body}");
    }
}

#[test]
fn a_field_must_not_be_there_twice() {
    assert_eq!(read_fields("f", "48=a|48=b|"), Err("repeated field"));
    assert_eq!(read_fields("0", "49=W|"), Err("repeated field"));
    assert_eq!(read_fields("X", "268=1|279=0|270=1|270=2|"), Err("repeated field"));
    assert_eq!(read_fields("X", "268=0|268=0|"), Err("repeated field"));
    assert_eq!(read_fields("X", "268=1|279=0|268=1|"), Err("repeated field"));
    assert_eq!(read_fields("W", "48=a|268=1|269=0|48=b|"), Err("repeated field"));
    assert_eq!(read_fields("X", "48=a|268=2|279=0|48=b|279=0|48=b|"), Ok("incremental_refresh"));
    assert_eq!(read_fields("f", "58=a|58=b|"), Ok("security_status"), "nobody reads 58");
}

#[test]
fn values_must_be_of_their_fields_type() {
    for bad in [
        "270=x",
        "270=1.123456789",
        "270=99999999999",
        "270=1e5",
        "271=1,000",
        "279=6",
        "279=00",
        "269=00",
        "269=\u{20ac}",
        "83=1.5",
        "346=4294967296",
        "1023=-1",
        "290=x",
    ] {
        let action = if bad.starts_with("279") { "" } else { "279=0|" };
        assert_eq!(read_fields("X", &format!("268=1|{action}{bad}|")), Err("bad value"), "{bad}");
    }
    assert_eq!(read_fields("d", "969=x|"), Err("bad value"));
    assert_eq!(read_fields("f", "326=1.5|"), Err("bad value"));
    assert_eq!(read_fields("0", "969=x|270=x|"), Ok("heartbeat"), "nobody reads them there");
}

#[test]
fn text_may_hold_any_byte_but_the_separator() {
    for byte in (0..=u8::MAX).filter(|&byte| byte != b'\x01') {
        let body = [&soh("35=f|49=V|34=1|52=t|107=")[..], &[byte], b"\x01"].concat();
        assert_eq!(read(&framed_bytes(b"8=FIX.4.4", &body)), Ok("security_status"), "{byte}");
    }
}
