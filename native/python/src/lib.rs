//! `latprobe._core`: the measuring core as a Python module.
//!
//! Arguments in, JSON out; everything that happens in between is in `latprobe-core`. The
//! interpreter's lock is released while a pass runs, unless its target is Python itself.

mod callable;
mod capture;
mod histogram;
mod replay;

use capture::PyCaptureReader;
use histogram::PyHistogram;
use latprobe_core::{
    BatchLayout, Clock, ClockSource, CoreError, Feed, Instrument, Library, Pace, Schedule, Turns,
    builtin, counters, use_clock,
};
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use replay::PyReplay;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// How long the clock is held against the monotonic clock: good to some parts in a million.
const CLOCK_PERIOD: Duration = Duration::from_millis(10);

/// What `library` is called that holds the targets of known cost.
const BUILTIN: &str = "builtin";

pyo3::create_exception!(
    latprobe._core,
    NativeError,
    PyValueError,
    "The core refuses something, in words for the user."
);

fn refused(error: &CoreError) -> PyErr {
    NativeError::new_err(error.to_string())
}

fn json(value: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| NativeError::new_err(error.to_string()))
}

fn read<T: DeserializeOwned>(text: &str) -> PyResult<T> {
    serde_json::from_str(text)
        .map_err(|error| NativeError::new_err(format!("{text} cannot be read: {error}")))
}

fn open_library(path: &Path) -> PyResult<Library> {
    if path == Path::new(BUILTIN) { builtin::library() } else { Library::open(path) }
        .map_err(|error| refused(&error))
}

/// Refuses a buffer that [`shared_word`] cannot be in.
fn check_shared_word(name: &str, buffer: &PyBuffer<u8>) -> PyResult<()> {
    let aligned = buffer.buf_ptr().cast::<AtomicU64>().is_aligned();
    if buffer.readonly() || buffer.len_bytes() < size_of::<AtomicU64>() || !aligned {
        return Err(NativeError::new_err(format!(
            "{name} must be a writable buffer of at least 8 bytes, at a multiple of 8",
        )));
    }
    Ok(())
}

/// The word that this process and the one that started it have in common.
///
/// # Safety
///
/// The buffer must have passed [`check_shared_word`].
unsafe fn shared_word(buffer: &PyBuffer<u8>) -> &AtomicU64 {
    // SAFETY: size and alignment are as they must be, the buffer outlives the answer, and whoever
    // else looks at it is in another process, or reads it whole.
    unsafe { &*buffer.buf_ptr().cast::<AtomicU64>() }
}

/// A feed file, mapped into memory.
#[pyclass(name = "Feed", frozen)]
struct PyFeed(Feed);

#[pymethods]
impl PyFeed {
    #[new]
    #[pyo3(signature = (path, batches, turns=None))]
    #[allow(clippy::needless_pass_by_value)] // as Python hands it over
    fn new(
        path: PathBuf,
        batches: Vec<(usize, usize, usize, usize, usize)>,
        turns: Option<(u64, i32, i32)>,
    ) -> PyResult<Self> {
        let layouts = batches
            .into_iter()
            .map(|(messages, recv_ns, offsets, payload, payload_size)| BatchLayout {
                messages,
                recv_ns,
                offsets,
                payload,
                payload_size,
            })
            .collect();
        let feed = Feed::open(&path, layouts).map_err(|error| refused(&error))?;
        let Some((messages, hand_over, wait)) = turns else { return Ok(Self(feed)) };
        if messages == 0 {
            return Err(NativeError::new_err("a turn has at least one message"));
        }
        Ok(Self(feed.in_turns(Turns { messages, hand_over, wait })))
    }

    #[getter]
    fn messages(&self) -> u64 {
        self.0.messages()
    }
}

/// The clock and its offset, on the processor that measured them.
#[pyclass(name = "Instrument", frozen)]
struct PyInstrument(Instrument);

#[pymethods]
impl PyInstrument {
    #[new]
    #[pyo3(signature = (clock="auto"))]
    fn new(clock: &str) -> PyResult<Self> {
        if clock != "auto" {
            let source = ClockSource::named(clock).map_err(|error| refused(&error))?;
            use_clock(source).map_err(|error| refused(&error))?;
        }
        Instrument::measure(CLOCK_PERIOD).map(Self).map_err(|error| refused(&error))
    }

    fn to_json(&self) -> PyResult<String> {
        json(&self.0)
    }

    fn drift(&self) -> PyResult<String> {
        json(&self.0.drift())
    }
}

/// What the targets of a library say about themselves, as a JSON list.
#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // as Python hands it over
fn describe_library(library: PathBuf) -> PyResult<String> {
    json(&open_library(&library)?.targets().collect::<Vec<_>>())
}

