//! The calls of the message in hand, until its kind is known.

use super::blocks::Blocks;

/// Calls of one message that are kept. What a message does beyond them is counted, and has no
/// place.
pub(super) const MOST_CALLS: usize = 1 << 16;

/// The stage of what came after the last mark.
pub(super) const NO_STAGE: u8 = u8::MAX;

/// What a call did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Allocated,
    Freed,
    Resized,
    Locked,
    SystemCall,
}

/// A call that the target made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    /// Bytes asked for.
    pub size: u64,
    /// Where it was made; `None` where there was no room for the stack.
    pub stack: Option<u32>,
    pub what: What,
    pub stage: u8,
    /// The kernel's number of a system call.
    pub number: u16,
    /// Whether the block was given back within the message.
    pub freed: bool,
}

/// What the message in hand has done so far.
pub(super) struct InHand {
    calls: Vec<Call>,
    blocks: Blocks,
    /// First call since the last mark.
    unmarked: usize,
    marked: u32,
}

impl InHand {
    pub fn new() -> Self {
        Self {
            calls: Vec::with_capacity(MOST_CALLS),
            blocks: Blocks::new(2 * MOST_CALLS),
            unmarked: 0,
            marked: 0,
        }
    }

    /// Starts a message.
    pub fn begin(&mut self) {
        self.calls.clear();
        self.unmarked = 0;
        self.marked = 0;
        self.blocks.forget();
    }

    /// Takes a call; false where there is no room for it.
    #[inline(always)] // what it does depends on what the call was, which the caller knows
    pub fn push(&mut self, call: Call, block: u64, old: u64) -> bool {
        if self.calls.len() == MOST_CALLS {
            return false;
        }
        let index = u32::try_from(self.calls.len()).unwrap_or_default();
        match call.what {
            What::Allocated if block != 0 => self.blocks.keep(block, index),
            What::Freed => {
                if let Some(asked) = self.blocks.give_back(block) {
                    self.calls[asked as usize].freed = true;
                }
            }
            // The same block in another place; one that could not be resized stays where it is.
            What::Resized if block != 0 => {
                if let Some(asked) = self.blocks.give_back(old) {
                    self.blocks.keep(block, asked);
                }
            }
            _ => {}
        }
        self.calls.push(call);
        true
    }

    /// What was called since the last mark belongs to this stage. A stage that is marked again is,
    /// as in the counting pass, what came before the last of its marks.
    pub fn mark(&mut self, stage: u8) {
        if self.marked & 1 << stage != 0 {
            for call in &mut self.calls[..self.unmarked] {
                if call.stage == stage {
                    call.stage = NO_STAGE;
                }
            }
        }
        for call in &mut self.calls[self.unmarked..] {
            call.stage = stage;
        }
        self.unmarked = self.calls.len();
        self.marked |= 1 << stage;
    }

    pub fn calls(&self) -> &[Call] {
        &self.calls
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(what: What) -> Call {
        Call { size: 8, stack: Some(0), what, stage: NO_STAGE, number: 0, freed: false }
    }

    fn freed(message: &InHand) -> Vec<bool> {
        message.calls().iter().map(|call| call.freed).collect()
    }

    #[test]
    fn a_block_is_followed_through_resizes_to_its_end() {
        let mut message = InHand::new();
        message.begin();
        message.push(call(What::Allocated), 0x10, 0);
        message.push(call(What::Allocated), 0x20, 0);
        message.push(call(What::Resized), 0x30, 0x10);
        message.push(call(What::Freed), 0x30, 0);
        message.push(call(What::Freed), 0x90, 0);

        assert_eq!(freed(&message), [true, false, false, false, false]);
    }

    #[test]
    fn an_address_that_is_used_again_is_another_block() {
        let mut message = InHand::new();
        message.begin();
        for _ in 0..2 {
            message.push(call(What::Allocated), 0x10, 0);
            message.push(call(What::Freed), 0x10, 0);
        }
        message.push(call(What::Freed), 0x10, 0);
        assert_eq!(freed(&message), [true, false, true, false, false]);

        message.push(call(What::Allocated), 0x40, 0);
        message.begin();
        message.push(call(What::Freed), 0x40, 0);
        assert_eq!(freed(&message), [false], "it was another message's");
    }

    #[test]
    fn calls_belong_to_the_stage_whose_mark_comes_next_and_the_last_to_none() {
        let mut message = InHand::new();
        message.begin();
        message.push(call(What::Locked), 0, 0);
        message.mark(3);
        message.mark(1);
        message.push(call(What::Locked), 0, 0);
        message.push(call(What::Locked), 0, 0);
        message.mark(3);
        message.push(call(What::Locked), 0, 0);

        let stages: Vec<u8> = message.calls().iter().map(|call| call.stage).collect();
        assert_eq!(stages, [NO_STAGE, 3, 3, NO_STAGE], "the second mark of 3 counts");
    }

    #[test]
    fn a_message_with_too_many_calls_says_so() {
        let mut message = InHand::new();
        message.begin();

        let blocks = (1..=MOST_CALLS as u64).map(|number| number << 4);
        assert!(blocks.into_iter().all(|block| message.push(call(What::Allocated), block, 0)));
        assert!(!message.push(call(What::Allocated), 0x8, 0));
        assert_eq!(message.calls.capacity(), MOST_CALLS);
    }
}
