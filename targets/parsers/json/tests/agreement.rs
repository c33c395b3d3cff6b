//! The variants agree on damaged and on odd frames: same outcome, same digest.

mod frames;

use frames::variants::Variants;
use frames::{MADE, RECORDINGS, recorded};
use latprobe_json::DecodeError;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::ops::Range;
use std::sync::LazyLock;

/// What may be found where it is not expected.
const SPLINTERS: &[&str] = &[
    " ",
    "\n",
    "\t\r",
    ",",
    ":",
    "[",
    "]",
    "{",
    "}",
    "[]",
    "{}",
    "\"",
    "\\",
    "\"\"",
    "0",
    "-",
    "-0",
    "00",
    ".",
    ".5",
    "1e5",
    "1E400",
    "-1e-400",
    "1.0",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "12345678901234567890123",
    "17976931348623157e292",
    "null",
    "true",
    "false",
    "nul",
    "\\u0041",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\udc00",
    "\\n",
    "\\/",
    "\\q",
    "é",
    "\u{1}",
    "\u{7f}",
    "\"e\":\"trade\",",
    "\"T\":1,",
    "\"E\":null,",
    "\"x\":[1,{\"e\":2}],",
    "\"data\":{},",
    "\"stream\":\"s\",",
    "\"\\u0065\":\"aggTrade\",",
    "\"s\":\"a\\tb\",",
    "\"p\":\"\\u0031.5\",",
    "\"st\":1,",
    "[\"1\",\"2\"],",
    "[\"1\",\"2\",\"3\"],",
    "000000000",
    "[\"1\"],",
    "[[\"1\",\"2\"]],",
];

static FRAMES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let made = MADE.iter().map(|frame| frame.as_bytes().to_vec());
    let recorded = RECORDINGS.iter().filter_map(|(name, _)| recorded(name));
    made.chain(recorded.flat_map(|frames| frames.into_iter().take(200))).collect()
});

#[derive(Clone, Debug)]
enum Damage {
    Cut(Index),
    Flip(Index, u8),
    Replace(Index, u8),
    Insert(Index, &'static str),
    Remove(Index, Index),
    Repeat(Index, Index),
    SwapMembers(Index, Index),
}

impl Damage {
    fn apply(&self, frame: &mut Vec<u8>) {
        if frame.is_empty() {
            return;
        }
        let size = frame.len();
        match self {
            Self::Cut(at) => frame.truncate(at.index(size)),
            Self::Flip(at, bit) => frame[at.index(size)] ^= 1 << bit,
            Self::Replace(at, byte) => frame[at.index(size)] = *byte,
            Self::Insert(at, text) => {
                let at = at.index(size);
                frame.splice(at..at, text.bytes());
            }
            Self::Remove(from, to) => {
                frame.drain(span(size, *from, *to));
            }
            Self::Repeat(from, to) => {
                let span = span(size, *from, *to);
                let copy = frame[span.clone()].to_vec();
                frame.splice(span.start..span.start, copy);
            }
            Self::SwapMembers(one, other) => swap_members(frame, *one, *other),
        }
    }
}

fn span(size: usize, from: Index, to: Index) -> Range<usize> {
    let (from, to) = (from.index(size), to.index(size));
    from.min(to)..from.max(to)
}

/// Swaps two of the texts between commas.
fn swap_members(frame: &mut Vec<u8>, one: Index, other: Index) {
    let mut members: Vec<Vec<u8>> = frame.split(|&byte| byte == b',').map(<[u8]>::to_vec).collect();
    let (one, other) = (one.index(members.len()), other.index(members.len()));
    members.swap(one, other);
    *frame = members.join(&b',');
}

fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<Index>;
    prop_oneof![
        1 => index().prop_map(Damage::Cut),
        3 => (index(), 0_u8..8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        2 => (index(), select(b"0123456789\"\\,:.{}[] -eEtfn".to_vec()))
            .prop_map(|(at, byte)| Damage::Replace(at, byte)),
        5 => (index(), select(SPLINTERS)).prop_map(|(at, text)| Damage::Insert(at, text)),
        1 => (index(), index()).prop_map(|(from, to)| Damage::Remove(from, to)),
        1 => (index(), index()).prop_map(|(from, to)| Damage::Repeat(from, to)),
        3 => (index(), index()).prop_map(|(one, other)| Damage::SwapMembers(one, other)),
    ]
}

/// Where a value or a member ends, so that an insertion there often leaves a valid frame.
fn seams(frame: &[u8]) -> Vec<usize> {
    (0..frame.len()).filter(|&at| b"{}[],:".contains(&frame[at])).map(|at| at + 1).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn the_variants_agree_on_damaged_frames(
        frame in any::<Index>(),
        damages in vec(damage(), 0..4),
    ) {
        let mut frame = frame.get(&FRAMES).clone();
        for damage in &damages {
            damage.apply(&mut frame);
        }
        let _ = Variants::new().agree(&frame);
    }

    #[test]
    fn the_variants_agree_on_frames_with_odd_members(
        frame in any::<Index>(),
        insertions in vec((any::<Index>(), select(SPLINTERS)), 1..4),
    ) {
        let mut frame = frame.get(&FRAMES).clone();
        for (at, text) in insertions {
            let seams = seams(&frame);
            if !seams.is_empty() {
                let at = *at.get(&seams);
                frame.splice(at..at, text.bytes());
            }
        }
        let _ = Variants::new().agree(&frame);
    }
}

#[test]
fn every_truncation_of_a_frame_is_malformed_in_every_variant() {
    let mut variants = Variants::new();
    for frame in MADE {
        for size in 0..frame.len() {
            let outcome = variants.agree(&frame.as_bytes()[..size]);
            assert_eq!(outcome, Err(DecodeError::Malformed.reject()));
        }
    }
}
