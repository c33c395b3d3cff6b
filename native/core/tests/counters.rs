//! Counters through a scripted kernel: what the first machine with a PMU has to find right.

use latprobe_core::counters::{Event, Groups, Linux, Page, Readers, Reading, Scripted};
use std::collections::{BTreeMap, VecDeque};

const HARDWARE: u32 = 0;
const SOFTWARE: u32 = 1;
const HW_CACHE: u32 = 3;
const RAW: u32 = 4;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

fn layout<'a>(groups: &'a Groups<Scripted>) -> Vec<Vec<&'a str>> {
    groups
        .groups
        .iter()
        .map(|group| group.events.iter().map(|it| it.name.as_str()).collect())
        .collect()
}

#[test]
fn events_that_fit_are_counted_at_the_same_time_and_the_kernel_s_own_apart() {
    let kernel = Scripted::default();

    let groups = Groups::open(&names(&["instructions", "page-faults", "cycles"]), &kernel);

    assert_eq!(layout(&groups), [vec!["instructions", "cycles"], vec!["page-faults"]]);
    let opened = kernel.opened.borrow();
    assert_eq!(
        *opened,
        [(HARDWARE, 1, -1, true), (HARDWARE, 0, 1, true), (SOFTWARE, 2, -1, false)]
    );
}

#[test]
fn a_group_that_is_full_is_followed_by_another() {
    let kernel = Scripted { group_size: [(HARDWARE, 2)].into(), ..Scripted::default() };

    let four = ["instructions", "cycles", "branches", "branch-misses"];
    let groups = Groups::open(&names(&four), &kernel);

    assert_eq!(
        layout(&groups),
        [vec!["instructions", "cycles"], vec!["branches", "branch-misses"]]
    );
    assert!(groups.unsupported.is_empty());
}

#[test]
fn an_event_that_there_is_not_leaves_the_others_and_says_why() {
    let last_level = 2 | 1 << 16;
    let kernel = Scripted {
        refused: [((HW_CACHE, last_level), libc::ENOENT)].into(),
        ..Scripted::default()
    };

    let groups = Groups::open(&names(&["cycles", "LLC-misses", "dTLB-misses"]), &kernel);

    assert_eq!(layout(&groups), [vec!["cycles", "dTLB-misses"]]);
    assert!(groups.unsupported["LLC-misses"].contains("no such counter"));
}

#[test]
fn where_a_processor_counts_something_near_it_is_named_and_not_put_in_its_place() {
    let refused: BTreeMap<_, _> = [((HW_CACHE, 2 | 1 << 16), libc::ENOENT)].into();
    for (vendor, is_named) in [("AuthenticAMD", true), ("GenuineIntel", false)] {
        let kernel = Scripted {
            refused: refused.clone(),
            files: [("/proc/cpuinfo".to_owned(), format!("vendor_id\t: {vendor}\n"))].into(),
            ..Scripted::default()
        };

        let groups = Groups::open(&names(&["LLC-misses", "r4843"]), &kernel);

        assert_eq!(layout(&groups), [vec!["r4843"]]);
        assert_eq!(groups.unsupported["LLC-misses"].contains("r4843"), is_named);
        assert_eq!(kernel.opened.borrow()[0], (RAW, 0x4843, -1, true));
    }
}

#[test]
fn each_answer_of_the_kernel_has_its_remedy() {
    for (error, words) in [
        (libc::ENOENT, "--simulate"),
        (libc::EACCES, "perf_event_paranoid is 4"),
        (libc::EPERM, "CAP_PERFMON"),
        (libc::EMFILE, "ulimit -n"),
        (libc::EINVAL, "processor's manual"),
        (libc::ENOSYS, "built without"),
        (libc::EBUSY, "perf_event_paranoid is 4"),
    ] {
        let kernel = Scripted {
            refused: [((HARDWARE, 1), error)].into(),
            files: [("/proc/sys/kernel/perf_event_paranoid".to_owned(), "4\n".to_owned())].into(),
            ..Scripted::default()
        };
        let groups = Groups::open(&names(&["instructions"]), &kernel);
        let reason = &groups.unsupported["instructions"];
        assert!(reason.contains(words), "{error}: {reason}");
        assert!(groups.groups.is_empty());
    }
}

