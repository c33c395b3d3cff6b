//! The histogram, as Python has it.

use crate::refused;
use latprobe_core::LatencyHistogram;
use pyo3::prelude::*;

/// A histogram of whole nanoseconds.
#[pyclass(name = "Histogram")]
pub struct PyHistogram(LatencyHistogram);

#[pymethods]
impl PyHistogram {
    #[new]
    fn new() -> Self {
        Self(LatencyHistogram::default())
    }

    #[staticmethod]
    fn decode(text: &str) -> PyResult<Self> {
        LatencyHistogram::decode(text).map(Self).map_err(|error| refused(&error))
    }

    fn encode(&self) -> String {
        self.0.encode()
    }

    #[pyo3(signature = (value_ns, times=1))]
    fn record(&mut self, value_ns: u64, times: u64) {
        self.0.record_times(value_ns, times);
    }

    fn merge(&mut self, other: &Self) {
        self.0.merge(&other.0);
    }

    fn value_at_rank(&self, rank: u64) -> u64 {
        self.0.value_at_rank(rank)
    }

    fn count_at_or_below(&self, value_ns: u64) -> u64 {
        self.0.count_at_or_below(value_ns)
    }

    fn counts(&self) -> Vec<(u64, u64)> {
        self.0.counts().collect()
    }

    #[getter]
    fn count(&self) -> u64 {
        self.0.count()
    }

    #[getter]
    fn min(&self) -> u64 {
        self.0.min()
    }

    #[getter]
    fn max(&self) -> u64 {
        self.0.max()
    }
}
