//! Which clock this process is timed by.
//!
//! The processor's counter (the TSC, `cntvct_el0`) where it runs at one rate; else the kernel's
//! `CLOCK_MONOTONIC_RAW`. A process has one clock, chosen before anything is timed. Marks are
//! compiled into the target, with a reading of the counter: where that is not the clock, they are
//! told to call out instead, and the call reads the kernel's clock.

use crate::CoreError;
use crate::builtin::quiet_probe;
use latprobe_abi::{MAX_STAGES, MODE_OBSERVED, Probe};
use std::ptr::without_provenance_mut;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a timestamp is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockSource {
    /// The processor's own counter.
    Counter,
    /// `CLOCK_MONOTONIC_RAW`.
    MonotonicRaw,
}

/// A clock, and why it is the one.
#[derive(Debug)]
pub(crate) struct Choice {
    pub source: ClockSource,
    pub reason: String,
}

static CHOICE: OnceLock<Choice> = OnceLock::new();

/// As [`CHOICE`] says, where it can be read between two messages.
static ASKS_KERNEL: AtomicBool = AtomicBool::new(false);

impl ClockSource {
    /// The clock of this name: `counter` or `monotonic_raw`.
    ///
    /// # Errors
    ///
    /// [`CoreError::UnknownClock`] for any other.
    pub fn named(name: &str) -> Result<Self, CoreError> {
        match name {
            "counter" => Ok(Self::Counter),
            "monotonic_raw" => Ok(Self::MonotonicRaw),
            _ => Err(CoreError::UnknownClock { name: name.to_owned() }),
        }
    }

    /// What run documents call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::MonotonicRaw => "monotonic_raw",
            Self::Counter if cfg!(target_arch = "x86_64") => "tsc",
            Self::Counter => "cntvct",
        }
    }
}

/// Has this process timed by `source`, whatever would be chosen for it.
///
/// # Errors
///
/// [`CoreError::ClockInUse`] where it is being timed by another already.
pub fn use_clock(source: ClockSource) -> Result<(), CoreError> {
    let reason = "it was asked for".to_owned();
    if settle(Choice { source, reason }).source == source {
        Ok(())
    } else {
        Err(CoreError::ClockInUse)
    }
}

/// The clock of this process, chosen now if it has not been.
pub(crate) fn choice() -> &'static Choice {
    CHOICE.get().unwrap_or_else(|| settle(choose()))
}

fn settle(choice: Choice) -> &'static Choice {
    let settled = CHOICE.get_or_init(|| choice);
    ASKS_KERNEL.store(settled.source == ClockSource::MonotonicRaw, Ordering::Relaxed);
    settled
}

/// The counter, unless it is known to change its rate.
#[cfg(target_arch = "x86_64")]
fn choose() -> Choice {
    const CLOCKSOURCES: &str = "/sys/devices/system/clocksource/clocksource0/available_clocksource";
    let kernels = std::fs::read_to_string(CLOCKSOURCES).ok();
    judge_tsc(has_invariant_tsc(), kernels.as_deref())
}

#[cfg(not(target_arch = "x86_64"))]
fn choose() -> Choice {
    let reason = "cntvct_el0 runs at one rate by definition".to_owned();
    Choice { source: ClockSource::Counter, reason }
}

/// CPUID Fn `8000_0007h`, EDX bit 8 (AMD64 Architecture Programmer's Manual, volume 3, E.4.6).
#[cfg(target_arch = "x86_64")]
fn has_invariant_tsc() -> bool {
    use std::arch::x86_64::__cpuid;
    const POWER_MANAGEMENT: u32 = 0x8000_0007;
    __cpuid(0x8000_0000).eax >= POWER_MANAGEMENT && __cpuid(POWER_MANAGEMENT).edx & (1 << 8) != 0
}

/// `kernels` are the clocks that the kernel would use; it strikes out a TSC that it found unsteady.
#[cfg(target_arch = "x86_64")]
fn judge_tsc(is_invariant: bool, kernels: Option<&str>) -> Choice {
    let is_given_up = kernels.is_some_and(|it| !it.split_whitespace().any(|name| name == "tsc"));
    let (source, reason) = match (is_invariant, is_given_up) {
        (true, false) => (ClockSource::Counter, "the TSC is invariant (CPUID 8000_0007h)"),
        (true, true) => (ClockSource::MonotonicRaw, "the kernel does not trust the TSC"),
        (false, _) => (ClockSource::MonotonicRaw, "the TSC is not invariant (CPUID 8000_0007h)"),
    };
    Choice { source, reason: reason.to_owned() }
}

/// This process's clock, for a loop that does not look up between two messages which one it is.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    asks_kernel: bool,
}

