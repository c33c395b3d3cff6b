//! Borrowed, fixed-point decoding that does not allocate.

mod cursor;
mod expected;
mod fields;
mod general;
mod scanner;
mod text;

use crate::DecodeError;
use crate::message::{BorrowedFrame, Level, Message};
use general::Memory;

/// Levels a side of a book update for which there is room from the start: the exchange's deepest
/// snapshot has 5,000.
const LEVEL_CAPACITY: usize = 8_192;

/// Bytes of a frame with escapes in its strings for which there is room from the start.
const TEXT_CAPACITY: usize = 1 << 20;

/// Decodes frames into memory of its own.
///
/// It allocates where it is made, and after that only for a frame that is larger than any sensible
/// one: over 8,192 levels a side, or over 1 MiB with escapes in it.
#[derive(Debug)]
pub struct Decoder {
    bids: Vec<Level>,
    asks: Vec<Level>,
    text: Vec<u8>,
}

impl Decoder {
    /// A decoder with room for any sensible frame.
    #[must_use]
    pub fn new() -> Self {
        Self {
            bids: Vec::with_capacity(LEVEL_CAPACITY),
            asks: Vec::with_capacity(LEVEL_CAPACITY),
            text: vec![0; TEXT_CAPACITY],
        }
    }

    /// Decodes one frame, which borrows from `frame` and from the decoder.
    ///
    /// # Errors
    ///
    /// As the crate's page says of every variant.
    pub fn decode<'frame>(
        &'frame mut self,
        frame: &'frame [u8],
    ) -> Result<BorrowedFrame<'frame>, DecodeError> {
        let Self { bids, asks, text } = self;
        if let Some(mut decoded) = expected::decode(frame, bids, asks) {
            if let Message::DepthUpdate(update) = &mut decoded.message {
                update.bids = bids;
                update.asks = asks;
            }
            return Ok(decoded);
        }
        if frame.len() > text.len() && frame.contains(&b'\\') {
            text.resize(frame.len(), 0);
        }
        general::decode(frame, Memory { bids, asks, text })
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}
