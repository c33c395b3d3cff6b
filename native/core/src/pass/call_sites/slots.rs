//! A hash table of numbers, in memory that is there before the pass begins.

const EMPTY: u32 = u32::MAX;
/// Slots that are used at first: few enough to stay in the nearest caches.
const FEWEST: usize = 1 << 11;
const GROWTH: usize = 4;

/// Finds the numbers of things by their hashes; the things themselves are kept elsewhere, in the
/// order of their numbers.
pub(super) struct Slots {
    slots: Vec<u32>,
    /// How many of them are used, a power of two.
    size: usize,
}

impl Slots {
    /// For at most so many things.
    pub fn new(most: usize) -> Self {
        let size = (2 * most).next_power_of_two().max(FEWEST);
        Self { slots: vec![EMPTY; size], size: FEWEST }
    }

    /// The number of the thing of this hash that `is_it` says yes to.
    #[inline]
    pub fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mut slot = self.slot_of(hash);
        loop {
            let number = self.slots[slot];
            if number == EMPTY {
                return None;
            }
            if is_it(number) {
                return Some(number);
            }
            slot = (slot + 1) & (self.size - 1);
        }
    }

    /// Puts in the next number. `hash_of` tells the hashes of all that are there, itself among
    /// them, for when they have to move.
    #[cold]
    pub fn insert(&mut self, number: u32, hash_of: impl Fn(u32) -> u64) {
        if 2 * (number as usize + 1) > self.size && self.size < self.slots.len() {
            self.slots[..self.size].fill(EMPTY);
            self.size = (GROWTH * self.size).min(self.slots.len());
            for before in 0..number {
                self.put(before, hash_of(before));
            }
        }
        self.put(number, hash_of(number));
    }

    fn put(&mut self, number: u32, hash: u64) {
        let mut slot = self.slot_of(hash);
        while self.slots[slot] != EMPTY {
            slot = (slot + 1) & (self.size - 1);
        }
        self.slots[slot] = number;
    }

    /// By the upper bits of the hash, which a multiplication mixes best.
    #[inline]
    fn slot_of(&self, hash: u64) -> usize {
        (hash >> 40) as usize & (self.size - 1)
    }
}

/// Mixes a word: its upper bits depend on all of it (2⁶⁴ divided by the golden ratio, odd).
#[inline]
pub(super) fn mixed(word: u64) -> u64 {
    word.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_found_again_however_many_there_are() {
        let most = 1 << 16;
        let mut slots = Slots::new(most);
        let thing = |number: u32| u64::from(number) << 20;
        let numbers = 0..u32::try_from(most).unwrap();
        for number in numbers.clone() {
            assert_eq!(slots.find(mixed(thing(number)), |it| it == number), None);
            slots.insert(number, |it| mixed(thing(it)));
        }
        assert!(
            numbers.into_iter().all(|number| {
                slots.find(mixed(thing(number)), |it| it == number) == Some(number)
            })
        );
        assert_eq!(slots.slots.len(), 2 * most, "nothing was allocated on the way");
    }
}
