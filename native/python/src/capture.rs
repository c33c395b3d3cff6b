//! The reader of captures, as Python has it: options as JSON, columns as bytes.

use crate::{NativeError, read};
use latprobe_capture::{Bad, Format, Options, Reader, Refused};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Where, and what was expected there.
type Problem = (u64, String);
/// Receive times, channel numbers, offsets and places in native order, and the payloads.
type Columns<'py> = (
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
);

/// Reads one capture.
#[pyclass(name = "CaptureReader")]
pub(crate) struct PyCaptureReader(Reader);

#[pymethods]
impl PyCaptureReader {
    #[new]
    fn new(container: &str, options: &str) -> PyResult<Self> {
        let format: Format = read(&format!("{container:?}"))?;
        let options: Options = read(options)?;
        let reader = Reader::new(format, &options);
        reader.map(Self).map_err(|error| NativeError::new_err(error.to_string()))
    }

    fn feed(&mut self, py: Python<'_>, content: &[u8]) -> Option<Problem> {
        py.detach(|| self.0.feed(content)).err().map(problem)
    }

    fn finish(&mut self, py: Python<'_>) -> Option<Problem> {
        py.detach(|| self.0.finish()).err().map(problem)
    }

    fn take<'py>(&mut self, py: Python<'py>) -> Columns<'py> {
        let columns = self.0.take_columns();
        (
            bytes_of(py, &columns.recv_ns, i64::to_ne_bytes),
            bytes_of(py, &columns.channels, i32::to_ne_bytes),
            bytes_of(py, &columns.offsets, i64::to_ne_bytes),
            bytes_of(py, &columns.places, i64::to_ne_bytes),
            PyBytes::new(py, &columns.payload),
        )
    }

    fn take_bad<'py>(&mut self, py: Python<'py>) -> Vec<(u64, String, Bound<'py, PyBytes>)> {
        let bad = self.0.take_bad().into_iter();
        bad.map(|Bad { offset, problem, content }| (offset, problem, PyBytes::new(py, &content)))
            .collect()
    }

    fn channels(&self, known: usize) -> Vec<String> {
        self.0.channels().iter().skip(known).cloned().collect()
    }

    fn counts(&self) -> Vec<(&'static str, u64)> {
        self.0.counts().named()
    }

    #[getter]
    fn is_lost(&self) -> bool {
        self.0.is_lost()
    }
}

fn problem(Refused { offset, problem }: Refused) -> Problem {
    (offset, problem)
}

fn bytes_of<'py, T: Copy, const N: usize>(
    py: Python<'py>,
    values: &[T],
    to_bytes: impl Fn(T) -> [u8; N],
) -> Bound<'py, PyBytes> {
    let bytes: Vec<u8> = values.iter().flat_map(|value| to_bytes(*value)).collect();
    PyBytes::new(py, &bytes)
}
