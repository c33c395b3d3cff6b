//! What a target is handed beside a message.

use crate::Kind;
use latprobe_abi::{KindDigest, MAX_KINDS, MODE_DIGEST, fnv1a};
use std::hint::black_box;

/// Marks stages, and says what was understood.
#[repr(transparent)]
pub struct Probe(pub(crate) latprobe_abi::Probe);

impl Probe {
    /// Says that a stage is done; `stage` is its index in `Target::STAGES`.
    #[inline(always)]
    #[allow(clippy::inline_always)] // a call would be timed with the work
    pub fn mark(&mut self, stage: u32) {
        self.0.mark(stage);
    }

    /// Says that a stage is done, and what it made.
    ///
    /// The compiler may put off work until its result is needed, past the mark of the stage that it
    /// belongs to. Here `made` is whole in memory before the clock is read.
    #[inline(always)]
    #[allow(clippy::inline_always)] // a call would be timed with the work
    pub fn mark_made<T: ?Sized>(&mut self, stage: u32, made: &T) {
        black_box(made);
        self.0.mark(stage);
    }

    /// The message's number, by which other threads speak of it: see [`crate::Tracker`]. Counted from
    /// the start of the pass; 0 for every message of a target without hops.
    #[inline]
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.0.sequence
    }

    /// Says what the message was understood to be. `fold` writes each field that was decoded into
    /// the digest, in an order and in units that are the same for the whole family.
    ///
    /// `fold` runs in the verifying pass alone. In every other pass `value` is still made whole in
    /// memory, so that the compiler cannot drop the decoding of what nobody reads.
    #[inline(always)]
    #[allow(clippy::inline_always)] // so that `value` stays where it was made
    pub fn understood<T>(&mut self, kind: Kind, value: &T, fold: impl FnOnce(&T, &mut Digest<'_>))
    where
        T: ?Sized,
    {
        black_box(value);
        if self.0.mode & MODE_DIGEST != 0 {
            self.fold(kind, value, fold);
        }
    }

    #[cold]
    #[inline(never)]
    fn fold<T: ?Sized>(&mut self, kind: Kind, value: &T, fold: impl FnOnce(&T, &mut Digest<'_>)) {
        if self.0.digests.is_null() || kind.0 as usize >= MAX_KINDS {
            return;
        }
        // SAFETY: with `MODE_DIGEST` the driver provides `MAX_KINDS` digests, and nobody else
        // touches them during a call.
        let kind = unsafe { &mut *self.0.digests.add(kind.0 as usize) };
        kind.count += 1;
        fold(value, &mut Digest { kind });
    }
}

/// Takes in the fields of one message.
pub struct Digest<'pass> {
    pub(crate) kind: &'pass mut KindDigest,
}

impl Digest<'_> {
    /// Takes in a number. A price goes in as an integer in the family's fixed unit.
    pub fn integer(&mut self, value: i64) {
        self.kind.checksum = fnv1a(self.kind.checksum, &value.to_le_bytes());
    }

    /// Takes in text or raw bytes, after its length.
    pub fn bytes(&mut self, value: &[u8]) {
        self.kind.checksum = fnv1a(self.kind.checksum, &(value.len() as u64).to_le_bytes());
        self.kind.checksum = fnv1a(self.kind.checksum, value);
    }
}
