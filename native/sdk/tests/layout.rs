//! The layouts in Rust and those in `latprobe.h` are the same, field by field.

use latprobe_abi::{
    ABI_VERSION, AllocationCounts, Column, Hop, Host, KindDigest, MAX_HOPS, MAX_KINDS, MAX_STAGES,
    METRIC_NAME_SIZE, MODE_DIGEST, MODE_OBSERVED, Metric, Probe, TABLE_MAGIC, TargetEntry,
    TargetTable, Tracker,
};
use std::fmt::Write as _;
use std::io::Write as _;
use std::mem::offset_of;
use std::path::Path;
use std::process::{Command, Stdio};

/// C that asserts the size of a structure, and where each of its fields lies.
macro_rules! layout {
    ($source:ident, $rust:ty, $c:literal, $($field:ident $(as $name:literal)?),+) => {
        writeln!($source, "_Static_assert(sizeof({}) == {}, \"{}\");", $c, size_of::<$rust>(), $c)
            .expect("memory");
        let mut fields = 0;
        $(
            let name = [$($name,)? stringify!($field)][0];
            let offset = offset_of!($rust, $field);
            writeln!(
                $source,
                "_Static_assert(offsetof({}, {name}) == {offset}, \"{}.{name}\");",
                $c, $c
            )
            .expect("memory");
            fields += 1;
        )+
        assert!(fields > 0);
    };
}

fn assertions() -> String {
    let mut source = "#include \"latprobe.h\"\n".to_owned();
    layout!(
        source,
        AllocationCounts,
        "latprobe_allocation_counts",
        allocations,
        frees,
        reallocations,
        bytes,
        paused
    );
    layout!(source, Host, "latprobe_host", abi_version, size, allocation_counts, tracker);
    layout!(source, KindDigest, "latprobe_kind_digest", count, checksum);
    layout!(
        source,
        Probe,
        "latprobe_probe",
        mode,
        timed,
        observe,
        context,
        digests,
        stamps,
        sequence
    );
    layout!(source, Metric, "latprobe_metric", name, value);
    layout!(source, Hop, "latprobe_hop", name, stage, reserved);
    layout!(
        source,
        Tracker,
        "latprobe_tracker",
        words,
        mask,
        hop_count,
        mode,
        timed,
        observed,
        observe,
        context,
        digests,
        digest_lock,
        reserved
    );
    layout!(
        source,
        TargetEntry,
        "latprobe_target",
        name,
        family,
        description,
        protocol,
        stages,
        kinds,
        errors,
        stage_count,
        kind_count,
        error_count,
        reserved,
        create,
        on_message,
        reset,
        metrics,
        destroy,
        hops,
        hop_count,
        reserved_hops,
        drain
    );
    layout!(
        source,
        TargetTable,
        "latprobe_target_table",
        magic,
        abi_version,
        target_size,
        target_count,
        targets
    );
    for (name, value) in [
        ("LATPROBE_ABI_VERSION", u64::from(ABI_VERSION)),
        ("LATPROBE_TABLE_MAGIC", u64::from(TABLE_MAGIC)),
        ("LATPROBE_MAX_STAGES", MAX_STAGES as u64),
        ("LATPROBE_MAX_KINDS", MAX_KINDS as u64),
        ("LATPROBE_MAX_HOPS", MAX_HOPS as u64),
        ("LATPROBE_METRIC_NAME_SIZE", METRIC_NAME_SIZE as u64),
        ("LATPROBE_MODE_OBSERVED", u64::from(MODE_OBSERVED)),
        ("LATPROBE_MODE_DIGEST", u64::from(MODE_DIGEST)),
        ("LATPROBE_COLUMN_FINISHED", u64::from(Column::FINISHED.0)),
        ("LATPROBE_COLUMN_SUPERSEDED", u64::from(Column::SUPERSEDED.0)),
        ("LATPROBE_COLUMN_DROPPED", u64::from(Column::DROPPED.0)),
    ] {
        writeln!(source, "_Static_assert({name} == {value}u, \"{name}\");").expect("memory");
    }
    source
}

/// What the C compiler says of a source.
fn compiled(source: &str) -> Result<(), String> {
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("include");
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let mut child = Command::new(compiler)
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-unused", "-fsyntax-only", "-xc"])
        .arg(format!("-I{}", include.display()))
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a C compiler");
    child.stdin.take().expect("a pipe").write_all(source.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(()) } else { Err(said) }
}

#[test]
fn every_field_lies_where_the_header_says() {
    assert_eq!(compiled(&assertions()), Ok(()));
}

#[test]
fn a_field_that_lies_elsewhere_is_found() {
    let moved = assertions().replace(
        &format!("drain) == {}", offset_of!(TargetEntry, drain)),
        &format!("drain) == {}", offset_of!(TargetEntry, drain) + 8),
    );

    let said = compiled(&moved).expect_err("it does not lie there");

    assert!(said.contains("latprobe_target.drain"), "{said}");
}
