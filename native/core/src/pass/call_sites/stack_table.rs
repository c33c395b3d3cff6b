//! Every stack that was seen, each once, in memory that is there before the pass begins.

/// Most stacks that are told apart.
const MOST_STACKS: usize = 1 << 16;
/// Most frames of all of them together.
const MOST_FRAMES: usize = 1 << 20;
const SLOTS: usize = 2 * MOST_STACKS;
const EMPTY: u32 = u32::MAX;

/// A stack that was seen.
struct Stack {
    hash: u64,
    start: usize,
    end: usize,
    complete: bool,
}

/// Numbers stacks in the order in which they come.
pub(super) struct StackTable {
    slots: Vec<u32>,
    stacks: Vec<Stack>,
    frames: Vec<u64>,
}

impl StackTable {
    pub fn new() -> Self {
        Self {
            slots: vec![EMPTY; SLOTS],
            stacks: Vec::with_capacity(MOST_STACKS),
            frames: Vec::with_capacity(MOST_FRAMES),
        }
    }

    /// The number of a stack; `None` where there is no room for another.
    #[inline]
    pub fn number(&mut self, frames: &[u64], complete: bool) -> Option<u32> {
        let hash = hash(frames, complete);
        let mut slot = slot_of(hash);
        loop {
            let number = self.slots[slot];
            if number == EMPTY {
                return self.insert(slot, hash, frames, complete);
            }
            let stack = &self.stacks[number as usize];
            if stack.hash == hash
                && stack.complete == complete
                && self.frames[stack.start..stack.end] == *frames
            {
                return Some(number);
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    #[cold]
    fn insert(&mut self, slot: usize, hash: u64, frames: &[u64], complete: bool) -> Option<u32> {
        let start = self.frames.len();
        let end = start + frames.len();
        if self.stacks.len() == MOST_STACKS || end > MOST_FRAMES {
            return None;
        }
        let number = u32::try_from(self.stacks.len()).ok()?;
        self.frames.extend_from_slice(frames);
        self.stacks.push(Stack { hash, start, end, complete });
        self.slots[slot] = number;
        Some(number)
    }

    /// Each stack, innermost frame first, and whether it goes up to the driver.
    pub fn iter(&self) -> impl Iterator<Item = (&[u64], bool)> {
        self.stacks.iter().map(|it| (&self.frames[it.start..it.end], it.complete))
    }
}

/// One multiplication a frame (the multiplier is that of FxHash); the table compares whole stacks.
#[inline]
fn hash(frames: &[u64], complete: bool) -> u64 {
    frames.iter().fold(u64::from(complete), |hash, frame| {
        (hash.rotate_left(5) ^ frame).wrapping_mul(0x517c_c1b7_2722_0a95)
    })
}

#[inline]
fn slot_of(hash: u64) -> usize {
    // The upper bits of a product are the mixed ones.
    (hash >> 40) as usize % SLOTS
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
