//! Events by their names.

use super::kernel::Kernel;
use perf_event_open_sys::bindings as sys;

/// Where the kernel lists the processor's own events, and how a code is put together.
const PMU: &str = "/sys/bus/event_source/devices/cpu";

/// What to count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// As it was asked for.
    pub name: String,
    /// `PERF_TYPE_`.
    pub kind: u32,
    /// Which of that type.
    pub config: u64,
}

/// The events that are counted where nothing else is asked for.
pub const USUAL: [&str; 11] = [
    "instructions",
    "cycles",
    "branches",
    "branch-misses",
    "L1d-misses",
    "LLC-misses",
    "dTLB-misses",
    "page-faults",
    "context-switches",
    "cpu-migrations",
    "task-clock",
];

impl Event {
    /// The event called `name`: one of latprobe's names, `r` and a code, or one that the kernel
    /// lists for this processor.
    ///
    /// # Errors
    ///
    /// That there is no such event, and which there are.
    pub fn named(name: &str, kernel: &impl Kernel) -> Result<Self, String> {
        if let Some((kind, config)) = generic(name) {
            return Ok(Self { name: name.to_owned(), kind, config });
        }
        let code = name.strip_prefix('r').filter(|it| !it.is_empty());
        if let Some(Ok(config)) = code.map(|it| u64::from_str_radix(it, 16)) {
            return Ok(Self { name: name.to_owned(), kind: sys::PERF_TYPE_RAW, config });
        }
        let config = listed(name, kernel)?;
        Ok(Self { name: name.to_owned(), kind: sys::PERF_TYPE_RAW, config })
    }

    /// Whether the kernel counts it, and not the processor.
    #[must_use]
    pub fn is_software(&self) -> bool {
        self.kind == sys::PERF_TYPE_SOFTWARE
    }

    /// Whether it is a time.
    #[must_use]
    pub fn is_clock(&self) -> bool {
        self.is_software() && self.config == u64::from(sys::PERF_COUNT_SW_TASK_CLOCK)
    }

    /// Whether it happens in the kernel alone, so that leaving the kernel out leaves nothing.
    pub(super) fn is_of_the_kernel(&self) -> bool {
        let config = u32::try_from(self.config).unwrap_or(u32::MAX);
        let of_the_kernel =
            [sys::PERF_COUNT_SW_CONTEXT_SWITCHES, sys::PERF_COUNT_SW_CPU_MIGRATIONS];
        self.is_software() && of_the_kernel.contains(&config)
    }
}

fn generic(name: &str) -> Option<(u32, u64)> {
    let hardware = |config: u32| (sys::PERF_TYPE_HARDWARE, u64::from(config));
    let software = |config: u32| (sys::PERF_TYPE_SOFTWARE, u64::from(config));
    let miss = sys::PERF_COUNT_HW_CACHE_RESULT_MISS;
    let reads = |cache: u32, result: u32| {
        // As `perf_event_open(2)` puts them together, the operation being a read (0).
        (sys::PERF_TYPE_HW_CACHE, u64::from(cache) | u64::from(result) << 16)
    };
    Some(match name {
        "instructions" => hardware(sys::PERF_COUNT_HW_INSTRUCTIONS),
        "cycles" => hardware(sys::PERF_COUNT_HW_CPU_CYCLES),
        "branches" => hardware(sys::PERF_COUNT_HW_BRANCH_INSTRUCTIONS),
        "branch-misses" => hardware(sys::PERF_COUNT_HW_BRANCH_MISSES),
        "L1d-accesses" => {
            reads(sys::PERF_COUNT_HW_CACHE_L1D, sys::PERF_COUNT_HW_CACHE_RESULT_ACCESS)
        }
        "L1d-misses" => reads(sys::PERF_COUNT_HW_CACHE_L1D, miss),
        "L1i-misses" => reads(sys::PERF_COUNT_HW_CACHE_L1I, miss),
        "LLC-misses" => reads(sys::PERF_COUNT_HW_CACHE_LL, miss),
        "dTLB-misses" => reads(sys::PERF_COUNT_HW_CACHE_DTLB, miss),
        "page-faults" => software(sys::PERF_COUNT_SW_PAGE_FAULTS),
        "context-switches" => software(sys::PERF_COUNT_SW_CONTEXT_SWITCHES),
        "cpu-migrations" => software(sys::PERF_COUNT_SW_CPU_MIGRATIONS),
        "task-clock" => software(sys::PERF_COUNT_SW_TASK_CLOCK),
        _ => return None,
    })
}

/// The code of an event that the kernel lists, such as `event=0xc2,umask=0x3`.
fn listed(name: &str, kernel: &impl Kernel) -> Result<u64, String> {
    let is_plain = name.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.-".contains(&it));
    let unknown = || {
        format!(
            "there is no event called '{name}': name one of {}, a code such as r01c2, or one of \
             those in {PMU}/events",
            USUAL.join(", ")
        )
    };
    if !is_plain || name.starts_with('.') {
        return Err(unknown());
    }
    let terms = kernel.file(&format!("{PMU}/events/{name}")).map_err(|_| unknown())?;
    let mut config = 0;
    for term in terms.trim().split(',') {
        let (field, value) = term.split_once('=').unwrap_or((term, "1"));
        let problem = |what: &str| format!("the kernel's '{name}' is '{}': {what}", terms.trim());
        let value = parse(value).ok_or_else(|| problem("not a number"))?;
        let format = kernel
            .file(&format!("{PMU}/format/{field}"))
            .map_err(|_| problem("a field that it does not describe"))?;
        config |= spread(value, format.trim())
            .ok_or_else(|| problem("a field that is not in the first word of its code"))?;
    }
    Ok(config)
}

fn parse(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// A value's bits in the places that a format names, such as `config:0-7,32-35`.
fn spread(value: u64, format: &str) -> Option<u64> {
    let mut left = value;
    let mut code = 0;
    for range in format.strip_prefix("config:")?.split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        for bit in first..=last.min(63) {
            code |= (left & 1) << bit;
            left >>= 1;
        }
    }
    Some(code)
}
