//! All variants say the same of any bytes.

use crate::random::Random;
use crate::recording::recording;
use crate::reports::{report, reports};
use crate::samples::{TYPES, random_message};
use latprobe_itch50::After;

/// Asserts that every variant says of `messages` what `After` does, and answers how many `After`
/// understood.
fn assert_agreement(messages: &[impl AsRef<[u8]>]) -> usize {
    let after = report::<After>(messages);
    for (name, other) in reports(messages) {
        for (index, (ours, theirs)) in after.outcomes.iter().zip(&other.outcomes).enumerate() {
            assert_eq!(ours, theirs, "{name} on {:02x?}", messages[index].as_ref());
        }
        assert_eq!(after.digests, other.digests, "{name}");
    }
    after.outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

#[test]
fn variants_agree_on_random_fields_of_every_message_type() {
    let mut random = Random(1);
    for &message_type in TYPES {
        for _ in 0..200 {
            // One at a time, so that a difference in a single message shows.
            assert_eq!(assert_agreement(&[random_message(message_type, &mut random)]), 1);
        }
    }
}

#[test]
fn variants_agree_on_padding_and_on_bytes_that_look_like_it() {
    let mut random = Random(2);
    for &message_type in TYPES {
        for filler in [b' ', b'\t', b'\n', 0, 0x7f, 0x85, 0xa0, 0xff] {
            let mut message = random_message(message_type, &mut random);
            for byte in &mut message[11..] {
                if random.below(3) > 0 {
                    *byte = filler;
                }
            }
            assert_agreement(&[message]);
        }
    }
}

#[test]
fn variants_agree_on_random_bytes_of_any_length() {
    let mut random = Random(3);
    let messages: Vec<_> = (0..20_000)
        .map(|_| {
            let length = random.below(64);
            random.bytes(length)
        })
        .collect();
    assert_agreement(&messages);
}

#[test]
fn variants_agree_on_every_truncation_and_on_bytes_too_many() {
    let mut random = Random(4);
    for &message_type in TYPES {
        let mut message = random_message(message_type, &mut random);
        let length = message.len();
        message.extend(random.bytes(20));
        let cuts: Vec<_> = (0..message.len()).map(|end| &message[..end]).collect();
        assert_eq!(assert_agreement(&cuts), 1, "only the {length} bytes of the type are a message");
    }
}

#[test]
fn variants_agree_on_bit_flips_of_recorded_messages() {
    let mut random = Random(5);
    for name in ["itch50-aapl-10k.bin", "itch50-synthetic-zero-prefix.bin"] {
        let Some(recording) = recording(name) else { return };
        let damaged: Vec<_> = recording
            .messages()
            .into_iter()
            .map(|message| {
                let mut message = message.to_vec();
                let bit = random.below(message.len() * 8);
                message[bit / 8] ^= 1 << (bit % 8);
                message
            })
            .collect();
        let understood = assert_agreement(&damaged);
        assert!(understood > 0 && understood < damaged.len());
    }
}

#[test]
fn variants_agree_on_recorded_feeds_and_understand_every_message() {
    for name in ["itch50-aapl-10k.bin", "itch50-synthetic-zero-prefix.bin"] {
        let Some(recording) = recording(name) else { return };
        let messages = recording.messages();
        assert_eq!(assert_agreement(&messages), messages.len());
    }
}
