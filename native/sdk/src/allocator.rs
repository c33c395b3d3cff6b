//! Counting for a target that brings its own global allocator.
//!
//! latprobe counts allocations by preloading a `malloc` of its own. An allocator that takes pages
//! from the kernel itself never passes there; wrapped in [`CountedAllocator`], it is counted too.

use latprobe_abi::{AllocationCounts, Host};
use std::alloc::{GlobalAlloc, Layout};
use std::mem::transmute;
use std::sync::atomic::{AtomicPtr, Ordering};

type CountsOfThisThread = unsafe extern "C" fn() -> *mut AllocationCounts;

/// The driver's `allocation_counts`, or null outside an allocation pass.
static COUNTS: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());

pub(crate) fn attach(host: Option<&Host>) {
    if let Some(counts) = host.and_then(|host| host.allocation_counts) {
        COUNTS.store(counts as *mut (), Ordering::Release);
    }
}

/// Wraps a global allocator so that latprobe's allocation pass sees it.
///
/// ```
/// use latprobe_sdk::CountedAllocator;
/// use std::alloc::System;
///
/// #[global_allocator]
/// static ALLOCATOR: CountedAllocator<System> = CountedAllocator(System);
/// ```
///
/// Outside an allocation pass it costs one load and one predicted branch a call.
pub struct CountedAllocator<A>(pub A);

/// Counts a call with `count`, and hides from the preloaded allocator what `work` asks of it.
#[inline]
fn counted<R>(count: impl FnOnce(&mut AllocationCounts), work: impl FnOnce() -> R) -> R {
    let function = COUNTS.load(Ordering::Acquire);
    if function.is_null() {
        return work();
    }
    // SAFETY: only `attach` stores here, and it stores a `CountsOfThisThread`.
    let counts = unsafe { transmute::<*mut (), CountsOfThisThread>(function)() };
    if counts.is_null() {
        return work();
    }
    // SAFETY: the counts belong to this thread, live as long as it, and the references end before
    // `work` runs, which may write them itself.
    unsafe {
        count(&mut *counts);
        (*counts).paused += 1;
    }
    let result = work();
    // SAFETY: as above.
    unsafe { (*counts).paused -= 1 };
    result
}

// SAFETY: every call goes to `A` with its arguments unchanged; the counting around it does not
// allocate.
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountedAllocator<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps `GlobalAlloc`'s contract.
        counted(|counts| counts.allocated(layout.size()), || unsafe { self.0.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps `GlobalAlloc`'s contract.
        counted(|counts| counts.allocated(layout.size()), || unsafe { self.0.alloc_zeroed(layout) })
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps `GlobalAlloc`'s contract.
        counted(|counts| counts.frees += 1, || unsafe { self.0.dealloc(block, layout) });
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps `GlobalAlloc`'s contract.
        counted(
            |counts| counts.reallocated(size),
            || unsafe { self.0.realloc(block, layout, size) },
        )
    }
}
