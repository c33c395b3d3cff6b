//! What a callable is handed: the message's bytes, as an object.

use latprobe_abi::{AllocationCounts, MODE_OBSERVED, Probe};
use latprobe_core::allocation_counts;
use pyo3::ffi;
use pyo3::prelude::*;
use std::cell::Cell;
use std::ffi::{c_char, c_int};
use std::mem::offset_of;

/// A `memoryview` as `CPython` lays it out since 3.3 (`Include/cpython/memoryobject.h`). It is no part
/// of the stable ABI: [`is_known_layout`] looks whether it holds.
#[repr(C)]
struct MemoryView {
    head: ffi::PyVarObject,
    managed_buffer: *mut ffi::PyObject,
    hash: ffi::Py_hash_t,
    flags: c_int,
    exports: ffi::Py_ssize_t,
    view: ffi::Py_buffer,
    weak_references: *mut ffi::PyObject,
    /// Shape, strides and suboffsets of its one dimension.
    dimension: [ffi::Py_ssize_t; 3],
}

/// Not hashed yet.
const NO_HASH: ffi::Py_hash_t = -1;

/// Makes one argument after the other.
pub enum Argument {
    /// A read-only view of the feed itself.
    View(Views),
    /// A copy.
    Bytes,
}

/// The same view again, moved to the next message, where nobody has kept it; else a fresh one. A view
/// that was kept stays what it was: its memory is the feed's, which is never unmapped.
pub struct Views {
    current: Cell<*mut ffi::PyObject>,
    /// What its flags are as long as nobody has released it.
    flags: c_int,
    is_known_layout: bool,
}

impl Argument {
    /// Read-only views, or copies.
    ///
    /// # Errors
    ///
    /// Where the interpreter makes no view.
    pub fn new(py: Python<'_>, wants_bytes: bool) -> PyResult<Self> {
        if wants_bytes {
            return Ok(Self::Bytes);
        }
        let is_known_layout = is_known_layout();
        let view = fresh_view([0].as_ptr(), 1);
        if view.is_null() {
            return Err(PyErr::fetch(py));
        }
        let flags = if is_known_layout {
            // SAFETY: the layout was just looked at.
            unsafe { (*view.cast::<MemoryView>()).flags }
        } else {
            0
        };
        Ok(Self::View(Views { current: Cell::new(view), flags, is_known_layout }))
    }

    /// A reference to the argument, or null with an exception set; to be handed to
    /// [`Argument::done`].
    ///
    /// # Safety
    ///
    /// The interpreter's lock is held, and the bytes stay there for as long as the process.
    pub unsafe fn make(&self, bytes: *const u8, size: usize, probe: &Probe) -> *mut ffi::PyObject {
        match self {
            // SAFETY: the caller's promise.
            Self::View(views) => unsafe { views.at(bytes, size, probe) },
            Self::Bytes => {
                let _uncounted = Uncounted::of(probe);
                // SAFETY: so many bytes are there.
                unsafe { ffi::PyBytes_FromStringAndSize(bytes.cast(), size.cast_signed()) }
            }
        }
    }

    /// Gives back what [`Argument::make`] has made.
    ///
    /// # Safety
    ///
    /// The interpreter's lock is held.
    pub unsafe fn done(&self, argument: *mut ffi::PyObject, probe: &Probe) {
        if matches!(self, Self::Bytes) {
            let _uncounted = Uncounted::of(probe);
            // SAFETY: `make` has made this reference.
            unsafe { ffi::Py_DECREF(argument) };
        }
    }
}

impl Views {
    #[inline]
    unsafe fn at(&self, bytes: *const u8, size: usize, probe: &Probe) -> *mut ffi::PyObject {
        let current = self.current.get();
        if self.is_known_layout {
            // SAFETY: it lives by this handler's own reference, and the lock is held.
            let nobody_else = unsafe { ffi::Py_REFCNT(current) } == 1;
            // SAFETY: as above, and `is_known_layout` has seen that views are laid out so. It is only
            // looked at until it is known that nobody else has it.
            let is_free = nobody_else && unsafe { self.is_as_made(current.cast()) };
            if is_free {
                // SAFETY: as above. There is no other reference, and while the lock is held and no
                // Python code runs, none is made: nobody reads or writes it but through this one.
                let view = unsafe { &mut *current.cast::<MemoryView>() };
                view.view.buf = bytes.cast_mut().cast();
                view.view.len = size.cast_signed();
                view.dimension[0] = size.cast_signed();
                view.hash = NO_HASH;
                return current;
            }
        }
        self.replace(bytes, size, probe)
    }

