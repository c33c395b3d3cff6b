//! What a callable understood, folded into the digest.

use latprobe_abi::{KindDigest, fnv1a};
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyFloat, PyInt, PyList, PyString, PyTuple};

/// Folds the fields of one message: whole numbers as 8 bytes, text and bytes after their length, `None`
/// as the number 0, a float as its 8 bytes, and the items of tuples and lists one after the other.
pub fn fold(digest: &mut KindDigest, fields: &Bound<'_, PyAny>) -> PyResult<()> {
    digest.count += 1;
    fold_value(&mut digest.checksum, fields)
}

fn fold_value(checksum: &mut u64, value: &Bound<'_, PyAny>) -> PyResult<()> {
    if let Ok(items) = value.cast::<PyTuple>() {
        return items.iter().try_for_each(|item| fold_value(checksum, &item));
    }
    if let Ok(items) = value.cast::<PyList>() {
        return items.iter().try_for_each(|item| fold_value(checksum, &item));
    }
    if let Ok(flag) = value.cast::<PyBool>() {
        fold_integer(checksum, i64::from(flag.is_true()));
    } else if value.is_instance_of::<PyInt>() {
        // One above i64::MAX keeps all its bits, as the SDK's own does.
        let wide = || value.extract::<u64>().map(u64::cast_signed);
        fold_integer(checksum, value.extract::<i64>().or_else(|_| wide())?);
    } else if let Ok(text) = value.cast::<PyString>() {
        fold_bytes(checksum, text.to_str()?.as_bytes());
    } else if let Ok(bytes) = value.cast::<PyBytes>() {
        fold_bytes(checksum, bytes.as_bytes());
    } else if let Ok(float) = value.cast::<PyFloat>() {
        *checksum = fnv1a(*checksum, &float.value().to_le_bytes());
    } else if value.is_none() {
        fold_integer(checksum, 0);
    } else if let Ok(buffer) = PyBuffer::<u8>::get(value) {
        fold_bytes(checksum, &buffer.to_vec(value.py())?);
    } else {
        let kind = value.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "a digest is made of numbers, text, bytes, None, tuples and lists, and not of {kind}"
        )));
    }
    Ok(())
}

fn fold_integer(checksum: &mut u64, value: i64) {
    *checksum = fnv1a(*checksum, &value.to_le_bytes());
}

fn fold_bytes(checksum: &mut u64, value: &[u8]) {
    *checksum = fnv1a(*checksum, &(value.len() as u64).to_le_bytes());
    *checksum = fnv1a(*checksum, value);
}
