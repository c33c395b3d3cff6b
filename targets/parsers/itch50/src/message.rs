//! One decoded message of any type.

#[macro_use]
mod define;
#[macro_use]
mod types;
mod auction;
mod order;
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))] // read by its plans alone
mod place;
mod stock;
mod system;
mod trade;

use crate::Reject;
use latprobe_sdk::{Digest, Kind};
use std::mem::MaybeUninit;

pub use auction::{DirectListingCapitalRaise, NetOrderImbalance, RetailPriceImprovement};
pub use order::{
    AddOrder, AddOrderMpid, OrderCancel, OrderDelete, OrderExecuted, OrderExecutedWithPrice,
    OrderReplace,
};
pub(crate) use place::{Layout, Place};
pub use stock::{
    IpoQuotingPeriod, LuldAuctionCollar, MarketParticipantPosition, OperationalHalt,
    RegShoRestriction, StockDirectory, TradingAction,
};
pub use system::{MwcbDeclineLevel, MwcbStatus, SystemEvent};
pub use trade::{BrokenTrade, CrossTrade, Trade};

/// Bytes that every message starts with: type, stock locate, tracking number and timestamp.
pub(crate) const COMMON_LENGTH: usize = 1 + 2 + 2 + 6;

message_types! {
    b'S' => SystemEvent "system_event",
    b'R' => StockDirectory "stock_directory",
    b'H' => TradingAction "trading_action",
    b'Y' => RegShoRestriction "reg_sho_restriction",
    b'L' => MarketParticipantPosition "market_participant_position",
    b'V' => MwcbDeclineLevel "mwcb_decline_level",
    b'W' => MwcbStatus "mwcb_status",
    b'K' => IpoQuotingPeriod "ipo_quoting_period",
    b'J' => LuldAuctionCollar "luld_auction_collar",
    b'h' => OperationalHalt "operational_halt",
    b'A' => AddOrder "add_order",
    b'F' => AddOrderMpid "add_order_mpid",
    b'E' => OrderExecuted "order_executed",
    b'C' => OrderExecutedWithPrice "order_executed_with_price",
    b'X' => OrderCancel "order_cancel",
    b'D' => OrderDelete "order_delete",
    b'U' => OrderReplace "order_replace",
    b'P' => Trade "trade",
    b'Q' => CrossTrade "cross_trade",
    b'B' => BrokenTrade "broken_trade",
    b'I' => NetOrderImbalance "net_order_imbalance",
    b'N' => RetailPriceImprovement "retail_price_improvement",
    b'O' => DirectListingCapitalRaise "direct_listing_capital_raise",
}

impl Message {
    /// Where the struct of each type starts in the enum: after the discriminant, and aligned.
    ///
    /// An enum with a primitive representation is laid out as a union of C structs of its
    /// discriminant and one variant each (Rust Reference, *Type layout*).
    pub(crate) const PAYLOAD_OFFSET: usize = align_of::<Message>();
}

/// Bytes of a message of type `message_type`, the type included; `None` where ITCH 5.0 has no such
/// type.
#[must_use]
pub const fn message_length(message_type: u8) -> Option<usize> {
    match layout(message_type) {
        Some(layout) => Some(layout.length),
        None => None,
    }
}
