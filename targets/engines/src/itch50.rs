//! Engines on a Nasdaq TotalView-ITCH 5.0 feed, which tells of each order of the market.

mod after;
mod after_market;

pub use after::After;
pub use after_market::AfterMarket;

/// Targets of this family come to the same digests.
pub const FAMILY: &str = "engine-itch50";

/// Trading states and halt actions in which orders match.
const TRADING: u8 = b'T';

/// The market whose operational halts stop this feed's orders.
const NASDAQ: u8 = b'Q';
