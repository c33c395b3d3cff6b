//! The messages as they lie on the wire.

use super::value::{Side, U48, Value};
use crate::{Message, Reject};
use std::mem::MaybeUninit;
use zerocopy::big_endian::{U16, U32, U64};
use zerocopy::{Immutable, KnownLayout, TryCastError, TryFromBytes, Unaligned};

/// The wire structs take any alignment, so that what does not fit is the length or the side.
fn reject<T: TryFromBytes + ?Sized>(error: &TryCastError<&[u8], T>) -> Reject {
    match error {
        TryCastError::Validity(_) => Reject::UnknownSide,
        TryCastError::Size(_) | TryCastError::Alignment(_) => Reject::WrongLength,
    }
}

wire_messages! {
    b'S' SystemEvent {
        event_code: u8,
    }
    b'R' StockDirectory {
        stock: [u8; 8],
        market_category: u8,
        financial_status: u8,
        round_lot_size: U32,
        round_lots_only: u8,
        issue_classification: u8,
        issue_sub_type: [u8; 2],
        authenticity: u8,
        short_sale_threshold: u8,
        ipo_flag: u8,
        luld_reference_price_tier: u8,
        etp_flag: u8,
        etp_leverage_factor: U32,
        inverse_indicator: u8,
    }
    b'H' TradingAction {
        stock: [u8; 8],
        trading_state: u8,
        reserved: u8,
        reason: [u8; 4],
    }
    b'Y' RegShoRestriction {
        stock: [u8; 8],
        action: u8,
    }
    b'L' MarketParticipantPosition {
        mpid: [u8; 4],
        stock: [u8; 8],
        primary_market_maker: u8,
        market_maker_mode: u8,
        state: u8,
    }
    b'V' MwcbDeclineLevel {
        level_1: U64,
        level_2: U64,
        level_3: U64,
    }
    b'W' MwcbStatus {
        breached_level: u8,
    }
    b'K' IpoQuotingPeriod {
        stock: [u8; 8],
        release_time_s: U32,
        release_qualifier: u8,
        ipo_price: U32,
    }
    b'J' LuldAuctionCollar {
        stock: [u8; 8],
        reference_price: U32,
        upper_price: U32,
        lower_price: U32,
        extension: U32,
    }
    b'h' OperationalHalt {
        stock: [u8; 8],
        market_code: u8,
        halt_action: u8,
    }
    b'A' AddOrder {
        order_ref: U64,
        side: Side,
        shares: U32,
        stock: [u8; 8],
        price: U32,
    }
    b'F' AddOrderMpid {
        order_ref: U64,
        side: Side,
        shares: U32,
        stock: [u8; 8],
        price: U32,
        attribution: [u8; 4],
    }
    b'E' OrderExecuted {
        order_ref: U64,
        executed_shares: U32,
        match_number: U64,
    }
    b'C' OrderExecutedWithPrice {
        order_ref: U64,
        executed_shares: U32,
        match_number: U64,
        printable: u8,
        execution_price: U32,
    }
    b'X' OrderCancel {
        order_ref: U64,
        cancelled_shares: U32,
    }
    b'D' OrderDelete {
        order_ref: U64,
    }
    b'U' OrderReplace {
        original_order_ref: U64,
        new_order_ref: U64,
        shares: U32,
        price: U32,
    }
    b'P' Trade {
        order_ref: U64,
        side: Side,
        shares: U32,
        stock: [u8; 8],
        price: U32,
        match_number: U64,
    }
    b'Q' CrossTrade {
        shares: U64,
        stock: [u8; 8],
        cross_price: U32,
        match_number: U64,
        cross_type: u8,
    }
    b'B' BrokenTrade {
        match_number: U64,
    }
    b'I' NetOrderImbalance {
        paired_shares: U64,
        imbalance_shares: U64,
        imbalance_direction: u8,
        stock: [u8; 8],
        far_price: U32,
        near_price: U32,
        reference_price: U32,
        cross_type: u8,
        price_variation: u8,
    }
    b'N' RetailPriceImprovement {
        stock: [u8; 8],
        interest_flag: u8,
    }
    b'O' DirectListingCapitalRaise {
        stock: [u8; 8],
        open_eligibility: u8,
        minimum_price: U32,
        maximum_price: U32,
        near_execution_price: U32,
        near_execution_time_ns: U64,
        lower_collar: U32,
        upper_collar: U32,
    }
}
