//! Nasdaq TotalView-ITCH 5.0, parsed in several ways.
//!
//! One feed message is one ITCH message without the length that goes before it in a file or in
//! `MoldUDP64`: its first byte says its type. [`decode`] makes a [`Message`] of it, without
//! allocating.
//!
//! [`After`] is that parser as a target, [`Before`] is what is often written first, and
//! [`ZerocopyPeer`] what a well-kept library gives. All report the same of any bytes.
//!
//! ```
//! use latprobe_itch50::{Message, Side, decode};
//!
//! let mut bytes = b"A\x00\x0d\x00\x02\x0a\x2d\xf4\x92\x1d\x67".to_vec();
//! bytes.extend(4_001_u64.to_be_bytes());
//! bytes.push(b'B');
//! bytes.extend(100_u32.to_be_bytes());
//! bytes.extend(b"AAPL    ");
//! bytes.extend(1_893_400_u32.to_be_bytes());
//! let Ok(Message::AddOrder(order)) = decode(&bytes) else { panic!("an add order") };
//! assert_eq!((order.side, order.shares, order.price), (Side::Buy, 100, 1_893_400));
//! ```
//!
//! Layouts, field names and codes are those of the *Nasdaq TotalView-ITCH 5.0* specification
//! (`NQTVITCHSpecification.pdf` on nasdaqtrader.com), which calls the numbers big-endian, the text
//! ASCII, left-justified and padded with spaces on the right, and a `Price(n)` an integer with `n`
//! implied decimals.

mod after;
pub mod before;
mod decode;
mod field;
mod message;
mod reject;
mod side;
mod zerocopy_peer;

pub use after::After;
pub use before::Before;
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
pub use zerocopy_peer::ZerocopyPeer;

/// Targets of this family report the same kinds, errors and digests.
pub const FAMILY: &str = "itch50";

/// The feeds that they read.
pub const PROTOCOL: &str = "itch50";
