//! `latprobe.probe.mark`: a callable says that a stage is done.

use super::handler::Handler;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::cell::Cell;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicPtr, Ordering};

thread_local! {
    /// The instance that this thread drives: marks are on its message.
    static DRIVEN: Cell<*const Handler> = const { Cell::new(null()) };
}

/// The same, for whoever asks from another thread.
static DRIVEN_ANYWHERE: AtomicPtr<Handler> = AtomicPtr::new(null_mut());

/// Marks of this thread are from now on on messages of `handler`; null: of none.
pub fn drive(handler: *const Handler) {
    DRIVEN.set(handler);
    DRIVEN_ANYWHERE.store(handler.cast_mut(), Ordering::Release);
}

/// Whether a target of Python is at a message, in whatever thread. The interpreter's lock is held.
pub fn has_message_in_hand() -> bool {
    // SAFETY: a handler takes itself away from there before it ends, with the lock held.
    unsafe { DRIVEN_ANYWHERE.load(Ordering::Acquire).as_ref() }
        .is_some_and(|handler| !handler.probe.get().is_null())
}

/// The instance that this thread drives, or null.
pub fn driven() -> *const Handler {
    DRIVEN.get()
}

/// A method table's entry is read for as long as its function lives, and never written.
pub struct Method(pub ffi::PyMethodDef);

// SAFETY: names and a function, which nobody writes.
unsafe impl Sync for Method {}

/// A function by the interpreter's own convention: a wrapper would cost more than the mark.
static MARK: Method = Method(ffi::PyMethodDef {
    ml_name: c"mark".as_ptr(),
    ml_meth: ffi::PyMethodDefPointer { PyCFunction: mark },
    ml_flags: ffi::METH_O,
    ml_doc: c"mark(stage, /)\n--\n\nSays that a stage of the message in hand is done; nothing where there is none."
        .as_ptr(),
});

/// The target that does nothing: what is left is what calling costs.
static NOTHING: Method = Method(ffi::PyMethodDef {
    ml_name: c"nothing".as_ptr(),
    ml_meth: ffi::PyMethodDefPointer { PyCFunction: nothing },
    ml_flags: ffi::METH_O,
    ml_doc: c"nothing(payload, /)\n--\n\nDoes nothing.".as_ptr(),
});

/// Adds `mark` and `nothing` to a module.
pub fn add_mark(module: &Bound<'_, PyModule>) -> PyResult<()> {
    for (name, method) in [("mark", &MARK), ("nothing", &NOTHING)] {
        module.add(name, function(module.py(), method)?)?;
    }
    Ok(())
}

/// A function by the interpreter's own convention.
pub fn function<'py>(py: Python<'py>, method: &'static Method) -> PyResult<Bound<'py, PyAny>> {
    let definition = (&raw const method.0).cast_mut();
    let module = PyString::intern(py, "latprobe._core");
    // SAFETY: the definition lives as long as the program, and is only read.
    unsafe {
        let made = ffi::PyCFunction_NewEx(definition, null_mut(), module.as_ptr());
        Bound::from_owned_ptr_or_err(py, made)
    }
}

unsafe extern "C" fn nothing(
    _module: *mut ffi::PyObject,
    _payload: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: a new reference to what always lives.
    unsafe { ffi::Py_NewRef(ffi::Py_None()) }
}

unsafe extern "C" fn mark(
    _module: *mut ffi::PyObject,
    stage: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: a handler takes itself away from here before it ends.
    if let Some(handler) = unsafe { DRIVEN.get().as_ref() }
        // SAFETY: the interpreter holds its lock while it calls, and hands over a live object.
        && unsafe { !handler.mark(stage) }
    {
        return std::ptr::null_mut();
    }
    // SAFETY: a new reference to what always lives.
    unsafe { ffi::Py_NewRef(ffi::Py_None()) }
}
