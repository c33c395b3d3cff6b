//! One block of memory for the price levels of all books.

/// What is offered at one price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level {
    /// The price, as [`Side::rank`](crate::Side::rank) orders it: the best of a side is highest.
    pub rank: i64,
    /// Quantity shown; over zero.
    pub quantity: i64,
}

/// Levels in the smallest block.
const SMALLEST: usize = 16;

/// Sizes of block, each twice the one before.
const SIZES: usize = 28;

/// Marks the end of a list of free blocks.
const NONE: u32 = u32::MAX;

/// Where a block of levels lies, and its size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Block {
    pub(super) start: u32,
    /// 0 for no block, else one more than its index among the sizes.
    size: u8,
}

impl Block {
    /// Levels that it has room for.
    #[inline]
    pub const fn capacity(self) -> usize {
        if self.size == 0 { 0 } else { SMALLEST << (self.size - 1) }
    }
}

/// Blocks of levels, given out and taken back without a call to the allocator.
///
/// A block that comes back is kept for the next that asks for its size; the first level of a free
/// block says where the next free one is.
#[derive(Clone, Debug)]
pub struct LevelPool {
    levels: Vec<Level>,
    used: usize,
    free: [u32; SIZES],
    growths: usize,
}

impl LevelPool {
    /// A pool with room for `capacity` levels.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        // Written once, so that no page is touched for the first time while a message waits.
        let levels = vec![Level { rank: 1, quantity: 1 }; capacity];
        Self { levels, used: 0, free: [NONE; SIZES], growths: 0 }
    }

    /// How often the pool had to be made larger.
    #[must_use]
    pub const fn growths(&self) -> usize {
        self.growths
    }

    /// Takes all blocks back.
    pub fn clear(&mut self) {
        self.used = 0;
        self.free = [NONE; SIZES];
        self.growths = 0;
    }

    /// The first `length` levels of `block`.
    #[inline]
    pub(super) fn levels(&self, block: Block, length: u32) -> &[Level] {
        &self.levels[block.start as usize..][..length as usize]
    }

    /// All levels of `block`.
    #[inline]
    pub(super) fn block(&mut self, block: Block) -> &mut [Level] {
        &mut self.levels[block.start as usize..][..block.capacity()]
    }

    /// A block of the next size, with the first `length` levels of `old`, which is taken back.
    #[cold]
    pub(super) fn enlarge(&mut self, old: Block, length: u32) -> Block {
        let new = self.take(old.size);
        let start = old.start as usize;
        self.levels.copy_within(start..start + length as usize, new.start as usize);
        self.give_back(old);
        new
    }

    /// A block whose index among the sizes is `index`.
    // Starts of blocks fit 32 bits, which is asserted where the pool grows.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn take(&mut self, index: u8) -> Block {
        let size = index + 1;
        let head = self.free[index as usize];
        if head != NONE {
            self.free[index as usize] = self.levels[head as usize].rank as u32;
            return Block { start: head, size };
        }
        let block = Block { start: self.used as u32, size };
        self.used += block.capacity();
        if self.used > self.levels.len() {
            self.grow();
        }
        block
    }

    fn give_back(&mut self, block: Block) {
        if block.size == 0 {
            return;
        }
        let head = &mut self.free[block.size as usize - 1];
        self.levels[block.start as usize].rank = i64::from(*head);
        *head = block.start;
    }

    fn grow(&mut self) {
        let length = self.used.max(2 * self.levels.len());
        assert!(length <= NONE as usize, "over four billion price levels");
        self.levels.resize(length, Level::default());
        self.growths += 1;
    }
}
