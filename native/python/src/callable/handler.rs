//! An instance: the callables, and what handing messages to them needs.

use super::answer::KnownKinds;
use super::argument::Argument;
use super::failure::KnownErrors;
use super::fold::fold;
use super::mark;
use super::names::Learned;
use super::vectorcall::{OFFSET, Vectorcall};
use latprobe_abi::{MAX_KINDS, METRIC_NAME_SIZE, MODE_DIGEST, Metric, Probe};
use latprobe_core::STOPPED;
use pyo3::exceptions::PyLookupError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3::{FromPyObject, ffi};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::{c_char, c_void};
use std::ptr::{null_mut, without_provenance_mut};
use std::sync::Arc;

/// What a factory of the target's makes.
#[derive(FromPyObject)]
pub struct Made {
    /// The first gets the message, each other what the one before it answered.
    pub calls: Vec<Py<PyAny>>,
    /// Answers the fields of the last message.
    pub digest: Option<Py<PyAny>>,
    /// Sets it back to what it was when it was made.
    pub reset: Option<Py<PyAny>>,
    /// Answers figures of its own, by name.
    pub metrics: Option<Py<PyAny>>,
}

pub struct Handler {
    pub made: RefCell<Made>,
    /// Makes another one.
    pub factory: Py<PyAny>,
    pub call: Vectorcall,
    pub argument: Argument,
    /// Names of the stages, interned, so that most are found by their address.
    pub stages: Vec<Py<PyAny>>,
    /// Whether each callable is a stage, and is marked when it returns.
    pub is_pipeline: bool,
    pub kinds: KnownKinds,
    pub errors: KnownErrors,
    pub names: Arc<Learned>,
    /// Of the message in hand; null between messages.
    pub probe: Cell<*mut Probe>,
    pub is_stopped: Cell<bool>,
}

impl Handler {
    /// Handles no message any more.
    #[cold]
    fn stop(&self, problem: String) -> i32 {
        self.is_stopped.set(true);
        self.names.names().problem.get_or_insert(problem);
        STOPPED
    }

    /// Marks a stage by its name; answers false, with an exception set, where there is none.
    ///
    /// # Safety
    ///
    /// `stage` is live, and the interpreter's lock is held.
    #[inline]
    pub unsafe fn mark(&self, stage: *mut ffi::PyObject) -> bool {
        let probe = self.probe.get();
        if probe.is_null() {
            return true;
        }
        let by_address = (0..).zip(&self.stages).find(|(_, it)| it.as_ptr() == stage);
        let Some(index) = by_address.map(|(index, _)| index).or_else(|| self.by_content(stage))
        else {
            return false;
        };
        // SAFETY: the driver's probe is live while a message is in hand.
        unsafe { (*probe).mark(index) };
        true
    }

    #[cold]
    fn by_content(&self, stage: *mut ffi::PyObject) -> Option<u32> {
        // SAFETY: the interpreter has called us, and holds its lock.
        let py = unsafe { Python::assume_attached() };
        // SAFETY: the object is live.
        let name = unsafe { Bound::from_borrowed_ptr(py, stage) };
        let found = (0..).zip(&self.stages).find(|(_, it)| name.eq(it).unwrap_or(false));
        if found.is_none() {
            let known: Vec<_> = self.stages.iter().map(ToString::to_string).collect();
            let problem = format!(
                "it marks stage '{name}', and {}: name its stages in order in `target.stages`",
                if known.is_empty() {
                    "declares none".to_owned()
                } else {
                    format!("declares {}", known.join(", "))
                }
            );
            self.stop(problem.clone());
            PyLookupError::new_err(problem).restore(py);
        }
        found.map(|(index, _)| index)
    }

    /// Hands one message through the callables.
    ///
    /// # Safety
    ///
    /// The lock is held; bytes and probe are as the ABI says, and the bytes stay.
    #[inline]
    unsafe fn handle(&self, bytes: *const u8, size: usize, probe: *mut Probe) -> i32 {
        // SAFETY: the caller's promise.
        let py = unsafe { Python::assume_attached() };
        // SAFETY: the driver's probe is live during the call.
        let argument = unsafe { self.argument.make(bytes, size, &*probe) };
        if argument.is_null() {
            return self.failed(py);
        }
        // SAFETY: the argument is live until it is given back below.
        let answer = unsafe { self.through(argument, probe) };
        let answer = if answer.is_null() {
            self.failed(py)
        } else {
            // SAFETY: a new reference, which is dropped here.
            let answer = unsafe { Bound::from_owned_ptr(py, answer) };
            self.understood(&answer, probe)
        };
        // SAFETY: `make` has made it.
        unsafe { self.argument.done(argument, &*probe) };
        answer
    }

    /// What becomes of the exception that was left. The message is over: what the exception's own code
    /// marks is not of it.
    #[cold]
    fn failed(&self, py: Python<'_>) -> i32 {
        self.probe.set(null_mut());
        if self.is_stopped.get() {
            // SAFETY: the lock is held.
            unsafe { ffi::PyErr_Clear() };
            return STOPPED;
        }
        self.errors.taken(py, &self.names)
    }

