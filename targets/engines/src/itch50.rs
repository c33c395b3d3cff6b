//! Engines on a Nasdaq TotalView-ITCH 5.0 feed, which tells of each order of the market.
//!
//! A symbol is known by its stock locate, which keeps the first symbol that comes with it. What is
//! told of an order goes to the symbol that the order was added to, whatever the message itself
//! says. A recording may start in the middle of a day: messages about orders that were added
//! before it are counted and passed over.

mod after;
mod after_market;
mod before;
mod before_market;
mod halts;

pub use after::After;
pub use after_market::AfterMarket;
pub use before::Before;
pub use before_market::BeforeMarket;
pub use halts::Halts;

/// Targets of this family come to the same digests.
pub const FAMILY: &str = "engine-itch50";
