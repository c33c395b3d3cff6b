//! What a parser has learnt of a feed never shows in what it reads.

mod messages;
mod variants;

use messages::framed;
use std::collections::BTreeMap;
use variants::Variants;

const HEAD: &[&str] = &["49=V", "56=US", "34=7", "52=20240809-09:30:00.123", "75=20240809"];

const ENTRY: &[&str] = &[
    "269=0",
    "278=id1",
    "55=EURUSD",
    "48=4711",
    "22=8",
    "107=Euro",
    "83=12345",
    "270=1.09215",
    "271=1000000",
    "272=20240809",
    "273=09:30:00.1",
    "336=2",
    "346=3",
    "290=1",
    "1023=2",
];

/// Stands in the place of a field of the same tag, or beside others, for once.
const SURPRISES: &[&str] = &[
    "270=-1.5",
    "270=123456.789",
    "270=1.2.3",
    "270=",
    "271=2500000.25",
    "271=99999999",
    "271=x",
    "83=123456789012",
    "83=1234567890123456789",
    "346=4294967296",
    "269=00",
    "1023=1:",
    "10233=1",
    "55=",
    "22=",
    "58=text",
    "95=3|96=a|b",
    "49=W",
    "268=1",
    "279=6",
];

/// A small generator (xorshift64): a failure is found again.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).expect("below a usize")
    }

    /// Some of `fields` in any order.
    fn shuffled(&mut self, fields: &[&'static str]) -> Vec<&'static str> {
        let mut left = fields.to_vec();
        let count = 1 + self.below(fields.len());
        (0..count).map(|_| left.swap_remove(self.below(left.len()))).collect()
    }
}

/// A message that says that it has `count` entries.
fn message(kind: &str, head: &[&str], count: usize, entries: &[Vec<&str>]) -> Vec<u8> {
    let entries: Vec<String> = entries.iter().map(|entry| entry.join("|") + "|").collect();
    let head = head.join("|");
    framed("8=FIX.4.4", &format!("35={kind}|{head}|268={count}|{}", entries.concat()))
}

fn with_surprise<'a>(entry: &[&'a str], random: &mut Random) -> Vec<&'a str> {
    let surprise = SURPRISES[random.below(SURPRISES.len())];
    let tag = surprise.split('=').next();
    let mut entry = entry.to_vec();
    match entry.iter().position(|field| field.split('=').next() == tag) {
        Some(place) => entry[place] = surprise,
        None => entry.insert(random.below(entry.len()) + 1, surprise),
    }
    entry
}

#[test]
fn entries_of_every_order_are_read_alike_whatever_came_before() {
    let (mut variants, mut random) = (Variants::new(), Random(5));
    let mut outcomes = BTreeMap::new();
    for _ in 0..400 {
        let kind = ["X", "W"][random.below(2)];
        let starts = [["279=1"], ["269=1"]][random.below(2)];
        let shapes: Vec<Vec<&str>> = (0..=random.below(4))
            .map(|_| [&starts[..], &random.shuffled(&ENTRY[1..])].concat())
            .collect();
        for _ in 0..6 {
            let mut entries: Vec<Vec<&str>> =
                (0..random.below(5)).map(|_| shapes[random.below(shapes.len())].clone()).collect();
            if let (Some(entry), 0) = (entries.last_mut(), random.below(3)) {
                *entry = with_surprise(entry, &mut random);
            }
            let count = entries.len() + random.below(10) / 9;
            let message = message(kind, HEAD, count, &entries);
            *outcomes.entry(variants.read(&message)).or_insert(0) += 1;
        }
    }
    println!("{outcomes:?}");
    for error in ["not a field", "bad group", "repeated field", "missing field", "bad value"] {
        assert!(outcomes.contains_key(&Err(error)), "no case came to `{error}`");
    }
    assert!(outcomes.contains_key(&Ok("incremental_refresh")));
    assert!(outcomes.contains_key(&Ok("snapshot")));
}

#[test]
fn bodies_of_every_order_are_read_alike_whatever_came_before() {
    let (mut variants, mut random) = (Variants::new(), Random(6));
    let fields =
        [HEAD, &["48=4711", "55=ES", "326=17", "332=101.5", "15=USD", "112=you?"]].concat();
    let mut understood = 0;
    for _ in 0..300 {
        let kind = ["X", "W", "f", "d", "0", "y"][random.below(6)];
        let body = random.shuffled(&fields);
        for _ in 0..3 {
            let body = match random.below(3) {
                0 => with_surprise(&body, &mut random),
                _ => body.clone(),
            };
            let plain = framed("8=FIX.4.4", &format!("35={kind}|{}|", body.join("|")));
            understood += usize::from(variants.read(&plain).is_ok());
            let entries = vec![vec!["279=0", "269=1"]; random.below(3)];
            understood +=
                usize::from(variants.read(&message(kind, &body, entries.len(), &entries)).is_ok());
        }
    }
    assert!(understood > 100, "only {understood} were good");
}

#[test]
fn a_data_field_that_starts_entries_hides_nothing() {
    let mut variants = Variants::new();
    let learnt = "35=X|49=V|34=1|52=t|268=2|279=0|269=1|279=0|269=1|";
    let hidden = "35=X|49=V|34=1|52=t|268=2|96=x|279=0|95=17|96=x|279=0|269=1|ab|279=1|";
    for body in [learnt, hidden, learnt, hidden] {
        let _ = variants.read(&framed("8=FIX.4.4", body));
    }
    assert_eq!(variants.read(&framed("8=FIX.4.4", learnt)), Ok("incremental_refresh"));
}
