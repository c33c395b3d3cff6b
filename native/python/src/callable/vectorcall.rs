//! The interpreter's fastest way to call.

use pyo3::ffi::PyObject;
use std::ffi::CStr;

pub type Vectorcall = unsafe extern "C" fn(
    callable: *mut PyObject,
    arguments: *const *mut PyObject,
    count: usize,
    names: *mut PyObject,
) -> *mut PyObject;

/// Set in a call's count: the word before the first argument may be written to, so that a bound
/// method needs no copy of the arguments (`PY_VECTORCALL_ARGUMENTS_OFFSET`).
pub const OFFSET: usize = 1 << (usize::BITS - 1);

/// `PyObject_Vectorcall`: in the stable ABI from 3.12 on, and exported by 3.11 as well, where the
/// loader finds it by its name.
pub fn vectorcall() -> Result<Vectorcall, String> {
    let symbol = exported(c"PyObject_Vectorcall")?;
    // SAFETY: every version that exports this name exports it with this type.
    Ok(unsafe { std::mem::transmute::<*mut libc::c_void, Vectorcall>(symbol) })
}

/// A function of the interpreter that its stable ABI does not promise.
pub fn exported(name: &CStr) -> Result<*mut libc::c_void, String> {
    // SAFETY: a look-up by name in this process.
    let symbol = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    if symbol.is_null() {
        return Err(format!("this interpreter exports no {}", name.to_string_lossy()));
    }
    Ok(symbol)
}
