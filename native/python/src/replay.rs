//! One target replayed a feed, by any of the passes.

use crate::NativeError;
use crate::callable::{Callables, CollectorRuns, CountedInterpreter, Told, WatchedCollector};
use crate::{
    PyFeed, PyInstrument, check_shared_word, json, open_library, read, refused, shared_word,
};
use latprobe_core::pass::{self, CourseResult, Progress, SoakSettings, Span, Volume};
use latprobe_core::{CoreError, Driving, Feed, Instance, Library, TargetDescription, counters};
use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use serde::Serialize;
use std::cell::RefCell;
use std::fs::File;
use std::os::fd::FromRawFd;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// A target of a library, to be replayed a feed.
#[pyclass(name = "Replay", frozen)]
pub struct PyReplay {
    library: Library,
    target: String,
    config: String,
    feed: Py<PyFeed>,
    progress: PyBuffer<u8>,
    worker_cpus: Vec<usize>,
}

#[pymethods]
impl PyReplay {
    #[new]
    #[pyo3(signature = (library, target, config, feed, progress, worker_cpus=None))]
    #[allow(clippy::needless_pass_by_value)] // as Python hands it over
    fn new(
        library: PathBuf,
        target: String,
        config: String,
        feed: Py<PyFeed>,
        progress: PyBuffer<u8>,
        worker_cpus: Option<Vec<usize>>,
    ) -> PyResult<Self> {
        check_shared_word("progress", &progress)?;
        let worker_cpus = worker_cpus.unwrap_or_default();
        Ok(Self { library: open_library(&library)?, target, config, feed, progress, worker_cpus })
    }

    /// The target that `factory` makes of Python callables; see the stub.
    #[staticmethod]
    #[allow(clippy::needless_pass_by_value)] // as Python hands it over
    fn of_callables(
        py: Python<'_>,
        description: &str,
        factory: Py<PyAny>,
        wants_bytes: bool,
        is_pipeline: bool,
        feed: Py<PyFeed>,
        progress: PyBuffer<u8>,
    ) -> PyResult<Self> {
        check_shared_word("progress", &progress)?;
        let description: TargetDescription = read(description)?;
        let target = description.name.clone();
        let library = Callables::library(description, factory, wants_bytes, is_pipeline)
            .map_err(NativeError::new_err)?;
        // A view that a callable has kept is of the feed's memory: it is never unmapped.
        std::mem::forget(feed.clone_ref(py));
        let (config, worker_cpus) = ("{}".to_owned(), Vec::new());
        Ok(Self { library, target, config, feed, progress, worker_cpus })
    }

    #[pyo3(signature = (instrument, warmup, measured, driving="\"closed\""))]
    fn latency(
        &self,
        py: Python<'_>,
        instrument: &PyInstrument,
        warmup: u64,
        measured: u64,
        driving: &str,
    ) -> PyResult<String> {
        let (driving, volume) = (read::<Driving>(driving)?, Volume { warmup, measured });
        self.replay(py, |feed, instance, progress| {
            pass::latency_driven(feed, instance, volume, driving, &instrument.0, progress)
        })
    }

    #[pyo3(signature = (instrument, warmup, measured, span, driving="\"closed\""))]
    fn span(
        &self,
        py: Python<'_>,
        instrument: &PyInstrument,
        warmup: u64,
        measured: u64,
        span: (usize, usize),
        driving: &str,
    ) -> PyResult<String> {
        let span = Span { first: span.0, last: span.1 };
        let (driving, volume) = (read::<Driving>(driving)?, Volume { warmup, measured });
        self.replay(py, |feed, instance, progress| {
            pass::span(feed, instance, volume, span, driving, &instrument.0, progress)
        })
    }

    fn cost(
        &self,
        py: Python<'_>,
        instrument: &PyInstrument,
        warmup: u64,
        measured: u64,
    ) -> PyResult<String> {
        self.replay(py, |feed, instance, progress| {
            pass::cost(feed, instance, Volume { warmup, measured }, &instrument.0, progress)
        })
    }

    #[pyo3(signature = (instrument, warmup, measured, sequences, driving="\"closed\""))]
    fn replay_tail(
        &self,
        py: Python<'_>,
        instrument: &PyInstrument,
        warmup: u64,
        measured: u64,
        sequences: Vec<u64>,
        driving: &str,
    ) -> PyResult<String> {
        let (driving, volume) = (read::<Driving>(driving)?, Volume { warmup, measured });
        let with = &instrument.0;
        self.replay(py, |feed, instance, progress| {
            pass::replay_tail(feed, instance, volume, sequences, driving, with, progress)
        })
    }

    fn allocations(&self, py: Python<'_>, warmup: u64, measured: u64) -> PyResult<String> {
        let counted = self.library.is_embedded().then(CountedInterpreter::start).transpose();
        let _counted = counted.map_err(NativeError::new_err)?;
        self.replay(py, |feed, instance, progress| {
            pass::allocations(feed, instance, Volume { warmup, measured }, progress)
        })
    }

    #[allow(clippy::needless_pass_by_value)] // as Python hands it over
    fn counters(
        &self,
        py: Python<'_>,
        warmup: u64,
        measured: u64,
        events: Vec<String>,
    ) -> PyResult<String> {
        let volume = Volume { warmup, measured };
        self.replay(py, |feed, instance, progress| {
            pass::counters(feed, instance, volume, &events, &counters::Linux, progress)
        })
    }

