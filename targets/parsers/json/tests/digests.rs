//! Every field counts in the digest.

mod frames;

use frames::MADE;
use latprobe_json::{After, before};
use latprobe_sdk::{Outcome, Rehearsal};

/// Outcome and checksums of one frame.
fn digest(frame: &str) -> (Outcome, Vec<u64>) {
    let mut after = Rehearsal::<After>::new("{}").unwrap();
    let outcome = after.message(frame.as_bytes());
    (outcome, after.digests().iter().map(|(_, digest)| digest.checksum).collect())
}

/// `frame` with something else in place of the byte at `at`, or of the word that starts there.
fn changed(frame: &str, at: usize) -> Option<String> {
    let (head, rest) = frame.split_at(at);
    let (old, new) = match rest.as_bytes()[0] {
        b'9' => ("9", "8"),
        b'0'..=b'8' => (&rest[..1], "9"),
        b'A'..=b'Z' => (&rest[..1], "x"),
        b'a'..=b'z' if rest.starts_with("true") => ("true", "false"),
        b'a'..=b'z' if rest.starts_with("false") => ("false", "true"),
        b'a'..=b'z' => (&rest[..1], "X"),
        _ => return None,
    };
    Some(format!("{head}{new}{}", rest.strip_prefix(old)?))
}

#[test]
fn a_frame_that_says_something_else_has_another_digest() {
    let mut changes = 0;
    for frame in MADE {
        let decoded = before::decode(frame.as_bytes());
        for changed in (0..frame.len()).filter_map(|at| changed(frame, at)) {
            let other = before::decode(changed.as_bytes());
            if other.is_ok() && other != decoded {
                assert_ne!(digest(&changed), digest(frame), "{changed}");
                changes += 1;
            }
        }
    }
    assert!(changes > 1_000, "{changes}");
}

#[test]
fn a_missing_field_is_not_the_same_as_one_of_zero() {
    let frame = |members| {
        format!(r#"{{"e":"trade","E":1,"T":2,"s":"A","t":3,"p":"4","q":"5","m":true{members}}}"#)
    };
    let frames =
        ["", r#","a":0"#, r#","b":0"#, r#","st":0"#, r#","M":false"#, r#","X":"""#, r#","ps":"""#];
    let digests = frames.map(|members| digest(&frame(members)));
    for (index, one) in digests.iter().enumerate() {
        for other in &digests[index + 1..] {
            assert_ne!(one, other);
        }
    }
}
