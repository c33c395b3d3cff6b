//! FIX tag=value market data, parsed in several ways.
//!
//! One feed message is one FIX message, from its `8=`, or its `1128=` in CME's form without a field
//! 8, to the three digits of `10=`, with or without the SOH after them: importers of lines may strip
//! it. [`Update`] says what is read of it.
//!
//! All variants read alike:
//!
//! - A tag is a number from 1 to `u32::MAX` without leading zeros; a value is at least one byte, and
//!   ends at the next SOH, or, of a data field, where its length field says.
//! - The message type is the third field. The fields of the header are read wherever they stand, those
//!   of the body only where the message is about an instrument, and before the entries.
//! - In types `X` and `W` the field after `NoMDEntries(268)` starts an entry each time it comes. All
//!   that follows belongs to the entry; but the instrument of a snapshot is the message's.
//! - Fields 34, 49 and 52 must be there; in types `X` and `W` also 268, in each entry of an `X` 279,
//!   and in each of a `W` 269.
//! - A price or size has up to eight decimals that are not zero, and fits an `i64` of 1e-8. A count has
//!   up to 18 digits.
//!
//! Tags, types and framing are those of the FIX specification (*FIX 5.0 SP2*, *FIX tagvalue
//! encoding*), from fixtrading.org.

mod after;
mod before;
mod checksum;
mod data_field;
mod digits;
mod fault;
mod faults;
mod fold;
mod frame;
mod kind;
mod number;
mod peer;
mod tag;
mod text;
mod update;

pub use after::After;
pub use before::Before;
pub use checksum::checksum;
pub use fault::{ERRORS, Fault};
pub use kind::{KINDS, Kind};
pub use peer::FixCodecRs;
pub use text::{Span, Text};
pub use update::{Entry, Instrument, Update};

/// Targets of this family report the same kinds, errors and digests.
pub const FAMILY: &str = "fix";

/// The feeds that they read.
pub const PROTOCOL: &str = "fix";

/// The one stage: from bytes to an [`Update`].
pub const STAGES: &[&str] = &["parse"];
