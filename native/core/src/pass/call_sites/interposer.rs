//! The preloaded library that tells of calls, see `native/interpose/call_sites.c`.

use crate::CoreError;
use std::ffi::{CStr, c_void};
use std::sync::atomic::{AtomicPtr, Ordering};

/// A call, with the registers of its caller just after it. The library knows the same layout.
#[repr(C)]
pub(super) struct Told {
    pub block: u64,
    pub old: u64,
    pub size: u64,
    pub pc: u64,
    pub sp: u64,
    pub fp: u64,
}

/// A call of another thread than the one that drives.
#[repr(C)]
pub(super) struct ToldElsewhere {
    pub call: Told,
    /// The thread's frames lie below.
    pub stack_end: u64,
    /// The thread's number, from 1.
    pub lane: u64,
}

/// One for an allocation, one for a free, one for a reallocation, and one for a lock.
pub(super) type Tell = unsafe extern "C" fn(*mut c_void, *const Told);

#[repr(C)]
struct Words {
    told: *const Tell,
    context: *mut c_void,
}

/// A place in the library, where it finds whom to tell.
#[derive(Clone, Copy)]
pub(super) struct Watch(*mut Words);

/// Answers the number of the thread that calls.
pub(super) type LaneOfThisThread = unsafe extern "C" fn() -> u32;

/// A function of the library, which is preloaded or not there at all.
fn exported(name: &CStr) -> Result<*mut c_void, CoreError> {
    // SAFETY: a look-up by name in this process.
    let symbol = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    if symbol.is_null() { Err(CoreError::NotCounting) } else { Ok(symbol) }
}

pub(super) fn lane_of_this_thread() -> Result<LaneOfThisThread, CoreError> {
    let symbol = exported(c"latprobe_lane_of_this_thread")?;
    // SAFETY: the library exports this name with this type.
    Ok(unsafe { std::mem::transmute::<*mut c_void, LaneOfThisThread>(symbol) })
}

impl Watch {
    /// That of this thread, which is then the watched one.
    pub fn of_this_thread() -> Result<Self, CoreError> {
        Self::found_by(c"latprobe_call_watch_of_this_thread")
    }

    /// That of all threads but the watched one.
    pub fn of_other_threads() -> Result<Self, CoreError> {
        Self::found_by(c"latprobe_call_watch_of_other_threads")
    }

    fn found_by(name: &CStr) -> Result<Self, CoreError> {
        let symbol = exported(name)?;
        // SAFETY: the library exports both names with this type.
        let find = unsafe {
            std::mem::transmute::<*mut c_void, unsafe extern "C" fn() -> *mut Words>(symbol)
        };
        // SAFETY: it answers this thread's own words, which live as long as it does, or those of
        // all others, which live as long as the process.
        Ok(Self(unsafe { find() }))
    }

    /// Has other threads told of, for as long as the process lives.
    pub fn tell_for_good(self, told: &'static [Tell; 4], context: *mut c_void) {
        // SAFETY: as above. Other threads read whom to tell with acquire, and the context after it.
        unsafe {
            (&raw mut (*self.0).context).write_volatile(context);
            let word = AtomicPtr::from_ptr((&raw mut (*self.0).told).cast::<*mut Tell>());
            word.store(told.as_ptr().cast_mut(), Ordering::Release);
        }
    }

    #[inline]
    pub fn tell(self, told: &'static [Tell; 4], context: *mut c_void) {
        // SAFETY: as above. The library reads them behind the compiler's back.
        unsafe {
            (&raw mut (*self.0).context).write_volatile(context);
            (&raw mut (*self.0).told).write_volatile(told.as_ptr());
        }
    }

    #[inline]
    pub fn stop(self) {
        // SAFETY: as above.
        unsafe { (&raw mut (*self.0).told).write_volatile(std::ptr::null()) };
    }
}
