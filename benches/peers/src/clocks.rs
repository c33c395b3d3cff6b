//! The chains between two readings of other crates' clocks. Means, in nanoseconds.

use latprobe_peers::chain;
use std::hint::black_box;

/// As quanta's documentation has it: two raw readings, and the scaled difference.
pub fn quanta_ns(clock: &quanta::Clock, length: usize, messages: usize) -> f64 {
    let mut total_ns = 0;
    for _ in 0..messages {
        let start = clock.raw();
        chain(black_box(length));
        let end = clock.raw();
        total_ns += clock.delta_as_nanos(start, end);
    }
    total_ns as f64 / messages as f64
}

/// As minstant's documentation has it: an instant, and what elapsed since.
pub fn minstant_ns(length: usize, messages: usize) -> f64 {
    let mut total_ns = 0;
    for _ in 0..messages {
        let start = minstant::Instant::now();
        chain(black_box(length));
        total_ns += start.elapsed().as_nanos();
    }
    total_ns as f64 / messages as f64
}
