//! Every stack that was seen, each once, in memory that is there before the pass begins.

use super::slots::{Slots, mixed};

/// Most stacks that are told apart.
pub(super) const MOST_STACKS: usize = 1 << 16;
/// Most frames of all of them together.
const MOST_FRAMES: usize = 1 << 20;

/// A stack that was seen.
struct Stack {
    hash: u64,
    start: usize,
    end: usize,
    complete: bool,
}

/// Numbers stacks in the order in which they come.
pub(super) struct StackTable {
    slots: Slots,
    stacks: Vec<Stack>,
    frames: Vec<u64>,
}

impl StackTable {
    pub fn new() -> Self {
        Self {
            slots: Slots::new(MOST_STACKS),
            stacks: Vec::with_capacity(MOST_STACKS),
            frames: Vec::with_capacity(MOST_FRAMES),
        }
    }

    /// The number of a stack; `None` where there is no room for another.
    pub fn number(&mut self, frames: &[u64], complete: bool) -> Option<u32> {
        let hash = hash(frames, complete);
        let known = self.slots.find(hash, |number| {
            let stack = &self.stacks[number as usize];
            stack.hash == hash
                && stack.complete == complete
                && self.frames[stack.start..stack.end] == *frames
        });
        known.or_else(|| self.insert(hash, frames, complete))
    }

    #[cold]
    fn insert(&mut self, hash: u64, frames: &[u64], complete: bool) -> Option<u32> {
        let start = self.frames.len();
        let end = start + frames.len();
        if self.stacks.len() == MOST_STACKS || end > MOST_FRAMES {
            return None;
        }
        let number = u32::try_from(self.stacks.len()).ok()?;
        self.frames.extend_from_slice(frames);
        self.stacks.push(Stack { hash, start, end, complete });
        let stacks = &self.stacks;
        self.slots.insert(number, |it| stacks[it as usize].hash);
        Some(number)
    }

    /// Each stack, innermost frame first, and whether it goes up to the driver.
    pub fn iter(&self) -> impl Iterator<Item = (&[u64], bool)> {
        self.stacks.iter().map(|it| (&self.frames[it.start..it.end], it.complete))
    }
}

/// One multiplication a frame; the table compares whole stacks.
fn hash(frames: &[u64], complete: bool) -> u64 {
    frames.iter().fold(u64::from(complete), |hash, frame| mixed(hash.rotate_left(5) ^ frame))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_keeps_its_number_and_another_gets_another() {
        let mut table = StackTable::new();

        assert_eq!(table.number(&[1, 2, 3], true), Some(0));
        assert_eq!(table.number(&[1, 2], true), Some(1));
        assert_eq!(table.number(&[1, 2, 3], false), Some(2));
        assert_eq!(table.number(&[1, 2, 3], true), Some(0));
        let seen: Vec<_> = table.iter().collect();
        assert_eq!(seen, [(&[1, 2, 3][..], true), (&[1, 2], true), (&[1, 2, 3], false)]);
    }

    #[test]
    fn a_table_that_is_full_says_so_and_still_knows_what_it_has() {
        let mut table = StackTable::new();
        let most = MOST_STACKS as u64;

        assert!((0..most).all(|frame| table.number(&[frame], true).is_some()));
        assert_eq!(table.number(&[most], true), None);
        assert_eq!(table.number(&[7], true), Some(7));
        assert_eq!((table.stacks.capacity(), table.frames.capacity()), (MOST_STACKS, MOST_FRAMES));
    }
}
