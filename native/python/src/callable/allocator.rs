//! The interpreter's own allocators, counted.
//!
//! Most of its blocks come from arenas, and never from `malloc`. Each call of its three domains
//! (raw, mem and object) counts as a call of `malloc` does, and what is asked of `malloc` for it does not
//! count again.

use super::vectorcall::exported;
use latprobe_core::{AllocationCountsFn, allocation_counts};
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;

const DOMAINS: [c_int; 3] = [0, 1, 2];

/// `PyMemAllocatorEx`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Allocator {
    context: *mut c_void,
    malloc: unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void,
    calloc: unsafe extern "C" fn(*mut c_void, usize, usize) -> *mut c_void,
    realloc: unsafe extern "C" fn(*mut c_void, *mut c_void, usize) -> *mut c_void,
    free: unsafe extern "C" fn(*mut c_void, *mut c_void),
}

type Exchange = unsafe extern "C" fn(c_int, *mut Allocator);

struct Domain {
    original: Allocator,
    counts: AllocationCountsFn,
}

/// While it lives, the interpreter's allocators are counted.
pub struct CountedInterpreter {
    set: Exchange,
    domains: Vec<*const Domain>,
}

impl CountedInterpreter {
    /// Puts itself before them.
    ///
    /// # Errors
    ///
    /// Why that cannot be done. Without a preloaded counting allocator there is nothing to count in.
    pub fn start() -> Result<Self, String> {
        let counts = allocation_counts().ok_or("the counting allocator is not preloaded")?;
        let get = exported(c"PyMem_GetAllocator")?;
        let set = exported(c"PyMem_SetAllocator")?;
        // SAFETY: every version since 3.5 exports these names with these types.
        let (get, set) = unsafe {
            let get = std::mem::transmute::<*mut c_void, Exchange>(get);
            (get, std::mem::transmute::<*mut c_void, Exchange>(set))
        };
        let domains = DOMAINS.map(|domain| {
            let mut original = MaybeUninit::<Allocator>::uninit();
            // SAFETY: writes a whole allocator for each of the three domains.
            let original = unsafe {
                get(domain, original.as_mut_ptr());
                original.assume_init()
            };
            // Leaked: a thread may be inside of it when it is taken away again.
            let counted = &raw const *Box::leak(Box::new(Domain { original, counts }));
            let mut hooks = Allocator {
                context: counted.cast_mut().cast(),
                malloc: on_malloc,
                calloc: on_calloc,
                realloc: on_realloc,
                free: on_free,
            };
            // SAFETY: the hooks hand on to the allocator that was there, so that older blocks are freed
            // by the one that made them.
            unsafe { set(domain, &raw mut hooks) };
            counted
        });
        Ok(Self { set, domains: domains.to_vec() })
    }
}

impl Drop for CountedInterpreter {
    fn drop(&mut self) {
        for (domain, &counted) in DOMAINS.into_iter().zip(&self.domains) {
            // SAFETY: leaked, and so still there.
            let mut original = unsafe { (*counted).original };
            // SAFETY: it is the one that was there.
            unsafe { (self.set)(domain, &raw mut original) };
        }
    }
}

/// Calls `work` uncounted, then counts it, unless the counts are paused by somebody else.
///
/// # Safety
///
/// `context` is of a leaked [`Domain`].
#[inline]
unsafe fn counted<R>(
    context: *mut c_void,
    work: impl FnOnce(&Allocator) -> R,
    count: impl FnOnce(&R, &mut latprobe_abi::AllocationCounts),
) -> R {
    // SAFETY: the caller's promise.
    let domain = unsafe { &*context.cast::<Domain>() };
    // SAFETY: answers this thread's counts, which live as long as it does.
    let counts = unsafe { (domain.counts)() };
    // SAFETY: as above; nothing else holds a reference to them.
    unsafe { (*counts).paused += 1 };
    let result = work(&domain.original);
    // SAFETY: as above.
    let counts = unsafe { &mut *counts };
    counts.paused -= 1;
    if counts.paused == 0 {
        count(&result, counts);
    }
    result
}

unsafe extern "C" fn on_malloc(context: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the interpreter hands back the context that it was given.
    unsafe {
        counted(
            context,
            |it| (it.malloc)(it.context, size),
            |block, counts| {
                if !block.is_null() {
                    counts.allocated(size);
                }
            },
        )
    }
}

unsafe extern "C" fn on_calloc(context: *mut c_void, count: usize, size: usize) -> *mut c_void {
    // SAFETY: as above.
    unsafe {
        counted(
            context,
            |it| (it.calloc)(it.context, count, size),
            |block, counts| {
                if !block.is_null() {
                    counts.allocated(count * size);
                }
            },
        )
    }
}

unsafe extern "C" fn on_realloc(
    context: *mut c_void,
    block: *mut c_void,
    size: usize,
) -> *mut c_void {
    // SAFETY: as above.
    unsafe {
        counted(
            context,
            |it| (it.realloc)(it.context, block, size),
            |moved, counts| {
                if moved.is_null() {
                    return;
                }
                if block.is_null() {
                    counts.allocated(size);
                } else {
                    counts.reallocated(size);
                }
            },
        )
    }
}

unsafe extern "C" fn on_free(context: *mut c_void, block: *mut c_void) {
    // SAFETY: as above.
    unsafe {
        counted(
            context,
            |it| (it.free)(it.context, block),
            |(), counts| counts.frees += u64::from(!block.is_null()),
        );
    }
}
