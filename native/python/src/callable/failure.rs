//! What becomes of an exception.

use super::argument::Uncounted;
use super::names::{Learned, Names, index_of};
use latprobe_abi::MAX_KINDS;
use pyo3::exceptions::{PyException, PySystemExit};
use pyo3::ffi;
use pyo3::prelude::*;
use std::cell::RefCell;

/// All exceptions for whose names there is no more room.
const OTHERS: &str = "other exceptions";

/// Types of exceptions that have been met.
#[derive(Default)]
pub struct KnownErrors(RefCell<Vec<(Py<PyAny>, i32)>>);

impl KnownErrors {
    /// Takes the exception that a callable has left, and answers `-1 - index` of its name. One that
    /// asks for the end of the program gets it.
    pub fn taken(&self, py: Python<'_>, names: &Learned) -> i32 {
        // SAFETY: the lock is held.
        let kind = unsafe { ffi::PyErr_Occurred() };
        let known = self.0.borrow().iter().find(|it| it.0.as_ptr() == kind).map(|it| it.1);
        if let Some(answer) = known {
            // SAFETY: as above.
            unsafe { ffi::PyErr_Clear() };
            return answer;
        }
        let _uncounted = Uncounted::now();
        let error = PyErr::fetch(py);
        if !error.is_instance_of::<PyException>(py) {
            end(py, &error);
        }
        // Both are code of the target's, which may come back here: nothing is locked meanwhile.
        let (name, example) = (name_of(py, &error), described(py, &error));
        let answer = learned(&mut names.names(), &name, example);
        let mut known = self.0.borrow_mut();
        if known.len() < MAX_KINDS {
            known.push((error.get_type(py).into_any().unbind(), answer));
        }
        answer
    }
}

/// `-1 - index` of an exception's name, or of all those that there is no room for.
fn learned(names: &mut Names, name: &str, example: String) -> i32 {
    let room = MAX_KINDS - 1;
    let (name, index) = match index_of(&mut names.errors, name, room) {
        Some(index) => (name, index),
        None => (OTHERS, index_of(&mut names.errors, OTHERS, MAX_KINDS).unwrap_or(room)),
    };
    names.examples.entry(name.to_owned()).or_insert(example);
    -1 - i32::try_from(index).unwrap_or_default()
}

/// `ValueError`, or `orjson.JSONDecodeError`.
fn name_of(py: Python<'_>, error: &PyErr) -> String {
    let kind = error.get_type(py);
    let name = kind.name().map_or_else(|_| "exception".to_owned(), |name| name.to_string());
    match kind.module() {
        Ok(module) if module != "builtins" => format!("{module}.{name}"),
        _ => name,
    }
}

/// What it says, and the line that it came from.
fn described(py: Python<'_>, error: &PyErr) -> String {
    let said = error.value(py).str().map(|it| it.to_string()).unwrap_or_default();
    match place(py, error) {
        Some(place) => format!("{said} ({place})"),
        None => said,
    }
}

/// The innermost line of Python.
fn place(py: Python<'_>, error: &PyErr) -> Option<String> {
    let mut traceback = error.traceback(py)?.into_any();
    while let Some(next) = traceback.getattr("tb_next").ok().filter(|it| !it.is_none()) {
        traceback = next;
    }
    let line = traceback.getattr("tb_lineno").ok()?;
    let file = traceback.getattr("tb_frame").ok()?.getattr("f_code").ok()?;
    let file: String = file.getattr("co_filename").ok()?.extract().ok()?;
    let file = file.rsplit('/').next().unwrap_or(&file).to_owned();
    Some(format!("{file}:{line}"))
}

/// Ends the process as Python would: the pass is one of its own, and the others go on.
fn end(py: Python<'_>, error: &PyErr) -> ! {
    let mut code = 1;
    if error.is_instance_of::<PySystemExit>(py) {
        let asked = error.value(py).getattr("code").ok();
        eprintln!("SystemExit: {}", asked.as_ref().map(ToString::to_string).unwrap_or_default());
        code =
            asked.map_or(
                0,
                |asked| {
                    if asked.is_none() { 0 } else { asked.extract::<i32>().unwrap_or(1) }
                },
            );
    } else {
        error.print(py);
    }
    for stream in ["stdout", "stderr"] {
        // It is about to be over: a stream that cannot be written to does not matter any more.
        let _ = py.import("sys").and_then(|sys| sys.getattr(stream)?.call_method0("flush"));
    }
    // SAFETY: ends this process at once; nothing of it is needed any more.
    unsafe { libc::_exit(code) }
}