#[allow(clippy::inline_always)] // a call would be timed with the work
impl Reader {
    #[inline(always)]
    pub fn new() -> Self {
        Self { asks_kernel: ASKS_KERNEL.load(Ordering::Relaxed) }
    }

    /// Reads it, after all earlier instructions have finished and before any later one starts.
    #[inline(always)]
    pub fn stamp(self) -> u64 {
        if self.asks_kernel { kernel_stamp() } else { latprobe_abi::stamp() }
    }

    /// Reads it before any later instruction starts. Earlier ones may end after that: for the start of
    /// what is timed, where a little that came before it may count.
    #[inline(always)]
    pub fn first_stamp(self) -> u64 {
        if self.asks_kernel { kernel_stamp() } else { counter_before_all() }
    }

    /// Reads it after all earlier instructions have finished. Later ones may start before that: for
    /// the end of what is timed, where nothing that follows is.
    #[inline(always)]
    pub fn last_stamp(self) -> u64 {
        if self.asks_kernel { kernel_stamp() } else { counter_after_all() }
    }
}

/// The counter, before any later instruction starts.
#[inline(always)]
#[allow(clippy::inline_always)] // as above
fn counter_before_all() -> u64 {
    let ticks = counter();
    fence();
    ticks
}

/// The counter, after all earlier instructions have finished.
#[inline(always)]
#[allow(clippy::inline_always)] // as above
fn counter_after_all() -> u64 {
    fence();
    counter()
}

#[inline(always)]
#[allow(clippy::inline_always)] // as above
fn counter() -> u64 {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the instruction exists on every x86_64 processor and touches no memory.
    unsafe {
        std::arch::x86_64::_rdtsc()
    }
    #[cfg(target_arch = "aarch64")]
    {
        let ticks: u64;
        // SAFETY: reads a counter that Linux opens to user space; touches no memory.
        unsafe { std::arch::asm!("mrs {}, cntvct_el0", out(reg) ticks, options(nostack)) };
        ticks
    }
}

/// Reads this process's clock, after all earlier instructions have finished and before any later one
/// starts.
#[inline(always)]
#[must_use]
#[allow(clippy::inline_always)] // as above
pub fn stamp() -> u64 {
    Reader::new().stamp()
}

/// Nanoseconds of `CLOCK_MONOTONIC_RAW`, fenced as the counter's are.
#[cold]
#[inline(never)]
pub(crate) fn kernel_stamp() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    fence();
    // SAFETY: writes to a structure that is live. The clock is there since Linux 2.6.28.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC_RAW, &raw mut time) };
    fence();
    time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_nsec.cast_unsigned()
}

/// Keeps what is before it apart from what is after.
#[inline(always)]
#[allow(clippy::inline_always)] // a part of a reading
fn fence() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the instruction exists on every x86_64 processor and touches no memory.
    unsafe {
        std::arch::x86_64::_mm_lfence();
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above.
    unsafe {
        std::arch::asm!("isb", options(nostack));
    }
}

/// A probe whose marks of the stages in `timed` (a bit for each) are timed by this process's clock.
pub(crate) fn timed_probe(timed: u32) -> Probe {
    if choice().source == ClockSource::Counter {
        return Probe { timed, ..quiet_probe() };
    }
    Probe {
        mode: MODE_OBSERVED,
        observe: Some(mark_by_kernel),
        context: without_provenance_mut(timed as usize),
        ..quiet_probe()
    }
}

/// What a mark calls where it cannot read the clock itself.
unsafe extern "C" fn mark_by_kernel(probe: *mut Probe, stage: u32) {
    // SAFETY: a target hands over the driver's probe, which is live during its call.
    let probe = unsafe { &mut *probe };
    let stage_index = stage as usize & (MAX_STAGES - 1);
    if probe.context.addr() & (1 << stage_index) != 0 {
        probe.stamps[stage_index] = kernel_stamp();
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    #[test]
    fn a_tsc_is_the_clock_where_it_is_invariant_and_the_kernel_has_not_given_it_up() {
        for (is_invariant, kernels, expected) in [
            (true, Some("tsc kvm-clock\n"), ClockSource::Counter),
            (true, None, ClockSource::Counter),
            (true, Some("hpet acpi_pm\n"), ClockSource::MonotonicRaw),
            (false, Some("tsc hpet\n"), ClockSource::MonotonicRaw),
            (false, None, ClockSource::MonotonicRaw),
        ] {
            let choice = judge_tsc(is_invariant, kernels);
            assert_eq!(choice.source, expected, "{is_invariant} {kernels:?}: {}", choice.reason);
        }
    }

    #[test]
    fn the_kernels_clock_never_goes_back() {
        let readings: Vec<u64> = (0..1_000).map(|_| kernel_stamp()).collect();

        assert!(readings.is_sorted());
    }
}