    fn call_sites(&self, py: Python<'_>, warmup: u64, measured: u64) -> PyResult<String> {
        self.replay(py, |feed, instance, progress| {
            pass::call_sites(feed, instance, Volume { warmup, measured }, progress)
        })
    }

    fn footprint(&self, py: Python<'_>, warmup: u64, measured: u64) -> PyResult<String> {
        let own = pass::resident_bytes(&self.feed.get().0).map_err(|error| refused(&error))?;
        self.replay(py, |feed, instance, progress| {
            pass::footprint(feed, instance, Volume { warmup, measured }, own, progress)
        })
    }

    fn interpreter(
        &self,
        py: Python<'_>,
        instrument: &PyInstrument,
        warmup: u64,
        measured: u64,
    ) -> PyResult<String> {
        let (volume, with) = (Volume { warmup, measured }, &instrument.0);
        let watched = WatchedCollector::start(py)?;
        let course = self.replayed(py, |feed, instance, progress| {
            pass::course(feed, instance, volume, with, progress)
        });
        let collections = watched.stop(py, with.ns_per_tick())?;
        json(&InterpreterResult { course: course?, collections })
    }

    fn narrated(
        &self,
        warmup: u64,
        measured: u64,
        at_measured: Bound<'_, PyAny>,
    ) -> PyResult<String> {
        if !self.library.is_embedded() {
            return Err(NativeError::new_err("a pass is narrated for callables alone"));
        }
        let (error, volume) = (RefCell::new(None), Volume { warmup, measured });
        let told = Told { at_measured, error: &error };
        let result = self.work().done(|feed, instance, progress| {
            pass::narrated(feed, instance, volume, told, progress)
        });
        match error.take() {
            Some(error) => Err(error),
            None => json(&result.map_err(|error| refused(&error))?),
        }
    }

    #[allow(clippy::needless_pass_by_value)] // as Python hands it over
    fn soak(
        &self,
        py: Python<'_>,
        instrument: &PyInstrument,
        settings: &str,
        feeds: Vec<Py<PyFeed>>,
        stop: PyBuffer<u8>,
        intervals_fd: i32,
    ) -> PyResult<String> {
        check_shared_word("stop", &stop)?;
        // SAFETY: it has just been checked.
        let stop = unsafe { shared_word(&stop) };
        let settings: SoakSettings = read(settings)?;
        let feeds: Vec<&Feed> = feeds.iter().map(|feed| &feed.get().0).collect();
        // SAFETY: the descriptor is the caller's to give, and is closed here alone.
        let out = unsafe { File::from_raw_fd(intervals_fd) };
        self.replay(py, |_, instance, progress| {
            pass::soak(&feeds, instance, &settings, &instrument.0, progress, stop, out)
        })
    }

    fn digest(&self, py: Python<'_>) -> PyResult<String> {
        self.replay(py, pass::digest)
    }
}

/// What an interpreter pass found.
#[derive(Serialize)]
#[serde(tag = "collector", rename = "interpreter")]
struct InterpreterResult {
    course: CourseResult,
    collections: Vec<CollectorRuns>,
}

impl PyReplay {
    fn replay<R: Serialize + Send>(
        &self,
        py: Python<'_>,
        run: impl Send + FnOnce(&Feed, &mut Instance, Progress) -> Result<R, CoreError>,
    ) -> PyResult<String> {
        json(&self.replayed(py, run)?)
    }

    fn replayed<R: Send>(
        &self,
        py: Python<'_>,
        run: impl Send + FnOnce(&Feed, &mut Instance, Progress) -> Result<R, CoreError>,
    ) -> PyResult<R> {
        let work = self.work();
        let result =
            if self.library.is_embedded() { work.done(run) } else { py.detach(|| work.done(run)) };
        result.map_err(|error| refused(&error))
    }

    fn work(&self) -> Work<'_> {
        Work {
            library: &self.library,
            target: &self.target,
            config: &self.config,
            worker_cpus: &self.worker_cpus,
            feed: &self.feed.get().0,
            // SAFETY: `new` has checked it, and the buffer is held by `self`.
            counter: unsafe { shared_word(&self.progress) },
        }
    }
}

/// What a pass replays to what, without anything of the interpreter's.
struct Work<'replay> {
    library: &'replay Library,
    target: &'replay str,
    config: &'replay str,
    worker_cpus: &'replay [usize],
    feed: &'replay Feed,
    counter: &'replay AtomicU64,
}

impl Work<'_> {
    fn done<R>(
        &self,
        run: impl FnOnce(&Feed, &mut Instance, Progress) -> Result<R, CoreError>,
    ) -> Result<R, CoreError> {
        let &Self { library, target, config, worker_cpus, .. } = self;
        let mut instance = Instance::create_on(worker_cpus, library, target, config)?;
        let result = run(self.feed, &mut instance, Progress::to(self.counter))?;
        match library.problem() {
            // Passes that do not look at each answer end here.
            Some(problem) => Err(CoreError::Stopped {
                name: target.to_owned(),
                sequence: self.counter.load(Ordering::Relaxed),
                problem,
            }),
            None => Ok(result),
        }
    }
}
