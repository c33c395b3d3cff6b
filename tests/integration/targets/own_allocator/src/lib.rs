//! A target for tests whose allocator hands out a static arena and never calls `malloc`.

use latprobe_sdk::{CountedAllocator, Kind, Message, Outcome, Probe, Target, export_targets};
use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};

const ARENA_SIZE: usize = 64 << 20;

/// Hands out the arena from front to back; nothing comes back.
struct Arena {
    bytes: UnsafeCell<[u8; ARENA_SIZE]>,
    used: AtomicUsize,
}

// SAFETY: each byte is handed out once.
unsafe impl Sync for Arena {}

// SAFETY: blocks lie inside of the arena, apart from each other, and as aligned as asked for.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let taken = layout.size() + layout.align();
        let from = self.used.fetch_add(taken, Ordering::Relaxed);
        if from + taken > ARENA_SIZE {
            return std::ptr::null_mut();
        }
        let start = self.bytes.get().cast::<u8>();
        // SAFETY: `from + taken` was just found to be inside.
        unsafe {
            let block = start.add(from);
            block.add(block.align_offset(layout.align()))
        }
    }

    unsafe fn dealloc(&self, _block: *mut u8, _layout: Layout) {}
}

#[global_allocator]
static ALLOCATOR: CountedAllocator<Arena> =
    CountedAllocator(Arena { bytes: UnsafeCell::new([0; ARENA_SIZE]), used: AtomicUsize::new(0) });

/// Makes one box and one growing vector for each message.
struct Boxes;

impl Target for Boxes {
    const NAME: &'static str = "boxes";
    const FAMILY: &'static str = "boxes";
    const STAGES: &'static [&'static str] = &["box", "grow"];
    const KINDS: &'static [&'static str] = &["any"];

    fn create(_config: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        black_box(Box::new([0_u8; 48]));
        probe.mark(0);
        let mut bytes = Vec::with_capacity(16);
        bytes.extend([1_u8; 16]);
        bytes.reserve_exact(16);
        black_box(&bytes);
        drop(bytes);
        probe.mark(1);
        probe.understood(Kind(0), message.bytes, |bytes, digest| digest.bytes(bytes));
        Ok(Kind(0))
    }

    fn reset(&mut self) {}
}

export_targets![Boxes];