    /// Calls one after the other, and answers what the last one did, or null with an exception set. A
    /// stage that answers `None` is the last.
    ///
    /// # Safety
    ///
    /// The lock is held, and the argument and the probe are live.
    #[inline]
    unsafe fn through(
        &self,
        argument: *mut ffi::PyObject,
        probe: *mut Probe,
    ) -> *mut ffi::PyObject {
        let made = self.made.borrow();
        let mut handed = argument;
        for (stage, callable) in (0..).zip(&made.calls) {
            let arguments = [null_mut(), handed];
            // SAFETY: one argument behind a free word, as the count says; all are live.
            let answer = unsafe {
                (self.call)(callable.as_ptr(), arguments.as_ptr().add(1), 1 | OFFSET, null_mut())
            };
            if self.is_pipeline && !answer.is_null() {
                // SAFETY: the driver's probe is live during the call.
                unsafe { (*probe).mark(stage) };
            }
            if stage > 0 {
                // SAFETY: the answer of the stage before.
                unsafe { ffi::Py_DECREF(handed) };
            }
            handed = answer;
            // SAFETY: `None` is always there.
            if answer.is_null() || answer == unsafe { ffi::Py_None() } {
                break;
            }
        }
        handed
    }

    #[inline]
    fn understood(&self, answer: &Bound<'_, PyAny>, probe: *mut Probe) -> i32 {
        let kind = match self.kinds.index(answer, &self.names) {
            Ok(kind) => kind,
            Err(problem) => return self.stop(problem),
        };
        // SAFETY: the driver's probe is live during the call.
        let probe = unsafe { &mut *probe };
        if probe.mode & MODE_DIGEST != 0
            && !probe.digests.is_null()
            && let Err(error) = self.fold(answer, kind, probe)
        {
            return self.stop(format!("what it says that it understood: {error}"));
        }
        kind
    }

    /// Folds what `digest` answers, or the second of a tuple of two that was answered.
    #[cold]
    fn fold(&self, answer: &Bound<'_, PyAny>, kind: i32, probe: &mut Probe) -> PyResult<()> {
        let digest = self.made.borrow().digest.as_ref().map(|it| it.clone_ref(answer.py()));
        let fields = if let Some(digest) = digest {
            digest.bind(answer.py()).call0()?
        } else if let Ok((_, fields)) = answer.extract::<(Bound<PyAny>, Bound<PyAny>)>() {
            fields
        } else {
            return Ok(());
        };
        let Some(index) = usize::try_from(kind).ok().filter(|&it| it < MAX_KINDS) else {
            return Ok(());
        };
        // SAFETY: with `MODE_DIGEST` the driver provides `MAX_KINDS` digests, and nobody else touches
        // them during a call.
        fold(unsafe { &mut *probe.digests.add(index) }, &fields)
    }

    fn set_back(&self, py: Python<'_>) -> PyResult<()> {
        let reset = self.made.borrow().reset.as_ref().map(|it| it.clone_ref(py));
        if let Some(reset) = reset {
            reset.bind(py).call0()?;
        } else {
            let fresh = self.factory.bind(py).call0()?.extract()?;
            drop(self.made.replace(fresh));
        }
        Ok(())
    }

    fn figures(&self, py: Python<'_>) -> PyResult<BTreeMap<String, f64>> {
        let Some(metrics) = self.made.borrow().metrics.as_ref().map(|it| it.clone_ref(py)) else {
            return Ok(BTreeMap::new());
        };
        metrics.bind(py).call0()?.cast_into::<PyDict>()?.extract()
    }
}

/// # Safety
///
/// As the ABI says, with the lock held by this thread, and bytes that stay.
pub unsafe extern "C" fn on_message(
    this: *mut c_void,
    bytes: *const u8,
    size: usize,
    _recv_ns: i64,
    probe: *mut Probe,
) -> i32 {
    // SAFETY: `this` is a live handler; it is only ever shared.
    let handler = unsafe { &*this.cast::<Handler>() };
    if handler.is_stopped.get() {
        return STOPPED;
    }
    handler.probe.set(probe);
    // SAFETY: the caller's promise.
    let answer = unsafe { handler.handle(bytes, size, probe) };
    handler.probe.set(null_mut());
    answer
}

/// # Safety
///
/// `this` is a live handler, and the lock is held.
pub unsafe extern "C" fn reset(this: *mut c_void) {
    // SAFETY: the caller's promise.
    let (handler, py) = unsafe { (&*this.cast::<Handler>(), Python::assume_attached()) };
    if let Err(error) = handler.set_back(py) {
        handler.stop(format!("it cannot be set back for the feed to start anew: {error}"));
    }
}

/// # Safety
///
/// As for [`reset`]; `out` has room for `capacity`.
pub unsafe extern "C" fn metrics(this: *mut c_void, out: *mut Metric, capacity: u32) -> u32 {
    // SAFETY: the caller's promise.
    let (handler, py) = unsafe { (&*this.cast::<Handler>(), Python::assume_attached()) };
    let figures = match handler.figures(py) {
        Ok(figures) => figures,
        Err(error) => {
            handler.stop(format!("its metrics cannot be read: {error}"));
            return 0;
        }
    };
    let mut count = 0;
    for (index, (name, value)) in figures.iter().take(capacity as usize).enumerate() {
        let mut metric = Metric { name: [0; METRIC_NAME_SIZE], value: *value };
        for (to, from) in metric.name.iter_mut().take(METRIC_NAME_SIZE - 1).zip(name.bytes()) {
            *to = c_char::from_ne_bytes([from]);
        }
        // SAFETY: `index` is below `capacity`.
        unsafe { out.add(index).write(metric) };
        count += 1;
    }
    count
}

/// # Safety
///
/// `this` was made by [`live`], is not used again, and the lock is held.
pub unsafe extern "C" fn destroy(this: *mut c_void) {
    if mark::driven().cast() == this.cast_const() {
        mark::drive(without_provenance_mut(0));
    }
    // SAFETY: the caller's promise.
    drop(unsafe { Box::from_raw(this.cast::<Handler>()) });
}

/// Has this thread drive it.
pub fn live(handler: Handler) -> *mut c_void {
    let handler = Box::into_raw(Box::new(handler));
    mark::drive(handler);
    handler.cast()
}
