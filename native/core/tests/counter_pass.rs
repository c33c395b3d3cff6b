//! The counters pass, with the kernel and the processor by a script and by this machine's own.

#[allow(dead_code)] // each test file uses a part
mod support;

use latprobe_core::CoreError;
use latprobe_core::counters::{Kernel, Linux, Page, Scripted};
use latprobe_core::pass::{CounterResult, Progress, Volume, counters};
use std::collections::VecDeque;
use support::{counter, feed, library, witness};

const VOLUME: Volume = Volume { warmup: 1, measured: 3 };

fn run(kernel: &impl Kernel, names: &[&str]) -> Result<CounterResult, CoreError> {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = feed(folder.path(), &[vec![vec![0]; 4]]);
    let library = library();
    let mut instance = witness(&library);
    let names: Vec<_> = names.iter().map(|it| (*it).to_owned()).collect();
    let at = counter();
    counters(&feed, &mut instance, VOLUME, &names, kernel, Progress::to(&at))
}

/// A counter of 48 bits, the processor's first, that may be read.
fn page() -> Box<Page> {
    // SAFETY: plain numbers, of which zero is one.
    let mut page: Box<Page> = Box::new(unsafe { std::mem::zeroed() });
    page.index = 1;
    page.pmc_width = 48;
    // SAFETY: the capabilities are bits of one word.
    unsafe { page.__bindgen_anon_1.__bindgen_anon_1.set_cap_user_rdpmc(1) };
    page
}

/// A group that is read twice.
fn with_readings(before: Vec<u64>, after: Vec<u64>) -> Scripted {
    let kernel = Scripted::default();
    kernel.readings.borrow_mut().insert(1, [before, after].into());
    kernel
}

#[test]
fn sums_are_the_difference_of_two_readings_scaled_by_the_time_that_was_counted() {
    let kernel = with_readings(vec![2, 0, 0, 0, 0], vec![2, 1_000, 500, 30, 6]);

    let result = run(&kernel, &["instructions", "cycles"]).expect("the script answers");

    assert_eq!(result.messages, 3);
    let values = |name: &str| (result.events[name].value, result.events[name].share);
    assert_eq!(values("instructions"), (60.0, 0.5));
    assert_eq!(values("cycles"), (12.0, 0.5));
    assert_eq!(kernel.switched.borrow()[..2], [(1, true), (1, false)]);
    assert!(kernel.alive.borrow().is_empty(), "all is closed again");
}

#[test]
fn events_that_never_had_a_counter_are_unsupported_and_not_zero() {
    let kernel = with_readings(vec![1, 0, 0, 0], vec![1, 1_000, 0, 0]);

    let result = run(&kernel, &["instructions"]).expect("the script answers");

    assert!(result.events.is_empty());
    assert!(result.unsupported["instructions"].contains("never had a counter"));
}

#[test]
fn without_rdpmc_stages_are_unsupported_with_the_reason() {
    let kernel = with_readings(vec![1, 0, 0, 0], vec![1, 1_000, 1_000, 30]);

    let result = run(&kernel, &["instructions"]).expect("the script answers");

    assert_eq!(result.reading, "read");
    assert!(result.stages_unsupported.expect("a reason").contains("cannot be mapped"));
}

#[test]
fn with_rdpmc_each_stage_has_what_lies_between_its_marks_without_the_reading() {
    let kernel = with_readings(vec![1, 0, 0, 0], vec![1, 1_000, 1_000, 30]);
    kernel.pages.borrow_mut().insert(1, page());
    // Each reading takes 5; the stages take 100, 10 and 1 more. The first readings tell whether
    // the counter can be read, and what a reading takes.
    let mut steps = vec![5; 1 + 2 * 1_001];
    for _ in 0..4 {
        steps.extend([5, 105, 5, 15, 5, 6, 5]);
    }
    let counter = steps.iter().scan(0, |sum, step| {
        *sum += step;
        Some(*sum)
    });
    kernel.counters.borrow_mut().insert(0, counter.collect::<VecDeque<u64>>());

    let result = run(&kernel, &["instructions"]).expect("the script answers");

    assert_eq!(result.reading, "rdpmc");
    let stages: Vec<_> = result.stages.iter().flatten().collect();
    assert_eq!(stages.iter().map(|it| it.messages).collect::<Vec<_>>(), [3, 3, 3]);
    let sums = stages.iter().map(|it| it.events["instructions"].value).collect::<Vec<_>>();
    assert_eq!(sums, [300.0, 30.0, 3.0]);
}

#[test]
fn a_kernel_that_stops_answering_is_an_error_in_words() {
    let kernel = with_readings(vec![1, 0, 0, 0], vec![]);

    let error = run(&kernel, &["instructions"]).expect_err("the script has no second answer");

    assert!(error.to_string().contains("stopped answering"), "{error}");
}

#[test]
fn the_kernel_s_own_events_are_counted_here_and_others_have_a_reason() {
    let result = run(&Linux, &["task-clock", "page-faults", "no-such-event"]).expect("it answers");

    assert!(result.events["task-clock"].value > 0.0);
    assert!(result.events.contains_key("page-faults"));
    assert!(result.unsupported["no-such-event"].contains("there is no event"));
    assert!(result.stages_unsupported.is_some());
}
