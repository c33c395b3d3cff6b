//! The price levels of one side of one book.

use super::level_pool::Block;
use super::{Level, LevelPool};

/// Levels at the good end that are looked through in a row: most changes are there.
const NEAR: usize = 8;

/// Price levels in order, best last, so that the changes near the best move little memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ladder {
    block: Block,
    length: u32,
}

impl Ladder {
    /// Levels that there are.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.length as usize
    }

    /// Whether there is no level.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The levels, best last.
    #[inline]
    #[must_use]
    pub fn levels<'pool>(&self, pool: &'pool LevelPool) -> &'pool [Level] {
        pool.levels(self.block, self.length)
    }

    /// The best level.
    #[inline]
    #[must_use]
    pub fn best(&self, pool: &LevelPool) -> Option<Level> {
        self.levels(pool).last().copied()
    }

    /// Says that `quantity` is shown at `rank`; zero or less takes the level away.
    #[inline]
    pub fn set(&mut self, pool: &mut LevelPool, rank: i64, quantity: i64) {
        let index = position(self.levels(pool), rank);
        let exists = self.levels(pool).get(index).is_some_and(|level| level.rank == rank);
        match (exists, quantity > 0) {
            (true, true) => pool.block(self.block)[index].quantity = quantity,
            (true, false) => self.remove(pool, index),
            (false, true) => self.insert(pool, index, Level { rank, quantity }),
            (false, false) => {}
        }
    }

    /// Adds `change` to what is shown at `rank`; a level that comes to zero or less goes away.
    #[inline]
    pub fn change(&mut self, pool: &mut LevelPool, rank: i64, change: i64) {
        let index = position(self.levels(pool), rank);
        match self.levels(pool).get(index) {
            Some(level) if level.rank == rank => {
                let quantity = level.quantity + change;
                if quantity > 0 {
                    pool.block(self.block)[index].quantity = quantity;
                } else {
                    self.remove(pool, index);
                }
            }
            _ if change > 0 => self.insert(pool, index, Level { rank, quantity: change }),
            _ => {}
        }
    }

    /// Takes away every level.
    #[inline]
    pub const fn clear(&mut self) {
        self.length = 0;
    }

    /// Takes away every level better than `rank`.
    #[inline]
    pub fn cut_above(&mut self, pool: &LevelPool, rank: i64) {
        while self.best(pool).is_some_and(|level| level.rank > rank) {
            self.length -= 1;
        }
    }

    #[inline]
    fn insert(&mut self, pool: &mut LevelPool, index: usize, level: Level) {
        let length = self.length as usize;
        if length == self.block.capacity() {
            self.block = pool.enlarge(self.block, self.length);
        }
        let levels = pool.block(self.block);
        levels.copy_within(index..length, index + 1);
        levels[index] = level;
        self.length += 1;
    }

    #[inline]
    fn remove(&mut self, pool: &mut LevelPool, index: usize) {
        let levels = pool.block(self.block);
        levels.copy_within(index + 1..self.length as usize, index);
        self.length -= 1;
    }
}

/// How many of `levels` are worse than `rank`, which is where a level of that rank belongs.
#[inline]
fn position(levels: &[Level], rank: i64) -> usize {
    let far = levels.len().saturating_sub(NEAR);
    if far > 0 && levels[far].rank > rank {
        return levels[..far].partition_point(|level| level.rank < rank);
    }
    // Counted to the end, since a branch for each level would be guessed wrong.
    far + levels[far..].iter().filter(|level| level.rank < rank).count()
}
