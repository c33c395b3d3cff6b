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
    /// The kernel's number of a system call; of a call of another thread than the driver's, the
    /// number of the hop that it took its message from, from 1. 0 for none.
    pub number: u16,
    /// The thread that made it; 0 for the driver's.
    pub lane: u8,
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
    /// First call since a message was taken out of a queue, or since the last mark of the thread
    /// that took it.
    unmarked_elsewhere: usize,
    /// Which thread that was.
    owner: Option<u8>,
}

impl InHand {
    pub fn new() -> Self {
        Self {
            calls: Vec::with_capacity(MOST_CALLS),
            blocks: Blocks::new(2 * MOST_CALLS),
            unmarked: 0,
            marked: 0,
            unmarked_elsewhere: 0,
            owner: None,
        }
    }

    /// Starts a message.
    pub fn begin(&mut self) {
        self.calls.clear();
        self.unmarked = 0;
        self.marked = 0;
        self.owner = None;
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
        self.forget_mark(stage, self.unmarked);
        for call in &mut self.calls[self.unmarked..] {
            call.stage = stage;
        }
        self.unmarked = self.calls.len();
    }

    /// The same where other threads call in between: only this thread's calls are of the stage.
    pub fn mark_among_others(&mut self, stage: u8) {
        self.forget_mark(stage, self.unmarked);
        self.mark_lane(stage, 0, self.unmarked);
        self.unmarked = self.calls.len();
    }

    /// A thread took the message out of a queue: its next stage begins.
    pub fn taken_out(&mut self, lane: u8) {
        self.owner = Some(lane);
        self.unmarked_elsewhere = self.calls.len();
    }

    /// A thread marked a stage. As in the counting pass, one that has not taken the message out of
    /// a queue only says where the next stage begins.
    pub fn mark_elsewhere(&mut self, stage: u8, lane: u8) {
        if self.owner == Some(lane) {
            self.forget_mark(stage, self.unmarked_elsewhere);
            self.mark_lane(stage, lane, self.unmarked_elsewhere);
        }
        self.taken_out(lane);
    }

    fn forget_mark(&mut self, stage: u8, before: usize) {
        if self.marked & 1 << stage != 0 {
            for call in &mut self.calls[..before] {
                if call.stage == stage {
                    call.stage = NO_STAGE;
                }
            }
        }
        self.marked |= 1 << stage;
    }

    fn mark_lane(&mut self, stage: u8, lane: u8, from: usize) {
        for call in self.calls[from..].iter_mut().filter(|call| call.lane == lane) {
            call.stage = stage;
        }
    }

    pub fn calls(&self) -> &[Call] {
        &self.calls
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(what: What) -> Call {
        Call { size: 8, stack: Some(0), what, stage: NO_STAGE, number: 0, lane: 0, freed: false }
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
    fn calls_of_threads_that_work_at_the_same_time_are_told_apart() {
        let mut message = InHand::new();
        message.begin();
        let of = |lane| Call { lane, ..call(What::Locked) };
        message.push(of(2), 0, 0);
        message.push(of(0), 0, 0);
        message.taken_out(2);
        message.push(of(2), 0, 0);
        message.push(of(0), 0, 0);
        message.mark_elsewhere(1, 2);
        message.mark_among_others(0);
        message.push(of(3), 0, 0);
        message.mark_elsewhere(1, 3);

        let stages: Vec<u8> = message.calls().iter().map(|call| call.stage).collect();
        assert_eq!(stages, [NO_STAGE, 0, 1, 0, NO_STAGE], "thread 3 took nothing out of a queue");
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
