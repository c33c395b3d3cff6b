//! Two processes' passes in turns: here two threads, each with pipes of its own.

#[allow(dead_code)] // each test file uses a part
mod support;

use latprobe_core::pass::{self, CostResult, Progress, Volume};
use latprobe_core::{Feed, Instance, Turns, builtin};
use std::os::fd::RawFd;
use std::path::Path;
use support::{counter, feed, instrument};

fn pipe() -> (RawFd, RawFd) {
    let mut ends = [0; 2];
    // SAFETY: the kernel writes two descriptors to where there is room for two.
    assert_eq!(unsafe { libc::pipe(ends.as_mut_ptr()) }, 0);
    (ends[0], ends[1])
}

fn close(descriptor: RawFd) {
    // SAFETY: it is this test's own, and not used again.
    unsafe { libc::close(descriptor) };
}

fn cost(feed: &Feed, volume: Volume) -> CostResult {
    let library = builtin::library().expect("a sound table");
    let mut instance = Instance::create(&library, builtin::BARE_CHAIN, "{}").expect("an instance");
    pass::cost(feed, &mut instance, volume, &instrument(), Progress::to(&counter()))
        .expect("a pass")
}

fn made(folder: &Path, messages: Option<Turns>) -> Feed {
    let feed = feed(folder, &[vec![vec![0; 64]; 1_000]]);
    match messages {
        Some(turns) => feed.in_turns(turns),
        None => feed,
    }
}

const VOLUME: Volume = Volume { warmup: 160, measured: 800 };

#[test]
fn passes_in_turns_measure_the_same_chunks_of_the_same_messages() {
    let (one, other) = (tempfile::tempdir().expect("one"), tempfile::tempdir().expect("other"));
    let ((to_one, by_other), (to_other, by_one)) = (pipe(), pipe());

    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| {
            let turns = Turns { messages: 80, hand_over: by_one, wait: to_one };
            let result = cost(&made(one.path(), Some(turns)), VOLUME);
            close(by_one);
            result
        });
        let second = scope.spawn(|| {
            let turns = Turns { messages: 80, hand_over: by_other, wait: to_other };
            let result = cost(&made(other.path(), Some(turns)), VOLUME);
            close(by_other);
            result
        });
        (first.join().expect("the first"), second.join().expect("the second"))
    });

    // Chunks of 10; the first of each of ten turns is left out.
    for result in [first, second] {
        assert_eq!(result.messages, 10 * 70);
        assert_eq!(result.chunks_ns.len(), 10 * 7);
    }
}

#[test]
fn a_pass_whose_other_one_is_gone_goes_on_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let ((wait, by_other), (to_other, hand_over)) = (pipe(), pipe());
    close(by_other);
    // SAFETY: a test has no other use for the signal; Python, which starts workers, ignores it too.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
    close(to_other);

    let result = cost(&made(folder.path(), Some(Turns { messages: 80, hand_over, wait })), VOLUME);

    assert_eq!(result.chunks_ns.len(), 10 * 7);
}

#[test]
fn a_pass_by_itself_leaves_nothing_out() {
    let folder = tempfile::tempdir().expect("a folder");

    let result = cost(&made(folder.path(), None), VOLUME);

    assert_eq!((result.messages, result.chunks_ns.len()), (800, 0));
}
