//! Caches without anything of the target's.

use super::pacer::{Every, Pacer};
use super::walk::Progress;
use crate::CoreError;
use crate::timestamp::stamp;

/// Bytes in a cache line of every processor that is known here; smaller steps only cost time.
const LINE_BYTES: usize = 64;

/// Walks through more memory than the caches hold, so that they hold nothing else. What the target
/// keeps lies wherever it likes: it cannot be flushed by its address.
pub(super) struct Cold {
    memory: Vec<u8>,
    every: Every,
}

impl Cold {
    /// # Errors
    ///
    /// Where there is no such memory.
    pub fn new(evict_bytes: usize, every: Every) -> Result<Self, CoreError> {
        let mut memory = Vec::new();
        memory
            .try_reserve_exact(evict_bytes)
            .map_err(|_| CoreError::NoMemoryToEvictWith { bytes: evict_bytes })?;
        // Ones: zeroed memory would all be the one page of zeros, which fills no cache.
        memory.resize(evict_bytes, 1);
        Ok(Self { memory, every })
    }

    #[inline(never)]
    fn evict(&self) {
        let sum =
            self.memory.iter().step_by(LINE_BYTES).fold(0_u8, |sum, &it| sum.wrapping_add(it));
        std::hint::black_box(sum);
    }
}

impl Pacer for Cold {
    #[inline(always)]
    #[allow(clippy::inline_always)] // one predicted branch
    fn prepare(&mut self, sequence: u64) {
        if self.every.includes(sequence) {
            self.evict();
        }
    }

    /// The message itself has just come in: a network card writes it to the cache.
    #[inline(always)]
    #[allow(clippy::inline_always)] // its reading is the first of the message
    fn start(&mut self, bytes: &[u8], _sequence: u64, _progress: Progress) -> u64 {
        for &byte in bytes.iter().step_by(LINE_BYTES).chain(bytes.last()) {
            std::hint::black_box(byte);
        }
        stamp()
    }

    fn counts(&self, sequence: u64) -> bool {
        self.every.includes(sequence)
    }
}