#[test]
fn a_program_that_may_not_count_the_kernel_counts_itself() {
    let kernel = Scripted { paranoid: true, ..Scripted::default() };

    let groups = Groups::open(&names(&["page-faults", "context-switches"]), &kernel);

    assert_eq!(layout(&groups), [vec!["page-faults"]]);
    assert_eq!(*kernel.opened.borrow(), [(SOFTWARE, 2, -1, true)]);
    assert!(groups.unsupported["context-switches"].contains("does not permit"));
}

#[test]
fn descriptors_that_run_out_are_told_and_what_was_opened_is_closed() {
    let kernel = Scripted { descriptors: 2, ..Scripted::default() };

    let groups = Groups::open(&names(&["instructions", "cycles", "branches"]), &kernel);

    assert_eq!(layout(&groups), [vec!["instructions", "cycles"]]);
    assert!(groups.unsupported["branches"].contains("file descriptors"));
    drop(groups);
    assert!(kernel.alive.borrow().is_empty());
}

#[test]
fn a_group_that_shared_its_counters_is_scaled_and_says_by_how_much() {
    let start = Reading { enabled: 100, running: 100, values: vec![7, 70] };
    let end = Reading { enabled: 1_100, running: 350, values: vec![507, 1_070] };

    let between = end.since(&start);

    assert_eq!(between, Reading { enabled: 1_000, running: 250, values: vec![500, 1_000] });
    assert!((between.share() - 0.25).abs() < 1e-12);
    assert_eq!(between.scaled(0), Some(2_000.0));
    assert_eq!(between.scaled(1), Some(4_000.0));
}

#[test]
fn a_group_that_had_counters_all_of_the_time_is_not_scaled() {
    let reading = Reading { enabled: 1_000, running: 1_000, values: vec![123] };

    assert_eq!(reading.scaled(0), Some(123.0));
}

#[test]
fn a_group_that_never_had_counters_has_no_count_rather_than_zero() {
    let reading = Reading { enabled: 1_000, running: 0, values: vec![0] };

    assert_eq!(reading.scaled(0), None);
}

#[test]
fn groups_are_read_in_the_kernel_s_words() {
    let kernel = Scripted::default();
    let answers = VecDeque::from([vec![2, 10, 5, 40, 50], vec![1, 10]]);
    kernel.readings.borrow_mut().insert(1, answers);
    let groups = Groups::open(&names(&["instructions", "cycles"]), &kernel);

    let readings = groups.read().expect("the script answers");

    assert_eq!(readings, [Reading { enabled: 10, running: 5, values: vec![40, 50] }]);
    assert!(groups.read().is_err(), "an answer that is cut short is refused");
}

#[test]
fn codes_and_the_processor_s_own_names_are_understood() {
    let pmu = "/sys/bus/event_source/devices/cpu";
    let files = [
        ("events/ex_ret_ops", "event=0xc1,umask=0x02,edge\n"),
        ("format/event", "config:0-7,32-35\n"),
        ("format/umask", "config:8-15\n"),
        ("format/edge", "config:18\n"),
        ("events/odd", "event=0x1,ldlat=3"),
        ("format/ldlat", "config1:0-15"),
        ("events/wide", "event=0x1c2"),
    ];
    let kernel = Scripted {
        files: files.map(|(name, text)| (format!("{pmu}/{name}"), text.to_owned())).into(),
        ..Scripted::default()
    };

    let code = |name: &str| Event::named(name, &kernel).map(|it| (it.kind, it.config));
    assert_eq!(code("r01c2"), Ok((RAW, 0x01c2)));
    assert_eq!(code("ex_ret_ops"), Ok((RAW, 0xc1 | 0x02 << 8 | 1 << 18)));
    assert_eq!(code("wide"), Ok((RAW, 0xc2 | 1 << 32)));
    assert!(code("odd").is_err_and(|it| it.contains("first word")));
    for unknown in ["instrucions", "../../etc/passwd", "r", "rxyz", "", ".."] {
        assert!(code(unknown).is_err_and(|it| it.contains("there is no event")), "{unknown}");
    }
}

