//! Every variant on the recorded feeds.

mod frames;

use frames::variants::Variants;
use frames::{RECORDINGS, recorded};
use latprobe_json::{After, KINDS};
use latprobe_sdk::Rehearsal;

#[test]
fn every_recorded_frame_is_understood_and_counted_under_its_kind() {
    for (name, expected) in RECORDINGS {
        let Some(frames) = recorded(name) else { return };
        let mut after = Rehearsal::<After>::new("{}").unwrap();
        for frame in &frames {
            assert!(after.message(frame).is_ok(), "{}", String::from_utf8_lossy(frame));
        }
        let counts: Vec<u64> = after.digests().iter().map(|(_, digest)| digest.count).collect();
        assert_eq!(counts, expected, "{name}: {KINDS:?}");
    }
}

#[test]
fn the_variants_agree_on_recorded_frames() {
    for (name, _) in RECORDINGS {
        let Some(frames) = recorded(name) else { return };
        let mut variants = Variants::new();
        // The first thousand have every kind; after that a spread over the whole recording.
        let spread = frames.iter().skip(1_000).step_by(37);
        for frame in frames.iter().take(1_000).chain(spread) {
            assert!(variants.agree(frame).is_ok());
        }
        assert!(variants.counts().iter().filter(|count| **count > 0).count() >= 3);
    }
}
