//! The built-in targets of known cost.

#[allow(dead_code)] // each test file uses a part
mod support;

use latprobe_core::pass::{self, Progress, Volume};
use latprobe_core::{Instance, builtin};
use support::{counter, feed, instrument};

/// Every length that ends at another place of the straight stretch, and some that take turns.
fn lengths() -> Vec<usize> {
    (0..130).chain([255, 256, 4_095, 16_384, 40_000]).collect()
}

#[test]
fn a_chain_is_of_the_kind_of_the_power_of_two_that_it_reaches() {
    let folder = tempfile::tempdir().expect("a folder");
    let messages: Vec<Vec<u8>> = lengths().into_iter().map(|length| vec![0; length]).collect();
    let mut expected = vec![0; 16];
    for length in lengths() {
        expected[length.max(1).ilog2() as usize] += 1;
    }
    let feed = feed(folder.path(), &[messages]);
    let library = builtin::library().expect("a sound table");
    let mut chain = Instance::create(&library, builtin::CHAIN, "{}").expect("an instance");
    let volume = Volume { warmup: 0, measured: feed.messages() };
    let progress = counter();

    let result = pass::latency(&feed, &mut chain, volume, &instrument(), Progress::to(&progress))
        .expect("a pass");

    let mut seen = vec![0; 16];
    for kind in &result.kinds {
        let length: usize = kind.kind.as_deref().unwrap_or("0").parse().expect("a number");
        let work = kind.stages[1].as_ref().map_or(0, |stage| stage.count);
        assert_eq!(work, kind.total.count, "every chain marks its end");
        seen[length.ilog2() as usize] = kind.total.count;
    }
    let left_out = result.settling;
    assert_eq!((seen, left_out), (expected, 0));
}

#[test]
fn every_built_in_target_comes_to_the_end_of_every_length() {
    let folder = tempfile::tempdir().expect("a folder");
    let messages: Vec<Vec<u8>> = lengths().into_iter().map(|length| vec![0; length]).collect();
    let feed = feed(folder.path(), &[messages]);
    let library = builtin::library().expect("a sound table");
    for name in [
        builtin::NULL,
        builtin::CHAIN,
        builtin::BARE_CHAIN,
        builtin::LONGER_CHAIN,
        builtin::TAILED_CHAIN,
    ] {
        let mut instance = Instance::create(&library, name, "{}").expect("an instance");
        let volume = Volume { warmup: 0, measured: feed.messages() };
        let progress = counter();

        let result =
            pass::cost(&feed, &mut instance, volume, &instrument(), Progress::to(&progress))
                .expect("a pass");

        assert_eq!(result.messages, feed.messages(), "{name}");
    }
}
