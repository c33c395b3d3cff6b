//! Reference parsers of exchange WebSocket frames in JSON.
//!
//! A feed message is one frame of a Binance-style stream, bare (`{"e":"trade",…}`) or from a
//! combined stream (`{"stream":"btcusdt@trade","data":{…}}`). The family's four variants, all on
//! the one stage `parse`, read it into the same [`message`] types:
//!
//! | target | how |
//! | --- | --- |
//! | `json-before` | [`before`]: a tree of values, maps, owned strings, clones |
//! | `json-after` | [`Decoder`]: borrowed, fixed point, no allocation |
//! | `json-serde` | `serde_json` into derived, borrowed structs |
//! | `json-sonic` | `sonic-rs` into the same structs |
//!
//! # What is accepted
//!
//! The variants agree on every input; these rules say on what.
//!
//! *The text.* A frame is JSON as RFC 8259 has it, in UTF-8, without a byte order mark. Arrays and
//! objects nest at most 127 deep; a number is within a double's range; an escaped surrogate comes
//! with its other half. Anything else is `malformed`, wherever in the frame it is.
//!
//! *The body.* Where the outermost object has a string `stream` and a `data`, its body is `data`;
//! else it is its own body. Members may come in any order. Of a name that comes twice the last
//! counts. Unknown names are passed over.
//!
//! *The kind.* `e` tells it. A body without `e` (or with a null one) that has `u`, `s`, `b`, `B`,
//! `a` and `A` is a book ticker. Everything else is `other`, and of that only the stream's name is
//! kept.
//!
//! *The fields.* One that is missing or not as follows makes the frame a `bad field`; a null is a
//! missing one, and those that [`message`] has as options may be missing.
//! - Integers are JSON numbers without fraction or exponent that fit an `i64`, and not `-0`.
//! - Prices, quantities and rates are JSON strings: an optional minus, digits, and optionally a
//!   point and more digits, of which those after the eighth are zero; at most
//!   ±92233720368.54775807. The funding rate may be an empty string, for none.
//! - Levels are arrays of exactly two such strings.

pub mod before;
mod decimal;
mod decoder;
mod digest;
mod error;
pub mod message;
pub mod peers;
mod targets;
mod words;

pub use decoder::Decoder;
pub use digest::KINDS;
pub use error::DecodeError;
pub use message::{
    AggTrade, BookTicker, BorrowedFrame, BorrowedMessage, DepthUpdate, Frame, Level, MarkPrice,
    Message, OwnedFrame, OwnedMessage, Trade,
};
pub use peers::{SerdeJson, SonicRs};
pub use targets::{After, Before, Peer};
