//! Builds the counting allocator, which travels inside the Python module: a wheel then holds it
//! however it was built, and no search for a file beside the module can go wrong.

use std::env;
use std::path::PathBuf;
use std::process::Command;

const SOURCE: &str = "../interpose/allocator.c";

fn main() {
    println!("cargo::rerun-if-changed={SOURCE}");
    println!("cargo::rerun-if-changed=../sdk/include/latprobe.h");
    let library = PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join("allocator.so");
    let compiler = cc::Build::new().opt_level(2).warnings(true).extra_warnings(true).get_compiler();
    let mut command = Command::new(compiler.path());
    command
        .args(compiler.args())
        .args(["-std=gnu11", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden", "-fno-builtin"])
        // Counting is to cost as little as can be, and jumps on before there is a frame to see.
        .arg("-fomit-frame-pointer")
        .args(["-I", "../sdk/include", SOURCE, "-ldl", "-pthread", "-o"])
        .arg(&library);
    let built = command.status();
    assert!(
        built.as_ref().is_ok_and(std::process::ExitStatus::success),
        "the C compiler could not build {SOURCE} ({built:?}): is a C compiler installed?"
    );
    println!("cargo::rustc-env=LATPROBE_ALLOCATOR_LIBRARY={}", library.display());
}
