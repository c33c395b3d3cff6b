//! The preloaded library that tells of calls, see `native/interpose/call_sites.c`.

use crate::CoreError;
use std::ffi::c_void;

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

/// One for an allocation, one for a free, one for a reallocation, and one for a lock.
pub(super) type Tell = unsafe extern "C" fn(*mut c_void, *const Told);

#[repr(C)]
struct Words {
    told: *const Tell,
    context: *mut c_void,
}

/// This thread's place in the library, where it finds whom to tell.
#[derive(Clone, Copy)]
pub(super) struct Watch(*mut Words);

impl Watch {
    pub fn of_this_thread() -> Result<Self, CoreError> {
        // SAFETY: a look-up by name in this process.
        let symbol = unsafe {
            libc::dlsym(libc::RTLD_DEFAULT, c"latprobe_call_watch_of_this_thread".as_ptr())
        };
        if symbol.is_null() {
            return Err(CoreError::NotCounting);
        }
        // SAFETY: the library exports this name with this type.
        let find = unsafe {
            std::mem::transmute::<*mut c_void, unsafe extern "C" fn() -> *mut Words>(symbol)
        };
        // SAFETY: it answers this thread's own words, which live as long as it does.
        Ok(Self(unsafe { find() }))
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
