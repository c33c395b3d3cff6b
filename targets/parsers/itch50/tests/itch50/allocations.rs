//! What each variant allocates.

use crate::random::Random;
use crate::samples::{TYPES, random_message};
use latprobe_itch50::{After, Before, ZerocopyPeer};
use latprobe_sdk::{Rehearsal, Target};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator unchanged; counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of target `T` for one message of each type, sound and cut short.
fn allocations<T: Target>() -> u64 {
    let mut random = Random(6);
    let messages: Vec<_> =
        TYPES.iter().map(|&message_type| random_message(message_type, &mut random)).collect();
    let mut rehearsal = Rehearsal::<T>::new("{}").expect("the target takes an empty configuration");
    let before = ALLOCATIONS.get();
    for message in &messages {
        assert!(rehearsal.message(message).is_ok());
        assert!(rehearsal.message(&message[..message.len() - 1]).is_err());
    }
    ALLOCATIONS.get() - before
}

#[test]
fn the_after_target_allocates_nothing_for_any_message_type() {
    assert_eq!(allocations::<After>(), 0);
}

#[test]
fn the_zerocopy_peer_allocates_nothing_for_any_message_type() {
    assert_eq!(allocations::<ZerocopyPeer>(), 0);
}

#[test]
fn the_before_target_allocates_several_times_a_message() {
    assert!(allocations::<Before>() > 5 * TYPES.len() as u64);
}
