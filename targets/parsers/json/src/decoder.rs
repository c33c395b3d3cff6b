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

#[cfg(test)]
mod tests {
    use super::{Memory, expected, general};
    use crate::message::Message;

    /// One frame of each kind and product as the exchange writes it.
    const FRAMES: [&str; 10] = [
        r#"{"stream":"a@trade","data":{"e":"trade","E":2,"s":"A","t":9,"p":"0.1","q":"1.25","T":1,"m":true,"M":false}}"#,
        r#"{"e":"trade","E":2,"T":1,"s":"A","t":9,"p":"0.1","q":"1.25","X":"MARKET","m":true}"#,
        r#"{"e":"aggTrade","E":2,"s":"A","a":9,"p":"0.1","q":"1","f":1,"l":2,"T":1,"m":true,"M":true}"#,
        r#"{"e":"aggTrade","E":2,"a":9,"s":"A","p":"0.1","q":"1","nq":"1","f":1,"l":2,"T":1,"m":false}"#,
        r#"{"stream":"a@bookTicker","data":{"u":400900217,"s":"A","b":"1.5","B":"2.0","a":"3.0","A":"4"}}"#,
        r#"{"e":"bookTicker","u":2710249422918,"s":"A","ps":"A","b":"1","B":"2","a":"3","A":"4","T":1,"E":2}"#,
        r#"{"e":"depthUpdate","E":1,"s":"A","U":1,"u":2,"b":[["1.0","2.0"],["3.0","0.0"]],"a":[]}"#,
        r#"{"e":"depthUpdate","E":1,"T":1,"s":"A","U":1,"u":2,"pu":0,"b":[],"a":[["1.0","2.0"]]}"#,
        r#"{"e":"markPriceUpdate","E":1,"s":"A","p":"1.0","P":"2.0","i":"3.0","r":"-0.0001","T":2}"#,
        r#"{"e":"markPriceUpdate","E":1,"s":"A","p":"1.0","ap":"1.1","i":"3.0","P":"2.0","r":"0.1","T":2,"st":1}"#,
    ];

    #[test]
    fn what_the_exchange_writes_takes_the_quick_path_and_reads_the_same_there() {
        for frame in FRAMES.map(str::as_bytes) {
            let (mut bids, mut asks) = (Vec::new(), Vec::new());
            let mut quick = expected::decode(frame, &mut bids, &mut asks).unwrap();
            if let Message::DepthUpdate(update) = &mut quick.message {
                update.bids = &bids;
                update.asks = &asks;
            }
            let (mut bids, mut asks, mut text) = (Vec::new(), Vec::new(), Vec::new());
            let memory = Memory { bids: &mut bids, asks: &mut asks, text: &mut text };
            assert_eq!(Ok(quick), general::decode(frame, memory));
        }
    }
}
