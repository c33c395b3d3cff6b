//! The engine that is not to allocate does not, and the other does where it says.

use crate::feeds;
use crate::itch_wire as wire;
use latprobe_engines::{itch50, json};
use latprobe_sdk::{Rehearsal, Target};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Counts the calls of each thread.
struct Counting;

thread_local! {
    static CALLS: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    CALLS.with(|calls| calls.set(calls.get() + 1));
}

// SAFETY: every call goes to the system's allocator with its arguments unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps `GlobalAlloc`'s contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count();
        // SAFETY: the caller keeps `GlobalAlloc`'s contract.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller keeps `GlobalAlloc`'s contract.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Calls of the allocator from the first of `messages` to the last.
fn calls<T: Target>(messages: &[Vec<u8>]) -> u64 {
    let mut rehearsal = Rehearsal::<T>::new("{}").unwrap();
    let before = CALLS.get();
    for message in messages {
        let _ = rehearsal.message(message);
    }
    CALLS.get() - before
}

/// A market of two sides, on which we quote, are filled, take, and meet ourselves.
fn made_up_day() -> Vec<Vec<u8>> {
    let mut messages = vec![wire::bid(1, 1_000_000, 10_000), wire::offer(2, 1_000_000, 10_100)];
    for order_ref in 3..3_000 {
        messages.push(wire::bid(order_ref, 40, 10_000 - u32::try_from(order_ref % 50).unwrap()));
        messages.push(wire::execute(1 + order_ref % 2, 100));
        messages.push(wire::delete(order_ref));
    }
    messages
}

#[test]
fn the_engine_on_itch_never_allocates() {
    assert_eq!(calls::<itch50::After>(&made_up_day()), 0);
    assert!(calls::<itch50::Before>(&made_up_day()) > 100_000);
    for name in feeds::ITCH {
        let Some(messages) = feeds::messages(name) else { return };
        assert_eq!(calls::<itch50::After>(&messages), 0, "{name}");
    }
}

#[test]
fn the_engine_on_frames_never_allocates() {
    for name in feeds::JSON {
        let Some(messages) = feeds::messages(name) else { return };
        assert_eq!(calls::<json::After>(&messages), 0, "{name}");
    }
}
