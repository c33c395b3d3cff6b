//! What a block costs that is asked for and given back.

use crate::rounds::{ROUNDS, Rounds, clock};
use latprobe_abi::stamp;
use serde::Serialize;
use std::hint::black_box;

/// What the allocator of this process costs, preloaded or not. Times in nanoseconds.
#[derive(Debug, Serialize)]
pub struct Allocating {
    /// One block of 64 bytes, from `malloc` to `free`.
    pub pair_ns: Rounds,
}

const PAIRS: u32 = 50_000;
const BLOCK_BYTES: usize = 64;

/// Measures in rounds.
pub fn measure() -> Allocating {
    let clock = clock();
    pairs();
    let pair_ns = Rounds::of((0..ROUNDS).map(|_| pairs() * clock.ns_per_tick));
    Allocating { pair_ns }
}

/// Ticks of one pair.
fn pairs() -> f64 {
    let start = stamp();
    for _ in 0..PAIRS {
        // SAFETY: a block, or null, that nobody else has, given back once.
        unsafe { libc::free(black_box(libc::malloc(black_box(BLOCK_BYTES)))) };
    }
    (stamp() - start) as f64 / f64::from(PAIRS)
}
