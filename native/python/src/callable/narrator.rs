//! Telling a tracer of allocations what happens, in the only words that it records: allocations.
//!
//! Each event is a block of a size that stands for it, asked for and given back while no code of the
//! target is on the stack.

use latprobe_core::pass::Narrator;
use pyo3::prelude::*;

/// The size that says that a message begins.
pub const BEGIN_BYTES: usize = 61_001;
/// The size, with a stage's index added, that says that it is done.
pub const MARK_BYTES: usize = 61_100;
/// The size, with the kind's index and 1 added, that says that a message is done; without, of one that
/// was not understood.
pub const END_BYTES: usize = 61_200;

/// Says it to whoever traces `malloc`.
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
        say(BEGIN_BYTES);
    }

    fn mark(&mut self, stage: u32) {
        say(MARK_BYTES + stage as usize);
    }

    fn end(&mut self, kind: Option<usize>) {
        say(END_BYTES + kind.map_or(0, |kind| kind + 1));
    }
}

/// The same for a program that drives itself: says what a size stands for.
#[pyfunction]
pub fn tell(size: usize) {
    say(size);
}

fn say(size: usize) {
    // SAFETY: a block that is given back; the compiler does not know that, or it would leave both out.
    unsafe { libc::free(std::hint::black_box(libc::malloc(size))) };
}
