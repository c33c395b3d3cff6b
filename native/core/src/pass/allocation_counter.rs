//! What the preloaded allocator has counted.

use crate::CoreError;
use latprobe_abi::AllocationCounts;
use serde::Serialize;

/// Sums over a pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AllocationTotals {
    /// Blocks asked for.
    pub allocations: u64,
    /// Blocks given back.
    pub frees: u64,
    /// Blocks resized.
    pub reallocations: u64,
    /// Bytes asked for, by new and by resized blocks.
    pub bytes: u64,
}

impl AllocationTotals {
    pub(super) const NONE: Self = Self { allocations: 0, frees: 0, reallocations: 0, bytes: 0 };

    pub(super) fn add(&mut self, other: Self) {
        self.allocations += other.allocations;
        self.frees += other.frees;
        self.reallocations += other.reallocations;
        self.bytes += other.bytes;
    }

    pub(super) fn since(self, earlier: Self) -> Self {
        Self {
            allocations: self.allocations - earlier.allocations,
            frees: self.frees - earlier.frees,
            reallocations: self.reallocations - earlier.reallocations,
            bytes: self.bytes - earlier.bytes,
        }
    }
}

impl From<AllocationCounts> for AllocationTotals {
    fn from(counts: AllocationCounts) -> Self {
        Self {
            allocations: counts.allocations,
            frees: counts.frees,
            reallocations: counts.reallocations,
            bytes: counts.bytes,
        }
    }
}

type SumOfAllThreads = unsafe extern "C" fn(*mut AllocationCounts);

/// Answers the counts of the thread that calls it, which live as long as it does.
pub(super) type ReadingOfThisThread = unsafe extern "C" fn() -> *const AllocationCounts;

/// The function behind a preloaded counting allocator, if there is one in this process, by which a
/// thread's counts are read.
pub(super) fn allocation_reading() -> Option<ReadingOfThisThread> {
    // SAFETY: a look-up by name in this process.
    let symbol =
        unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"latprobe_allocation_reading".as_ptr()) };
    // SAFETY: the counting allocator exports this name with this type; `Option` of a function
    // pointer is null for none.
    unsafe { std::mem::transmute(symbol) }
}

/// This thread's counts in the preloaded allocator, and everybody's.
#[derive(Clone, Copy)]
pub(super) struct Counter {
    own: *const AllocationCounts,
    all: SumOfAllThreads,
}

impl Counter {
    pub(super) fn new() -> Result<Self, CoreError> {
        // SAFETY: a look-up by name in this process.
        let all = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"latprobe_allocation_sum".as_ptr()) };
        let own = allocation_reading().ok_or(CoreError::NotCounting)?;
        if all.is_null() {
            return Err(CoreError::NotCounting);
        }
        // SAFETY: the counting allocator exports these names with these types.
        let (own, all) = unsafe { (own(), std::mem::transmute::<*mut _, SumOfAllThreads>(all)) };
        Ok(Self { own, all })
    }

    pub(super) fn now(self) -> AllocationTotals {
        // SAFETY: the counts live as long as this thread. The target's calls write them behind
        // the compiler's back.
        unsafe { self.own.read_volatile() }.into()
    }

    /// Where the preloaded allocator counts this thread's calls.
    pub(super) fn own(self) -> *const AllocationCounts {
        self.own
    }

    pub(super) fn other_threads(self) -> AllocationTotals {
        let mut sum = AllocationCounts::default();
        // SAFETY: it writes one `AllocationCounts`.
        unsafe { (self.all)(&raw mut sum) };
        AllocationTotals::from(sum).since(self.now())
    }
}
