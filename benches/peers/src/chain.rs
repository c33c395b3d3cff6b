//! Dependent multiplications: each waits for the one before, so that the time of so many is known.
//!
//! They multiply what the last chain left in a register that calls may destroy and that compilers
//! seldom take. Chains that follow each other are so one long chain, and do not overlap in an
//! amortised loop; neither does memory, through which a value would take longer, stand between.

use latprobe_abi::stamp;
use std::hint::black_box;

/// Lengths in products: some 5 ns to 10 µs.
pub const LENGTHS: [usize; 8] = [8, 16, 32, 64, 128, 256, 1536, 15_360];

/// Products in a turn of the inner loop, and in one of the outer. With few turns the processor
/// foresees where the loop ends.
const SHORT_TURN: usize = 8;
const LONG_TURN: usize = 256;

/// Products in the runs that give the truth: some 4 µs and 1 µs, short beside the distance of a
/// virtual machine's stalls, which may be 50 µs.
const LONG_RUN: usize = 20 * LONG_TURN;
const SHORT_RUN: usize = 5 * LONG_TURN;
/// Pairs of them.
const RUNS: usize = 19;

#[cfg(target_arch = "x86_64")]
macro_rules! multiply {
    ($times:literal) => {
        // SAFETY: arithmetic on one register, which is said to be changed; what it holds before
        // does not matter. In assembly, since a compiler would fold it.
        unsafe {
            std::arch::asm!(
                concat!(".rept ", $times),
                "imul r11, r11",
                ".endr",
                out("r11") _, options(nomem, nostack),
            );
        }
    };
}

#[cfg(target_arch = "aarch64")]
macro_rules! multiply {
    ($times:literal) => {
        // SAFETY: as for `x86_64`.
        unsafe {
            std::arch::asm!(
                concat!(".rept ", $times),
                "mul x15, x15, x15",
                ".endr",
                out("x15") _, options(nomem, nostack),
            );
        }
    };
}

/// Runs `products` products, rounded down to a multiple of 8.
#[inline]
pub fn chain(products: usize) {
    for _ in 0..products / LONG_TURN {
        multiply!("256");
    }
    for _ in 0..products % LONG_TURN / SHORT_TURN {
        multiply!("8");
    }
}

/// True ticks of one product: by how much a long unbroken run takes longer than a shorter one, so
/// that what the timestamps add to both is not in it. The median of 19, most of which are without a
/// stall; a minimum would be that of the processor's best moment, and what is held against it is not
/// measured in that.
#[must_use]
pub fn product_ticks() -> f64 {
    let run = |products: usize| {
        let start = stamp();
        chain(black_box(products));
        stamp() - start
    };
    let mut differences: [f64; RUNS] =
        std::array::from_fn(|_| run(LONG_RUN) as f64 - run(SHORT_RUN) as f64);
    differences.sort_unstable_by(f64::total_cmp);
    differences[RUNS / 2] / (LONG_RUN - SHORT_RUN) as f64
}