fn page(lock: u32, index: u32, offset: i64, width: u16) -> Box<Page> {
    // SAFETY: plain numbers, of which zero is one.
    let mut page: Box<Page> = Box::new(unsafe { std::mem::zeroed() });
    page.lock = lock;
    page.index = index;
    page.offset = offset;
    page.pmc_width = width;
    // SAFETY: the capabilities are bits of one word.
    unsafe { page.__bindgen_anon_1.__bindgen_anon_1.set_cap_user_rdpmc(1) };
    page
}

/// Reads `instructions` once, from such a page and counter.
fn read(page: Box<Page>, counter: u64) -> Result<Option<u64>, String> {
    let kernel = Scripted::default();
    let groups = Groups::open(&names(&["instructions"]), &kernel);
    let index = page.index;
    kernel.pages.borrow_mut().insert(1, page);
    kernel.counters.borrow_mut().insert(index.wrapping_sub(1), [counter].into());
    Readers::new(&groups.groups[0], &kernel).map(|readers| readers.read(0))
}

#[test]
fn a_counter_is_what_the_page_adds_to_the_processor_s() {
    assert_eq!(read(page(2, 1, 1_000, 48), 234), Ok(Some(1_234)));
}

#[test]
fn a_counter_that_starts_below_zero_is_a_number_with_a_sign_of_its_width() {
    let below = (1 << 48) - 100;
    assert_eq!(read(page(2, 3, 5_000, 48), below), Ok(Some(4_900)));
    assert_eq!(read(page(2, 3, 5_000, 64), u64::MAX - 99), Ok(Some(4_900)));
    assert_eq!(
        read(page(2, 3, 0, 40), 1 << 39 | 1),
        Ok(Some((-(1_i64 << 39) + 1).cast_unsigned()))
    );
}

#[test]
fn an_event_without_a_counter_or_without_leave_to_read_it_says_so() {
    assert!(read(page(2, 0, 1_000, 48), 1).is_err_and(|it| it.contains("rdpmc")));
    let mut forbidden = page(2, 1, 1_000, 48);
    // SAFETY: as in `page`.
    unsafe { forbidden.__bindgen_anon_1.__bindgen_anon_1.set_cap_user_rdpmc(0) };
    assert!(read(forbidden, 1).is_err());
}

#[test]
fn a_page_that_changes_while_it_is_read_is_read_again() {
    let kernel = Scripted::default();
    let groups = Groups::open(&names(&["instructions"]), &kernel);
    kernel.pages.borrow_mut().insert(1, page(2, 1, 1_000, 48));
    kernel.counters.borrow_mut().insert(0, [10].into());
    kernel.counters.borrow_mut().insert(4, [20].into());
    let readers = Readers::new(&groups.groups[0], &kernel).expect("the page is there");

    // The event moves to another counter after the page was read, and before the counter is.
    let mut moves = 1;
    *kernel.meanwhile.borrow_mut() = Some(Box::new(move |pages: &mut BTreeMap<i32, Box<Page>>| {
        if moves > 0 {
            moves -= 1;
            let page = pages.get_mut(&1).expect("there is one");
            page.lock += 2;
            page.index = 5;
            page.offset = 2_000;
        }
    }));

    assert_eq!(readers.read(0), Some(2_020), "not 1,010, nor 2,010");
}

#[test]
fn the_kernel_s_own_events_are_counted_here() {
    // Whatever is asked for first: as a follower, the clock would count a part of the time.
    let groups = Groups::open(&names(&["page-faults", "task-clock"]), &Linux);
    assert!(groups.unsupported.is_empty(), "{:?}", groups.unsupported);
    assert_eq!(groups.groups.len(), 2, "the clock is in a group of its own");

    let before = groups.read().expect("the kernel answers");
    groups.start().expect("it starts");
    let used = processor_time_ns();
    let pages = vec![1_u8; 64 * 4096];
    std::hint::black_box(&pages);
    while processor_time_ns() - used < 3_000_000 {}
    let used = processor_time_ns() - used;
    groups.stop().expect("it stops");
    let after = groups.read().expect("the kernel answers");

    let ns = after[1].since(&before[1]).scaled(0).expect("it had its counter");
    assert!(ns > 0.9 * used as f64, "{ns} ns of {used}");
    let again = groups.read().expect("the kernel answers");
    assert_eq!(again[1].values, after[1].values, "what is stopped does not count");
}

/// Of this thread, by the kernel's other clock.
fn processor_time_ns() -> i64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes one `timespec`, which is there.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}
