//! What a callable answered, read as a message kind.

use super::names::{Learned, index_of};
use latprobe_abi::MAX_KINDS;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyString};
use std::cell::{Cell, RefCell};

/// The kind of messages whose callable answers with something else than a kind.
const MESSAGE: &str = "message";

/// Objects that are known to be a kind: found again by their address, which costs no look at them.
pub struct KnownKinds {
    /// Of the objects, which are kept, so that no other takes the place.
    known: RefCell<Vec<(Py<PyAny>, i32)>>,
    /// The last that was found: messages of a kind come in rows.
    last: Cell<(*mut ffi::PyObject, i32)>,
    /// Index of [`MESSAGE`], once there was one.
    message: Cell<Option<i32>>,
    /// How many were declared: a number that is answered is one of their indices.
    declared: usize,
}

impl KnownKinds {
    pub fn new(declared: usize) -> Self {
        Self {
            known: RefCell::new(Vec::with_capacity(MAX_KINDS)),
            last: Cell::new((std::ptr::null_mut(), 0)),
            message: Cell::new(None),
            declared,
        }
    }

    /// The index of the kind that `answer` stands for: a text is its name, a number its index among the
    /// declared ones, a tuple of two holds it first, and anything else, `True` among it, is a `message`.
    ///
    /// # Errors
    ///
    /// Where there is no such kind, or there are too many.
    #[inline]
    pub fn index(&self, answer: &Bound<'_, PyAny>, names: &Learned) -> Result<i32, String> {
        let (last, index) = self.last.get();
        if last == answer.as_ptr() {
            return Ok(index);
        }
        self.find(answer, names)
    }

    /// Not in line: messages of a kind come in rows.
    #[inline(never)]
    fn find(&self, answer: &Bound<'_, PyAny>, names: &Learned) -> Result<i32, String> {
        let found =
            self.known.borrow().iter().find(|it| it.0.as_ptr() == answer.as_ptr()).map(|it| it.1);
        if let Some(index) = found {
            self.last.set((answer.as_ptr(), index));
            return Ok(index);
        }
        self.look(answer, names)
    }

    fn look(&self, answer: &Bound<'_, PyAny>, names: &Learned) -> Result<i32, String> {
        if answer.is_none() || answer.is_instance_of::<PyBool>() {
            let index = self.message(names)?;
            self.keep(answer, index);
            return Ok(index);
        }
        // SAFETY: the object is live, and so is its type.
        let flags = unsafe { ffi::PyType_GetFlags(ffi::Py_TYPE(answer.as_ptr())) };
        if flags & ffi::Py_TPFLAGS_UNICODE_SUBCLASS != 0 {
            // As it lies in the object, without a copy, which would be counted as the target's.
            let name = answer.cast::<PyString>().map_err(|error| error.to_string())?;
            let index = learn(names, name.to_str().map_err(|error| error.to_string())?)?;
            self.keep(answer, index);
            return Ok(index);
        }
        if flags & ffi::Py_TPFLAGS_TUPLE_SUBCLASS != 0 && answer.len().is_ok_and(|it| it == 2) {
            let kind = answer.get_item(0).map_err(|error| error.to_string())?;
            return self.index(&kind, names);
        }
        if flags & ffi::Py_TPFLAGS_LONG_SUBCLASS != 0 && self.declared > 0 {
            let index = answer.extract::<usize>().ok().filter(|&index| index < self.declared);
            let index = index.and_then(|index| i32::try_from(index).ok()).ok_or_else(|| {
                format!("it answered kind {answer}, and declares {}", self.declared)
            })?;
            self.keep(answer, index);
            return Ok(index);
        }
        self.message(names)
    }

    /// The index of what is no kind by itself.
    fn message(&self, names: &Learned) -> Result<i32, String> {
        if let Some(index) = self.message.get() {
            return Ok(index);
        }
        let index = learn(names, MESSAGE)?;
        self.message.set(Some(index));
        Ok(index)
    }

    fn keep(&self, answer: &Bound<'_, PyAny>, index: i32) {
        let mut known = self.known.borrow_mut();
        if known.len() < MAX_KINDS {
            known.push((answer.clone().unbind(), index));
        }
    }
}

fn learn(names: &Learned, name: &str) -> Result<i32, String> {
    let index = index_of(&mut names.names().kinds, name, MAX_KINDS);
    index.and_then(|index| i32::try_from(index).ok()).ok_or_else(|| {
        format!(
            "it answered '{name}', the {}th kind of message: there may be {MAX_KINDS}; a text that is \
             no kind is answered as the second of a tuple, ('kind', text)",
            MAX_KINDS + 1
        )
    })
}
