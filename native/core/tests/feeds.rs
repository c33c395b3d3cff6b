//! A feed file may say anything of itself: it is refused, or it is replayed, and nothing else.

#[allow(dead_code)] // each test file uses a part
mod support;

use latprobe_core::pass::{self, Progress};
use latprobe_core::{BatchLayout, CoreError, Feed};
use proptest::prelude::*;
use support::{batch_file, counter, library, witness};

fn open(bytes: &[u8], layout: BatchLayout) -> Result<(Feed, tempfile::TempDir), CoreError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("feed");
    std::fs::write(&path, bytes).expect("a writable folder");
    Feed::open(&path, vec![layout]).map(|feed| (feed, folder))
}

#[test]
fn offsets_out_of_order_are_refused_with_their_place() {
    let (mut bytes, layout) = batch_file(&[vec![1, 2], vec![3], vec![4]]);
    bytes[layout.offsets + 16..][..8].copy_from_slice(&1_i64.to_le_bytes());

    let (feed, _folder) = open(&bytes, layout).expect("its buffers lie inside");
    let error = feed.batch(0).map(|_| ()).expect_err("the offsets fall");

    let place = (layout.offsets + 16) as u64;
    assert!(matches!(error, CoreError::FeedDamaged { offset, .. } if offset == place), "{error}");
}

#[test]
fn a_feed_without_a_message_is_refused() {
    let (bytes, layout) = batch_file(&[]);

    assert!(matches!(open(&bytes, layout), Err(CoreError::FeedEmpty { .. })));
}

proptest! {
    #[test]
    fn any_layout_over_any_bytes_is_refused_or_replayed(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        numbers in proptest::array::uniform5(prop_oneof![0_usize..64, any::<usize>()]),
    ) {
        let [messages, recv_ns, offsets, payload, payload_size] = numbers;
        let layout = BatchLayout { messages, recv_ns, offsets, payload, payload_size };
        replay(&bytes, layout);
    }

    #[test]
    fn a_flipped_bit_in_the_offsets_is_refused_or_replayed(
        sizes in proptest::collection::vec(0_usize..20, 1..20),
        position in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let messages: Vec<Vec<u8>> = sizes.iter().map(|&size| vec![0; size]).collect();
        let (mut bytes, layout) = batch_file(&messages);
        let index = layout.offsets + position.index(layout.payload - layout.offsets);
        bytes[index] ^= 1 << bit;
        replay(&bytes, layout);
    }
}

fn replay(bytes: &[u8], layout: BatchLayout) {
    let Ok((feed, _folder)) = open(bytes, layout) else { return };
    let library = library();
    let progress = counter();
    // Whether it is refused is not what is asked here: it must come to an end.
    let _ = pass::digest(&feed, &mut witness(&library), Progress::to(&progress));
    support::seen();
}