/// When each message of a plan is due, in nanoseconds from its start, as native 64-bit words: one for
/// each receive time.
#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // as Python hands it over
fn plan_ns<'py>(
    py: Python<'py>,
    pace: &str,
    recv_ns: PyBuffer<i64>,
) -> PyResult<Bound<'py, PyBytes>> {
    let recv_ns = recv_ns.to_vec(py)?;
    let mut due_ns = vec![0; recv_ns.len()];
    Schedule::new(read::<Pace>(pace)?, 1.0).plan(recv_ns.into_iter(), &mut due_ns);
    let bytes: Vec<u8> = due_ns.into_iter().flat_map(u64::to_ne_bytes).collect();
    Ok(PyBytes::new(py, &bytes))
}

/// Watches for stalls of this processor, as an idle control does, until the time is over or the
/// shared word is not 0.
#[pyfunction]
#[pyo3(signature = (seconds, stop=None))]
#[allow(clippy::needless_pass_by_value)] // as Python hands it over
fn watch_stalls(py: Python<'_>, seconds: f64, stop: Option<PyBuffer<u8>>) -> PyResult<String> {
    let period = Duration::try_from_secs_f64(seconds)
        .map_err(|error| NativeError::new_err(format!("seconds: {error}")))?;
    let never = AtomicU64::new(0);
    let stop = match &stop {
        Some(buffer) => {
            check_shared_word("stop", buffer)?;
            // SAFETY: it has just been checked.
            unsafe { shared_word(buffer) }
        }
        None => &never,
    };
    let seen =
        py.detach(|| latprobe_core::watch_stalls(Clock::measure(CLOCK_PERIOD), period, stop));
    json(&seen)
}

/// By how much the clocks of two CPUs differ, as JSON; `None` where this process may not be on both.
#[pyfunction]
fn measure_skew(py: Python<'_>, cpu: usize, other_cpu: usize) -> PyResult<Option<String>> {
    let skew =
        py.detach(|| latprobe_core::measure_skew(Clock::measure(CLOCK_PERIOD), cpu, other_cpu));
    skew.as_ref().map(json).transpose()
}

/// Why hardware counters cannot be had, or `None` where they can.
#[pyfunction]
fn hardware_counters_problem() -> Option<String> {
    latprobe_core::try_hardware_counters().err()
}

/// What the debug information of a file says about addresses in it, as a JSON list.
#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // as Python hands it over
fn symbolize(py: Python<'_>, path: PathBuf, addresses: Vec<u64>) -> PyResult<String> {
    json(&py.detach(|| latprobe_symbols::symbolize(&path, &addresses)))
}

/// Draws folded stacks as an SVG.
#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // as Python hands it over
fn flame_graph(title: &str, unit: &str, folded: Vec<String>) -> PyResult<String> {
    latprobe_symbols::flame_graph(title, unit, &folded).map_err(NativeError::new_err)
}

/// Has the kernel end this process when the one that started it ends, however that ends.
#[pyfunction]
fn end_with_parent() {
    // SAFETY: sets an attribute of this process.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
}

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("NativeError", module.py().get_type::<NativeError>())?;
    module.add("TARGET_HEADER", include_str!("../../sdk/include/latprobe.h"))?;
    module.add("ALLOCATOR_LIBRARY", include_bytes!(env!("LATPROBE_ALLOCATOR_LIBRARY")))?;
    module.add("SIMULATION_RUNNER", include_bytes!(env!("LATPROBE_SIMULATION_RUNNER")))?;
    let told = callable::sizes();
    module.add("TOLD_BEGIN", told.begin)?;
    module.add("TOLD_MARK", told.mark)?;
    module.add("TOLD_END", told.end)?;
    module.add("USUAL_EVENTS", counters::USUAL.to_vec())?;
    module.add("CALL_SITE_LIBRARY", include_bytes!(env!("LATPROBE_CALL_SITE_LIBRARY")))?;
    module.add("HEAP_LIBRARY", include_bytes!(env!("LATPROBE_HEAP_LIBRARY")))?;
    module.add("OPERATORS_LIBRARY", include_bytes!(env!("LATPROBE_OPERATORS_LIBRARY")))?;
    module.add("CLOCK_LIBRARY", include_bytes!(env!("LATPROBE_CLOCK_LIBRARY")))?;
    callable::add_mark(module)?;
    module.add_function(wrap_pyfunction!(callable::tell, module)?)?;
    module.add_class::<PyFeed>()?;
    module.add_class::<PyInstrument>()?;
    module.add_class::<PyReplay>()?;
    module.add_class::<PyHistogram>()?;
    module.add_class::<PyCaptureReader>()?;
    module.add_function(wrap_pyfunction!(describe_library, module)?)?;
    module.add_function(wrap_pyfunction!(hardware_counters_problem, module)?)?;
    module.add_function(wrap_pyfunction!(measure_skew, module)?)?;
    module.add_function(wrap_pyfunction!(symbolize, module)?)?;
    module.add_function(wrap_pyfunction!(flame_graph, module)?)?;
    module.add_function(wrap_pyfunction!(plan_ns, module)?)?;
    module.add_function(wrap_pyfunction!(watch_stalls, module)?)?;
    module.add_function(wrap_pyfunction!(end_with_parent, module)?)
}
