//! Work of known length: dependent products.
//!
//! Each product waits for the one before, so that the time of a chain is its length times the
//! processor's latency of one product. The value stays in one register, from which the next chain
//! takes it up again: chains that are run one after the other are one long chain, whatever runs
//! between them, as long as that leaves the register alone and is done sooner. So the amortised
//! cost of a chain is known as well as its latency.
//!
//! The register (`r11`, `x15`) is one that any call may destroy, and that compilers take last. If
//! ever one took it between two chains, chains would overlap and read too short, which the truth
//! table of `latprobe doctor` would show.

/// Runs `products` dependent products.
///
/// Turns of 64, whose own instructions run in the shadow of the products, and then a jump to where
/// in a straight stretch of 63 as many are left as are wanted. A chain under 64 so has a single
/// branch that is taken, and it goes the same way for the same length.
#[cfg(target_arch = "x86_64")]
#[inline]
pub fn chain(products: usize) {
    // SAFETY: arithmetic on registers that are said to be changed; a product is an instruction of
    // 4 bytes, so that the jump leads to the start of one. `r11` is read as it was left: any value
    // will do, since a product takes as long whatever it multiplies.
    unsafe {
        std::arch::asm!(
            "mov {turns}, {left}",
            "shr {turns}, 6",
            "jnz 3f",
            "2:",
            "and {left:e}, 63",
            "neg {left}",
            "lea {end}, [rip + 5f]",
            "lea {end}, [{end} + 4 * {left}]",
            "jmp {end}",
            "3:",
            ".rept 64", "imul r11, r11", ".endr",
            "dec {turns}",
            "jnz 3b",
            "jmp 2b",
            ".rept 63", "imul r11, r11", ".endr",
            "5:",
            left = inout(reg) products => _,
            turns = out(reg) _,
            end = out(reg) _,
            out("r11") _,
            options(nomem, nostack),
        );
    }
}

/// See the `x86_64` version.
#[cfg(target_arch = "aarch64")]
#[inline]
pub fn chain(products: usize) {
    // SAFETY: as for `x86_64`.
    unsafe {
        std::arch::asm!(
            "lsr {turns}, {left}, 6",
            "cbnz {turns}, 3f",
            "2:",
            "and {left}, {left}, 63",
            "adr {end}, 5f",
            "sub {end}, {end}, {left}, lsl 2",
            "br {end}",
            "3:",
            ".rept 64", "mul x15, x15, x15", ".endr",
            "sub {turns}, {turns}, 1",
            "cbnz {turns}, 3b",
            "b 2b",
            ".rept 63", "mul x15, x15, x15", ".endr",
            "5:",
            left = inout(reg) products => _,
            turns = out(reg) _,
            end = out(reg) _,
            out("x15") _,
            options(nomem, nostack),
        );
    }
}

/// Two dependent products, and nothing to find their end with: for where that takes longer than
/// they do.
#[inline]
pub fn chain_of_two() {
    // SAFETY: as for `chain`.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        std::arch::asm!("imul r11, r11", "imul r11, r11", out("r11") _, options(nomem, nostack));
    }
    // SAFETY: as for `chain`.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        std::arch::asm!(
            "mul x15, x15, x15",
            "mul x15, x15, x15",
            out("x15") _,
            options(nomem, nostack)
        );
    }
}
