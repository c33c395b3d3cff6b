//! The blocks that the message in hand has asked for, by address, to tell which it gives back.

/// Slots that a message starts with: few enough to stay in the nearest caches.
const FEWEST_SLOTS: usize = 1 << 10;
const GROWTH: usize = 4;
const GIVEN_BACK: u32 = u32::MAX;

#[derive(Clone, Copy, Default)]
struct Block {
    address: u64,
    /// The message that this slot was last used in; others find it empty.
    message: u32,
    /// Index of the call that asked for it, or `GIVEN_BACK`.
    call: u32,
}

/// Tables of growing size, of which a message uses the first that is large enough. All are there
/// before the pass begins.
pub(super) struct Blocks {
    slots: Vec<Block>,
    /// Messages are numbered from 1.
    message: u32,
    /// Where the table in use starts, and how many slots it has.
    start: usize,
    size: usize,
    used: usize,
    most: usize,
}

impl Blocks {
    /// For messages that use half of so many slots.
    pub fn new(most: usize) -> Self {
        let (mut slots, mut size) = (0, FEWEST_SLOTS);
        while size < most {
            slots += size;
            size *= GROWTH;
        }
        let slots = vec![Block::default(); slots + size];
        Self { slots, message: 1, start: 0, size: FEWEST_SLOTS, used: 0, most: size }
    }

    /// Starts with the next message. After 2³² of them the slots are cleared by hand.
    pub fn forget(&mut self) {
        self.start = 0;
        self.size = FEWEST_SLOTS;
        self.used = 0;
        self.message = self.message.wrapping_add(1);
        if self.message == 0 {
            self.slots.fill(Block::default());
            self.message = 1;
        }
    }

    /// A block that a call has asked for.
    #[inline]
    pub fn keep(&mut self, address: u64, call: u32) {
        if 2 * self.used >= self.size && self.size < self.most {
            self.grow();
        }
        let block = Block { address, message: self.message, call };
        let (slot, is_new) = self.slot_of(address);
        self.slots[slot] = block;
        self.used += usize::from(is_new);
    }

    /// The call that asked for a block, if it was one of this message's.
    #[inline]
    pub fn give_back(&mut self, address: u64) -> Option<u32> {
        let (slot, is_new) = self.slot_of(address);
        if is_new {
            return None;
        }
        // The slot stays the block's: others may lie behind it.
        let call = std::mem::replace(&mut self.slots[slot].call, GIVEN_BACK);
        (call != GIVEN_BACK).then_some(call)
    }

    /// Where an address is, or would be, and whether it is not there yet. There is always an empty
    /// slot: a message has half as many calls as the largest table has.
    #[inline]
    fn slot_of(&self, address: u64) -> (usize, bool) {
        // Blocks lie at multiples of 16.
        let mixed = (address >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        let mut slot = mixed as usize & (self.size - 1);
        loop {
            let block = &self.slots[self.start + slot];
            if block.message != self.message {
                return (self.start + slot, true);
            }
            if block.address == address {
                return (self.start + slot, false);
            }
            slot = (slot + 1) & (self.size - 1);
        }
    }

    /// Goes over to the next table, which lies behind this one.
    #[cold]
    fn grow(&mut self) {
        let before = self.start..self.start + self.size;
        self.start += self.size;
        self.size *= GROWTH;
        self.used = 0;
        for slot in before {
            let block = self.slots[slot];
            if block.message == self.message && block.call != GIVEN_BACK {
                let (slot, _) = self.slot_of(block.address);
                self.slots[slot] = block;
                self.used += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_is_found_again_however_many_there_are() {
        let most = 1 << 16;
        let mut blocks = Blocks::new(2 * most);
        for _ in 0..2 {
            blocks.forget();
            let numbers = 0..u32::try_from(most).unwrap();
            for number in numbers.clone() {
                blocks.keep(u64::from(number) << 4, number);
            }
            for number in numbers {
                assert_eq!(blocks.give_back(u64::from(number) << 4), Some(number));
                assert_eq!(blocks.give_back(u64::from(number) << 4), None);
            }
        }
    }
}
