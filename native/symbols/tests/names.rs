//! Addresses of this program itself, and pictures with hostile names in them.

use latprobe_symbols::{flame_graph, symbolize};
use std::path::Path;

#[inline(never)]
fn outer(value: u64) -> u64 {
    std::hint::black_box(value) + 1
}

fn bias() -> u64 {
    // The first line of the map is the start of this program, whose first segment is at 0.
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let own = std::env::current_exe().unwrap();
    let line = maps.lines().find(|line| line.ends_with(own.to_str().unwrap())).unwrap();
    u64::from_str_radix(line.split('-').next().unwrap(), 16).unwrap()
}

#[test]
fn a_function_of_a_file_has_its_name_file_and_line() {
    let address = outer as *const () as u64 - bias();

    let found = symbolize(&std::env::current_exe().unwrap(), &[address, 1 << 46]);

    assert_eq!(found.len(), 2);
    let last = found[0].locations.last().unwrap();
    assert!(last.function.ends_with("outer"), "{}", last.function);
    assert!(last.file.as_ref().unwrap().ends_with("native/symbols/tests/names.rs"));
    assert!(last.line.is_some());
    assert!(found[1].locations.is_empty());
}

#[test]
fn a_file_that_is_none_knows_nothing() {
    let found = symbolize(Path::new("/nowhere/linux-vdso.so.1"), &[1, 2]);

    assert!(found.iter().all(|it| it.locations.is_empty()));
    assert_eq!(found.len(), 2);
}

#[test]
fn hostile_names_are_escaped_in_a_picture() {
    let folded = ["total;<script>alert(1)</script> 3".to_owned()];

    let svg = flame_graph("</title><script>", "allocations", &folded).unwrap();

    assert!(svg.contains("&lt;script&gt;alert(1)"));
    assert!(!svg.contains("<script>alert"));
    assert!(!svg.contains("</title><script>"));
    assert!(flame_graph("empty", "allocations", &[]).is_err());
}
