//! The decoder that borrows does not allocate once it is made.

mod frames;

use frames::{MADE, RECORDINGS, recorded};
use latprobe_json::{Decoder, before};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call goes to the system's allocator unchanged; counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
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

fn allocations_of(work: impl FnOnce()) -> u64 {
    let earlier = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - earlier
}

#[test]
fn no_frame_makes_the_decoder_allocate() {
    let mut decoder = Decoder::new();
    for frame in MADE {
        let spaced = frame.replace(',', " , ");
        let escaped = frame.replace('a', r"\u0061");
        let broken = &frame[..frame.len() - 1];
        for frame in [frame, spaced.as_str(), escaped.as_str(), broken] {
            let count = allocations_of(|| {
                let _ = decoder.decode(frame.as_bytes());
            });
            assert_eq!(count, 0, "{frame}");
        }
    }
}

#[test]
fn a_recorded_feed_does_not_make_the_decoder_allocate() {
    for (name, _) in RECORDINGS {
        let Some(frames) = recorded(name) else { return };
        let mut decoder = Decoder::new();
        let count = allocations_of(|| {
            for frame in &frames {
                assert!(decoder.decode(frame).is_ok());
            }
        });
        assert_eq!(count, 0, "{name}");
    }
}

#[test]
fn the_plain_reading_allocates_for_every_frame() {
    for frame in MADE {
        let count = allocations_of(|| {
            let _ = before::decode(frame.as_bytes());
        });
        assert!(count > 0, "{frame}");
    }
}
