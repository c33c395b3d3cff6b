//! Builds the preloaded libraries and the simulation's runner, which travel inside the Python module:
//! a wheel then holds them however it was built, and no search for a file beside the module can go
//! wrong.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const INTERPOSE: &str = "../interpose";
const RUNNER: &str = "../simulate";
const RUNNER_SOURCES: [&str; 7] =
    ["callers.c", "check.c", "feed.c", "observe.c", "repeatable.c", "replay.c", "runner.c"];

fn main() {
    println!("cargo::rerun-if-changed=../sdk/include/latprobe.h");
    println!("cargo::rerun-if-changed={INTERPOSE}");
    println!("cargo::rerun-if-changed={RUNNER}");
    let allocator = preloaded("allocator");
    println!("cargo::rustc-env=LATPROBE_ALLOCATOR_LIBRARY={}", allocator.display());
    let call_sites = preloaded("call_sites");
    println!("cargo::rustc-env=LATPROBE_CALL_SITE_LIBRARY={}", call_sites.display());
    let heap = preloaded("heap");
    println!("cargo::rustc-env=LATPROBE_HEAP_LIBRARY={}", heap.display());
    let operators = preloaded("operators");
    println!("cargo::rustc-env=LATPROBE_OPERATORS_LIBRARY={}", operators.display());
    let clock = preloaded("clock");
    println!("cargo::rustc-env=LATPROBE_CLOCK_LIBRARY={}", clock.display());
    let runner = build(
        "simulation-runner",
        // Its random numbers are to be found before libc's, and its callers told apart.
        &["-rdynamic", "-fvisibility=hidden", "-fno-ipa-icf", "-fno-optimize-sibling-calls"],
        &RUNNER_SOURCES.map(|source| Path::new(RUNNER).join(source)),
    );
    println!("cargo::rustc-env=LATPROBE_SIMULATION_RUNNER={}", runner.display());
}

/// Builds a library that stands before libc.
fn preloaded(name: &str) -> PathBuf {
    build(
        &format!("{name}.so"),
        // Counting is to cost as little as can be, and jumps on before there is a frame to see.
        &["-shared", "-fPIC", "-fvisibility=hidden", "-fno-builtin", "-fomit-frame-pointer"],
        &[Path::new(INTERPOSE).join(name).with_extension("c")],
    )
}

/// Builds a file of `sources`.
fn build(name: &str, options: &[&str], sources: &[PathBuf]) -> PathBuf {
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join(name);
    let compiler = cc::Build::new().opt_level(2).warnings(true).extra_warnings(true).get_compiler();
    let mut command = Command::new(compiler.path());
    command
        .args(compiler.args())
        .args(["-std=gnu11", "-Werror", "-I", "../sdk/include"])
        .args(options)
        .args(sources)
        .args(["-ldl", "-pthread", "-o"])
        .arg(&out);
    let built = command.status();
    assert!(
        built.as_ref().is_ok_and(std::process::ExitStatus::success),
        "the C compiler could not build {name} ({built:?}): is a C compiler installed?"
    );
    out
}
