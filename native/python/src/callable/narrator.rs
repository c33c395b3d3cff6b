//! Telling a tracer of allocations what happens, in the only words that it records: allocations.
//!
//! Each event is a block of a size that stands for it, asked for and given back at once. It is asked
//! of `valloc`, which nothing else calls since POSIX has withdrawn it, and the sizes begin where chance
//! has it in this process: nothing that a target asks for is taken for one.

use latprobe_core::pass::Narrator;
use pyo3::prelude::*;
use std::ffi::c_void;
use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

/// Sizes that stand for something, in one process.
#[derive(Clone, Copy)]
pub struct Sizes {
    /// A message begins.
    pub begin: usize,
    /// With a stage's index added: it is done.
    pub mark: usize,
    /// With the kind's index and 1 added: a message is done; without, one that was not understood.
    pub end: usize,
}

/// The sizes of this process.
pub fn sizes() -> Sizes {
    static LEAST: OnceLock<usize> = OnceLock::new();
    // Under 128 KiB, from where on the allocator would ask the kernel.
    let least = *LEAST.get_or_init(|| {
        let chance = RandomState::new().hash_one(std::process::id());
        32_768 + usize::from(chance.to_le_bytes()[0]) * 256 + usize::from(chance.to_le_bytes()[1])
    });
    Sizes { begin: least, mark: least + 100, end: least + 200 }
}

unsafe extern "C" {
    fn valloc(size: usize) -> *mut c_void;
}

/// Says it to whoever traces allocations.
pub struct Told<'py> {
    /// Called before the first message that counts.
    pub at_measured: Bound<'py, PyAny>,
    /// What that raised.
    pub error: &'py std::cell::RefCell<Option<PyErr>>,
}

impl Narrator for Told<'_> {
    fn measured(&mut self) {
        *self.error.borrow_mut() = self.at_measured.call0().err();
    }

    fn begin(&mut self) {
        say(sizes().begin);
    }

    fn mark(&mut self, stage: u32) {
        say(sizes().mark + stage as usize);
    }

    fn end(&mut self, kind: Option<usize>) {
        say(sizes().end + kind.map_or(0, |kind| kind + 1));
    }
}

/// The same for a program that drives itself: says what a size stands for.
#[pyfunction]
pub fn tell(size: usize) {
    say(size);
}

fn say(size: usize) {
    // SAFETY: a block that is given back; the compiler does not know that, or it would leave both out.
    unsafe { libc::free(std::hint::black_box(valloc(size))) };
}
