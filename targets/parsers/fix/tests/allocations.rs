//! What parsing allocates, counted by an allocator that counts this thread's calls.

mod messages;

use latprobe_fix::{After, Before};
use latprobe_sdk::{Rehearsal, Target};
use messages::{framed, handmade, recorded};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator unchanged; counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: the caller keeps `GlobalAlloc`'s contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps `GlobalAlloc`'s contract.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of a target in reading `messages`.
fn allocations<T: Target>(messages: &[Vec<u8>]) -> usize {
    let mut rehearsal = Rehearsal::<T>::new("{}").expect("takes no configuration");
    let before = CALLS.get();
    for message in messages {
        let _ = rehearsal.message(message);
    }
    CALLS.get() - before
}

#[test]
fn after_allocates_nothing_whatever_it_reads() {
    let refused = framed("8=FIX.4.4", "35=X|49=V|268=9|279=x|270=x|=|");
    let messages = [handmade(), recorded(), vec![refused, b"noise".to_vec()]].concat();
    assert_eq!(allocations::<After>(&messages), 0);
}

#[test]
fn before_allocates_for_each_field() {
    let messages = handmade();
    assert!(allocations::<Before>(&messages) > 10 * messages.len());
}
