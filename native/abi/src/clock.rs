//! The timestamp. It is here, and not in the core, since a mark is compiled into the target.

/// Reads the clock, after all earlier instructions have finished and before any later one starts.
///
/// Ticks of the TSC on `x86_64` and of `cntvct_el0` on `aarch64`. Without the fences the processor
/// lets short work run in the shadow of the read, and its time is lost.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
#[must_use]
#[allow(clippy::inline_always)] // a call would be timed with the work
pub fn stamp() -> u64 {
    use core::arch::x86_64::{_mm_lfence, _rdtsc};
    // SAFETY: both instructions exist on every x86_64 processor and touch no memory.
    unsafe {
        _mm_lfence();
        let ticks = _rdtsc();
        _mm_lfence();
        ticks
    }
}

/// See the `x86_64` version.
#[cfg(target_arch = "aarch64")]
#[inline(always)]
#[must_use]
#[allow(clippy::inline_always)] // a call would be timed with the work
pub fn stamp() -> u64 {
    let ticks: u64;
    // SAFETY: reads a counter that Linux opens to user space; touches no memory.
    unsafe {
        core::arch::asm!("isb", "mrs {}, cntvct_el0", "isb", out(reg) ticks, options(nostack));
    }
    ticks
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
compile_error!("latprobe has no timestamp for this processor yet: x86_64 and aarch64 are known");