    /// Whether nobody has exported, released or weakly referred to the view.
    ///
    /// # Safety
    ///
    /// It is a live memoryview of the known layout, and the interpreter's lock is held.
    #[inline]
    unsafe fn is_as_made(&self, view: *const MemoryView) -> bool {
        // SAFETY: the caller's promise.
        let view = unsafe { &*view };
        view.exports == 0 && view.flags == self.flags && view.weak_references.is_null()
    }

    #[cold]
    fn replace(&self, bytes: *const u8, size: usize, probe: &Probe) -> *mut ffi::PyObject {
        let _uncounted = Uncounted::of(probe);
        let fresh = fresh_view(bytes, size);
        if !fresh.is_null() {
            // SAFETY: the lock is held, and this reference is ours.
            unsafe { ffi::Py_DECREF(self.current.replace(fresh)) };
        }
        fresh
    }
}

impl Drop for Argument {
    fn drop(&mut self) {
        if let Self::View(views) = self {
            // SAFETY: handlers are dropped with the lock held, and this reference is ours.
            unsafe { ffi::Py_DECREF(views.current.get()) };
        }
    }
}

fn fresh_view(bytes: *const u8, size: usize) -> *mut ffi::PyObject {
    let memory = bytes.cast_mut().cast::<c_char>();
    // SAFETY: the caller holds the lock; read-only views do not write.
    unsafe { ffi::PyMemoryView_FromMemory(memory, size.cast_signed(), ffi::PyBUF_READ) }
}

/// Whether views are laid out as [`MemoryView`] says: their size is, and what a new one must hold is
/// where it should be.
fn is_known_layout() -> bool {
    let seen = [1_u8, 2, 3];
    let view = fresh_view(seen.as_ptr(), seen.len());
    if view.is_null() {
        // SAFETY: the lock is held.
        unsafe { ffi::PyErr_Clear() };
        return false;
    }
    // SAFETY: attributes of a type that always has them; the lock is held.
    let known = unsafe {
        size_attribute(view, c"__basicsize__") == Some(offset_of!(MemoryView, dimension))
            && size_attribute(view, c"__itemsize__") == Some(size_of::<ffi::Py_ssize_t>())
            && {
                let laid = &*view.cast::<MemoryView>();
                laid.view.buf.cast_const() == seen.as_ptr().cast()
                    && laid.view.len == seen.len().cast_signed()
                    && laid.view.shape.cast_const() == (&raw const laid.dimension).cast()
                    && laid.dimension[0] == seen.len().cast_signed()
                    && laid.hash == NO_HASH
                    && laid.exports == 0
                    && laid.weak_references.is_null()
            }
    };
    // SAFETY: ours.
    unsafe { ffi::Py_DECREF(view) };
    known
}

/// # Safety
///
/// The lock is held, and the object is live.
unsafe fn size_attribute(object: *mut ffi::PyObject, name: &std::ffi::CStr) -> Option<usize> {
    // SAFETY: the caller's promise; null is looked for.
    unsafe {
        let value = ffi::PyObject_GetAttrString(ffi::Py_TYPE(object).cast(), name.as_ptr());
        if value.is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        let size = ffi::PyLong_AsSize_t(value);
        ffi::Py_DECREF(value);
        Some(size)
    }
}

/// While it lives, what this thread allocates is not counted: it is latprobe's doing.
pub struct Uncounted(*mut AllocationCounts);

impl Uncounted {
    /// Where marks are observed, as they are where something is counted.
    fn of(probe: &Probe) -> Self {
        if probe.mode & MODE_OBSERVED == 0 { Self(std::ptr::null_mut()) } else { Self::now() }
    }

    /// Where anything counts in this process.
    pub fn now() -> Self {
        let Some(counts) = allocation_counts() else { return Self(std::ptr::null_mut()) };
        // SAFETY: answers this thread's counts, which live as long as it does.
        let counts = unsafe { counts() };
        // SAFETY: as above.
        unsafe { (*counts).paused += 1 };
        Self(counts)
    }
}

impl Drop for Uncounted {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: as in `of`.
            unsafe { (*self.0).paused -= 1 };
        }
    }
}
