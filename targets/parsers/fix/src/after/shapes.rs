//! The shapes that were met, the more frequent first.

#![allow(clippy::inline_always)] // so that it is compiled for the caller's instructions

use super::shape::Shape;

/// Most shapes that are kept.
const MOST: usize = 6;

/// A few shapes for the same part of a message.
pub struct Shapes {
    list: [Shape; MOST],
    /// How often each fitted of late.
    uses: [u8; MOST],
    count: usize,
}

impl Shapes {
    pub const EMPTY: Self = Self { list: [Shape::EMPTY; MOST], uses: [0; MOST], count: 0 };

    /// How many there are.
    #[inline(always)]
    pub fn count(&self) -> usize {
        self.count.min(MOST)
    }

    /// The shape at `index`, which is below [`Shapes::count`].
    #[inline(always)]
    pub fn get(&self, index: usize) -> &Shape {
        &self.list[index]
    }

    /// Adds a shape, in the place of the last where there is no room.
    pub fn add(&mut self, shape: &Shape) {
        self.count = (self.count + 1).min(MOST);
        self.list[self.count - 1] = *shape;
        self.uses[self.count - 1] = 0;
    }

    /// Counts a use of the shape at `index`, and moves it up before one that is less frequent.
    #[inline(always)]
    pub fn used(&mut self, index: usize) {
        self.uses[index] += 1;
        if self.uses[index] == u8::MAX {
            self.uses = self.uses.map(|uses| uses / 2);
        }
        if index > 0 && self.uses[index] > self.uses[index - 1] {
            self.swap_with_the_one_before(index);
        }
    }

    #[cold]
    #[inline(never)]
    fn swap_with_the_one_before(&mut self, index: usize) {
        self.uses.swap(index, index - 1);
        self.list.swap(index, index - 1);
    }
}
