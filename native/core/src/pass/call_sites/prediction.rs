//! Guesses which stack comes next: the one that came after the last one before.
//!
//! Messages do the same things in the same order. A guess is only taken where everything that the
//! walk of that stack depends on is there: the same registers, and the same words of the stack at
//! the same addresses.

use super::unwinding::{Place, word_at};

/// Words of a stack that are looked at; deeper stacks are not guessed.
pub(super) const MOST_WORDS: usize = 12;

/// A word of the stack, and what has to stand there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Word {
    pub address: u64,
    pub value: u64,
}

/// What one walk depended on.
#[derive(Clone, Copy, Default)]
pub(super) struct Walked {
    place: Place,
    needs_fp: bool,
    count: usize,
    words: [Word; MOST_WORDS],
}

/// What every stack depended on when it was last walked, and which one came after which two.
pub(super) struct Prediction {
    /// By the numbers of the stacks, which come in order.
    walked: Vec<Walked>,
    /// By what came before. Several may share a guess, and spoil it for each other.
    guesses: Vec<u32>,
    before: usize,
}

const GUESSES: usize = 1 << 12;

impl Prediction {
    pub fn new(most_stacks: usize) -> Self {
        Self { walked: Vec::with_capacity(most_stacks), guesses: vec![0; GUESSES], before: 0 }
    }

    /// Nothing is where it was.
    pub fn forget(&mut self) {
        self.walked.clear();
    }

    /// The stack at `place`, where the guess is right.
    #[inline]
    pub fn guess(&mut self, place: Place) -> Option<u32> {
        let guessed = self.guesses[self.before];
        if !self.is_known(guessed, place) {
            return None;
        }
        self.came(guessed);
        Some(guessed)
    }

    /// Whether it is known what this stack depends on, and all of it is there.
    #[inline]
    pub fn is_known(&self, stack: u32, place: Place) -> bool {
        self.walked.get(stack as usize).is_some_and(|walked| walked.is_at(place))
    }

    /// It was another one.
    pub fn learn(&mut self, stack: u32) {
        self.guesses[self.before] = stack;
        self.came(stack);
    }

    /// What a stack depends on. There is room for all that there may be.
    pub fn keep(&mut self, stack: u32, walked: &Walked) {
        while self.walked.len() <= stack as usize {
            self.walked.push(Walked::default());
        }
        self.walked[stack as usize] = *walked;
    }

    /// The last two, and something of those before, in as many bits as there are guesses.
    #[inline]
    fn came(&mut self, stack: u32) {
        self.before = ((self.before << 5) ^ stack as usize) & (GUESSES - 1);
    }
}

impl Walked {
    /// Nothing is known yet of a walk from here.
    pub fn from(place: Place) -> Self {
        Self { place, ..Self::default() }
    }

    /// The walk has read a word.
    pub fn push(&mut self, address: u64, value: u64) {
        if let Some(word) = self.words.get_mut(self.count) {
            *word = Word { address, value };
        }
        self.count += 1;
    }

    /// The walk has used the frame pointer that it began with, or may have.
    pub fn need_fp(&mut self) {
        self.needs_fp = true;
    }

    /// Whether all that it depends on is kept.
    pub fn is_whole(&self) -> bool {
        self.count <= MOST_WORDS
    }

    #[inline]
    fn is_at(&self, place: Place) -> bool {
        let is_there = |word: &Word| {
            // SAFETY: it was read on this thread's stack, between the same stack pointer and the
            // driver's frame, which is where it was: see `Watcher::begin`.
            unsafe { word_at(word.address) == word.value }
        };
        self.place.pc == place.pc
            && self.place.sp == place.sp
            && (!self.needs_fp || self.place.fp == place.fp)
            && self.place.is_return_address == place.is_return_address
            && self.words[..self.count].iter().all(is_there)
    }
}
