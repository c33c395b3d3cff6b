//! Callables as a target of the core's.

use super::answer::KnownKinds;
use super::argument::Argument;
use super::failure::KnownErrors;
use super::handler::{self, Handler};
use super::names::Learned;
use super::vectorcall::vectorcall;
use latprobe_abi::{Host, MAX_KINDS, MAX_STAGES};
use latprobe_core::{EmbeddedCalls, EmbeddedTarget, Library, TargetDescription};
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Arc;

const CALLS: EmbeddedCalls = EmbeddedCalls {
    on_message: handler::on_message,
    reset: handler::reset,
    metrics: handler::metrics,
    destroy: handler::destroy,
};

/// What makes instances.
pub struct Callables {
    factory: Py<PyAny>,
    wants_bytes: bool,
    is_pipeline: bool,
    stages: Vec<String>,
    declared: usize,
    names: Arc<Learned>,
}

impl Callables {
    /// A library of one target, whose instances `factory` makes.
    pub fn library(
        description: TargetDescription,
        factory: Py<PyAny>,
        wants_bytes: bool,
        is_pipeline: bool,
    ) -> Result<Library, String> {
        let (stages, kinds) = (description.stages.clone(), description.kinds.clone());
        if stages.len() > MAX_STAGES || kinds.len() > MAX_KINDS {
            return Err(format!(
                "{} declares {} stages and {} kinds; there may be {MAX_STAGES} and {MAX_KINDS}",
                description.name,
                stages.len(),
                kinds.len()
            ));
        }
        let declared = kinds.len();
        let names = Arc::new(Learned::new(kinds));
        let target = Self { factory, wants_bytes, is_pipeline, stages, declared, names };
        Ok(Library::embedded(description, CALLS, Box::new(target)))
    }
}

impl EmbeddedTarget for Callables {
    fn create(&self, _config: &str, _host: &Host) -> Result<*mut c_void, String> {
        let call = vectorcall()?;
        Python::attach(|py| {
            let made = self.factory.bind(py).call0().and_then(|made| made.extract());
            let argument =
                Argument::new(py, self.wants_bytes).map_err(|error| error.to_string())?;
            let handler = Handler {
                made: RefCell::new(made.map_err(|error| error.to_string())?),
                factory: self.factory.clone_ref(py),
                call,
                argument,
                stages: self
                    .stages
                    .iter()
                    .map(|name| PyString::intern(py, name).into_any().unbind())
                    .collect(),
                is_pipeline: self.is_pipeline,
                kinds: KnownKinds::new(self.declared),
                errors: KnownErrors::default(),
                names: Arc::clone(&self.names),
                probe: Cell::new(null_mut()),
                is_stopped: Cell::new(false),
            };
            Ok(handler::live(handler))
        })
    }

    fn kinds(&self) -> Vec<String> {
        self.names.names().kinds.clone()
    }

    fn errors(&self) -> Vec<String> {
        self.names.names().errors.clone()
    }

    fn error_examples(&self) -> BTreeMap<String, String> {
        self.names.names().examples.clone()
    }

    fn problem(&self) -> Option<String> {
        self.names.names().problem.clone()
    }
}
