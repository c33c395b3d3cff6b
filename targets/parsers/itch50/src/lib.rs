//! Nasdaq TotalView-ITCH 5.0, parsed in several ways.
//!
//! One feed message is one ITCH message without the length that goes before it in a file or in
//! `MoldUDP64`: its first byte says its type. [`decode`] makes a [`Message`] of it, without
//! allocating.
//!
//! Layouts, field names and codes are those of the *Nasdaq TotalView-ITCH 5.0* specification
//! (`NQTVITCHSpecification.pdf` on nasdaqtrader.com), which calls the numbers big-endian, the text
//! ASCII, left-justified and padded with spaces on the right, and a `Price(n)` an integer with `n`
//! implied decimals.

mod after;
mod decode;
mod field;
mod message;
mod reject;
mod side;

pub use after::After;
pub use decode::{decode, decode_into};
pub use message::{
    AddOrder, AddOrderMpid, BrokenTrade, CrossTrade, DirectListingCapitalRaise, IpoQuotingPeriod,
    KINDS, LuldAuctionCollar, MarketParticipantPosition, Message, MwcbDeclineLevel, MwcbStatus,
    NetOrderImbalance, OperationalHalt, OrderCancel, OrderDelete, OrderExecuted,
    OrderExecutedWithPrice, OrderReplace, RegShoRestriction, RetailPriceImprovement,
    StockDirectory, SystemEvent, Trade, TradingAction, kind_of, message_length,
};
pub use reject::{ERRORS, Reject};
pub use side::Side;

/// Targets of this family report the same kinds, errors and digests.
pub const FAMILY: &str = "itch50";

/// The feeds that they read.
pub const PROTOCOL: &str = "itch50";
