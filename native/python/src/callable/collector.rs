//! The interpreter's garbage collector, watched: when it runs, for how long, and in whose time.

use super::mark::has_message_in_hand;
use latprobe_core::stamp;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use serde::Serialize;
use std::sync::{Mutex, PoisonError};

const GENERATIONS: usize = 3;

/// Runs of one generation.
#[derive(Clone, Copy, Default)]
struct Runs {
    count: u64,
    ticks: u64,
    longest_ticks: u64,
    collected: u64,
}

/// While a message is in hand, and else.
#[derive(Clone, Copy, Default)]
struct Seen {
    started: u64,
    started_within: bool,
    within: [Runs; GENERATIONS],
    between: [Runs; GENERATIONS],
}

static SEEN: Mutex<Seen> = Mutex::new(Seen {
    started: 0,
    started_within: false,
    within: [Runs { count: 0, ticks: 0, longest_ticks: 0, collected: 0 }; GENERATIONS],
    between: [Runs { count: 0, ticks: 0, longest_ticks: 0, collected: 0 }; GENERATIONS],
});

/// Runs of one generation, times in nanoseconds.
#[derive(Serialize)]
pub struct CollectorRuns {
    generation: usize,
    /// Whether they were while a message was in hand.
    within_messages: bool,
    runs: u64,
    ns: f64,
    longest_ns: f64,
    /// Objects that it found to be garbage.
    collected: u64,
}

/// While it lives, runs of the collector are timed.
pub struct WatchedCollector {
    callbacks: Py<PyList>,
    callback: Py<PyAny>,
}

impl WatchedCollector {
    /// Adds itself to `gc.callbacks`.
    pub fn start(py: Python<'_>) -> PyResult<Self> {
        *SEEN.lock().unwrap_or_else(PoisonError::into_inner) = Seen::default();
        let callbacks = py.import("gc")?.getattr("callbacks")?.cast_into::<PyList>()?;
        let callback = super::mark::function(py, &CALLBACK)?;
        callbacks.append(&callback)?;
        Ok(Self { callbacks: callbacks.unbind(), callback: callback.unbind() })
    }

    /// What was seen, of those generations that ran.
    pub fn stop(self, py: Python<'_>, ns_per_tick: f64) -> PyResult<Vec<CollectorRuns>> {
        self.callbacks.bind(py).call_method1("remove", (self.callback,))?;
        let seen = *SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        let all = [(true, seen.within), (false, seen.between)];
        Ok(all
            .into_iter()
            .flat_map(|(within, runs)| (0..).zip(runs).map(move |it| (within, it)))
            .filter(|(_, (_, runs))| runs.count > 0)
            .map(|(within_messages, (generation, runs))| CollectorRuns {
                generation,
                within_messages,
                runs: runs.count,
                ns: runs.ticks as f64 * ns_per_tick,
                longest_ns: runs.longest_ticks as f64 * ns_per_tick,
                collected: runs.collected,
            })
            .collect())
    }
}

static CALLBACK: super::mark::Method = super::mark::Method(ffi::PyMethodDef {
    ml_name: c"on_collector".as_ptr(),
    ml_meth: ffi::PyMethodDefPointer { PyCFunctionFast: on_collector },
    ml_flags: ffi::METH_FASTCALL,
    ml_doc: c"on_collector(phase, info)\n--\n\nTold when the collector starts and stops.".as_ptr(),
});

unsafe extern "C" fn on_collector(
    _module: *mut ffi::PyObject,
    arguments: *mut *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    let now = stamp();
    // SAFETY: the interpreter calls with its lock held.
    let py = unsafe { Python::assume_attached() };
    if count == 2 {
        // SAFETY: so many live objects are there.
        let (phase, info) = unsafe {
            let phase = Bound::from_borrowed_ptr(py, *arguments);
            (phase, Bound::from_borrowed_ptr(py, *arguments.add(1)))
        };
        let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        if phase.eq("start").unwrap_or(false) {
            seen.started = now;
            seen.started_within = has_message_in_hand();
        } else if seen.started != 0 {
            let number = |name: &str| number_in(&info, name);
            let generation = usize::try_from(number("generation")).unwrap_or_default();
            let (ticks, collected) = (now - seen.started, number("collected"));
            let within = seen.started_within;
            let runs = if within { &mut seen.within } else { &mut seen.between };
            if let Some(runs) = runs.get_mut(generation) {
                runs.count += 1;
                runs.ticks += ticks;
                runs.longest_ticks = runs.longest_ticks.max(ticks);
                runs.collected += collected;
            }
        }
    }
    // SAFETY: a new reference to what always lives.
    unsafe { ffi::Py_NewRef(ffi::Py_None()) }
}

fn number_in(info: &Bound<'_, PyAny>, name: &str) -> u64 {
    let value = info.cast::<PyDict>().ok().and_then(|it| it.get_item(name).ok().flatten());
    value.and_then(|it| it.extract().ok()).unwrap_or_default()
}
