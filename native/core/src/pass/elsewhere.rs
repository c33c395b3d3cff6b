//! What a message's stages allocate on other threads than the one that drives.

use super::allocation_counter::{AllocationTotals, ReadingOfThisThread};
use crate::tracks::Listening;
use latprobe_abi::{Column, MAX_STAGES};
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

/// Written by whichever thread has the message, of which there is one at a time: the next is handed
/// over when all is drained. Relaxed throughout, since what is said when it is finished comes after.
pub(crate) struct Elsewhere {
    own: ReadingOfThisThread,
    /// Whose counts `last` are: where they lie.
    owner: AtomicUsize,
    last: Totals,
    marked: AtomicU32,
    stages: [Totals; MAX_STAGES],
}

#[derive(Default)]
struct Totals([AtomicU64; 4]);

impl Totals {
    fn set(&self, totals: AllocationTotals) {
        let AllocationTotals { allocations, frees, reallocations, bytes } = totals;
        for (word, value) in self.0.iter().zip([allocations, frees, reallocations, bytes]) {
            word.store(value, Ordering::Relaxed);
        }
    }

    fn get(&self) -> AllocationTotals {
        let [allocations, frees, reallocations, bytes] =
            [0, 1, 2, 3].map(|word: usize| self.0[word].load(Ordering::Relaxed));
        AllocationTotals { allocations, frees, reallocations, bytes }
    }
}

impl Elsewhere {
    /// Asks `own` for the counts of whichever thread calls.
    pub fn leaked(own: ReadingOfThisThread) -> &'static Self {
        Box::leak(Box::new(Self {
            own,
            owner: AtomicUsize::new(0),
            last: Totals::default(),
            marked: AtomicU32::new(0),
            stages: std::array::from_fn(|_| Totals::default()),
        }))
    }

    /// Each stage that was marked since the last time, and what it asked for.
    pub fn take(&self, mut stage: impl FnMut(usize, AllocationTotals)) {
        self.owner.store(0, Ordering::Relaxed);
        let marked = self.marked.swap(0, Ordering::Relaxed);
        for index in (0..MAX_STAGES).filter(|index| marked & (1 << index) != 0) {
            stage(index, self.stages[index].get());
        }
    }
}

impl Listening for Elsewhere {
    fn tell(&self, hops: u32, column: Column) {
        // SAFETY: the counting allocator's own function, which answers this thread's counts.
        let counts = unsafe { (self.own)() };
        // SAFETY: they live as long as this thread, and nobody else writes them.
        let now = AllocationTotals::from(unsafe { counts.read_volatile() });
        let owner = counts.addr();
        let Some(stage) = column.0.checked_sub(Column::marked(hops, 0).0) else {
            self.owner.store(owner, Ordering::Relaxed);
            self.last.set(now);
            return;
        };
        // Where it marks without having dequeued, it is not known from where on to count.
        if self.owner.swap(owner, Ordering::Relaxed) == owner {
            self.stages[stage as usize & (MAX_STAGES - 1)].set(now.since(self.last.get()));
            self.marked.fetch_or(1 << stage, Ordering::Relaxed);
        }
        self.last.set(now);
    }
}
