//! What was counted at each place: a stack, in a stage, for a kind of message.

use super::in_hand::{Call, NO_STAGE, What};
use super::slots::{Slots, mixed};

const MOST_CELLS: usize = 1 << 16;

/// Sums over a pass; sizes are of single allocations and reallocations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct SiteCounts {
    /// Blocks asked for.
    pub allocations: u64,
    /// Blocks given back.
    pub frees: u64,
    /// Blocks resized.
    pub reallocations: u64,
    /// Bytes asked for, by new and by resized blocks.
    pub bytes: u64,
    /// The least that was asked for at once.
    pub least_bytes: u64,
    /// The most that was asked for at once.
    pub most_bytes: u64,
    /// Of the blocks asked for, those given back within the same message.
    pub freed_within: u64,
    /// Locks taken.
    pub locks: u64,
    /// System calls made.
    pub system_calls: u64,
}

/// Whose counts they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub stack: u32,
    pub stage: u8,
    /// Index of the kind, and one past the last for messages that were not understood.
    pub kind: u8,
    /// See [`Call::number`].
    pub number: u16,
}

impl Key {
    #[inline]
    fn hash(self) -> u64 {
        let word = u64::from(self.stack) << 32
            | u64::from(self.stage) << 24
            | u64::from(self.kind) << 16
            | u64::from(self.number);
        mixed(word)
    }

    /// The stage, where there was a mark after it.
    pub fn stage(self) -> Option<u8> {
        (self.stage != NO_STAGE).then_some(self.stage)
    }
}

/// Counts by place, in memory that is there before the pass begins.
pub(super) struct Tally {
    slots: Slots,
    cells: Vec<(Key, SiteCounts)>,
    /// What there was no place for.
    pub unplaced: SiteCounts,
}

impl Tally {
    pub fn new() -> Self {
        Self {
            slots: Slots::new(MOST_CELLS),
            cells: Vec::with_capacity(MOST_CELLS),
            unplaced: SiteCounts::default(),
        }
    }

    /// Takes in a call of a message whose kind is known now.
    #[inline]
    pub fn take(&mut self, call: &Call, kind: u8) {
        let Some(stack) = call.stack else {
            self.unplaced.take(call);
            return;
        };
        let key = Key { stack, stage: call.stage, kind, number: call.number };
        let cells = &self.cells;
        if let Some(index) = self.slots.find(key.hash(), |it| cells[it as usize].0 == key) {
            self.cells[index as usize].1.take(call);
            return;
        }
        self.insert(key, call);
    }

    #[cold]
    fn insert(&mut self, key: Key, call: &Call) {
        if self.cells.len() == MOST_CELLS {
            self.unplaced.take(call);
            return;
        }
        let index = u32::try_from(self.cells.len()).unwrap_or_default();
        let mut counts = SiteCounts::default();
        counts.take(call);
        self.cells.push((key, counts));
        let cells = &self.cells;
        self.slots.insert(index, |it| cells[it as usize].0.hash());
    }

    pub fn iter(&self) -> impl Iterator<Item = &(Key, SiteCounts)> {
        self.cells.iter()
    }
}

impl SiteCounts {
    /// Takes in one call.
    pub(super) fn take(&mut self, call: &Call) {
        match call.what {
            What::Allocated => {
                self.size(call.size);
                self.allocations += 1;
                self.freed_within += u64::from(call.freed);
            }
            What::Resized => {
                self.size(call.size);
                self.reallocations += 1;
            }
            What::Freed => self.frees += 1,
            What::Locked => self.locks += 1,
            What::SystemCall => self.system_calls += 1,
        }
    }

    /// Takes in other sums.
    pub(super) fn add(&mut self, other: &Self) {
        if other.allocations + other.reallocations > 0 {
            let is_first = self.allocations + self.reallocations == 0;
            let least = other.least_bytes;
            self.least_bytes = if is_first { least } else { self.least_bytes.min(least) };
            self.most_bytes = self.most_bytes.max(other.most_bytes);
        }
        self.allocations += other.allocations;
        self.frees += other.frees;
        self.reallocations += other.reallocations;
        self.bytes += other.bytes;
        self.freed_within += other.freed_within;
        self.locks += other.locks;
        self.system_calls += other.system_calls;
    }

    fn size(&mut self, bytes: u64) {
        let is_first = self.allocations + self.reallocations == 0;
        self.least_bytes = if is_first { bytes } else { self.least_bytes.min(bytes) };
        self.most_bytes = self.most_bytes.max(bytes);
        self.bytes += bytes;
    }
}
