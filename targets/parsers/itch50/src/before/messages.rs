//! The owned messages, and where their fields are.

use super::value::Value;
use super::{Fields, Position};
use crate::{Reject, Side, kind_of};
use latprobe_sdk::{Digest, Kind};
use std::ops::Range;

const fn position<T: Value>(name: &'static str, bytes: Range<usize>) -> Position {
    Position { name, bytes, format: T::FORMAT }
}

owned_messages! {
    b'S' SystemEvent {
        event_code: char = 11..12,
    }
    b'R' StockDirectory {
        stock: String = 11..19,
        market_category: char = 19..20,
        financial_status: char = 20..21,
        round_lot_size: u32 = 21..25,
        round_lots_only: char = 25..26,
        issue_classification: char = 26..27,
        issue_sub_type: String = 27..29,
        authenticity: char = 29..30,
        short_sale_threshold: char = 30..31,
        ipo_flag: char = 31..32,
        luld_reference_price_tier: char = 32..33,
        etp_flag: char = 33..34,
        etp_leverage_factor: u32 = 34..38,
        inverse_indicator: char = 38..39,
    }
    b'H' TradingAction {
        stock: String = 11..19,
        trading_state: char = 19..20,
        reserved: char = 20..21,
        reason: String = 21..25,
    }
    b'Y' RegShoRestriction {
        stock: String = 11..19,
        action: char = 19..20,
    }
    b'L' MarketParticipantPosition {
        mpid: String = 11..15,
        stock: String = 15..23,
        primary_market_maker: char = 23..24,
        market_maker_mode: char = 24..25,
        state: char = 25..26,
    }
    b'V' MwcbDeclineLevel {
        level_1: u64 = 11..19,
        level_2: u64 = 19..27,
        level_3: u64 = 27..35,
    }
    b'W' MwcbStatus {
        breached_level: char = 11..12,
    }
    b'K' IpoQuotingPeriod {
        stock: String = 11..19,
        release_time_s: u32 = 19..23,
        release_qualifier: char = 23..24,
        ipo_price: u32 = 24..28,
    }
    b'J' LuldAuctionCollar {
        stock: String = 11..19,
        reference_price: u32 = 19..23,
        upper_price: u32 = 23..27,
        lower_price: u32 = 27..31,
        extension: u32 = 31..35,
    }
    b'h' OperationalHalt {
        stock: String = 11..19,
        market_code: char = 19..20,
        halt_action: char = 20..21,
    }
    b'A' AddOrder {
        order_ref: u64 = 11..19,
        side: Side = 19..20,
        shares: u32 = 20..24,
        stock: String = 24..32,
        price: u32 = 32..36,
    }
    b'F' AddOrderMpid {
        order_ref: u64 = 11..19,
        side: Side = 19..20,
        shares: u32 = 20..24,
        stock: String = 24..32,
        price: u32 = 32..36,
        attribution: String = 36..40,
    }
    b'E' OrderExecuted {
        order_ref: u64 = 11..19,
        executed_shares: u32 = 19..23,
        match_number: u64 = 23..31,
    }
    b'C' OrderExecutedWithPrice {
        order_ref: u64 = 11..19,
        executed_shares: u32 = 19..23,
        match_number: u64 = 23..31,
        printable: char = 31..32,
        execution_price: u32 = 32..36,
    }
    b'X' OrderCancel {
        order_ref: u64 = 11..19,
        cancelled_shares: u32 = 19..23,
    }
    b'D' OrderDelete {
        order_ref: u64 = 11..19,
    }
    b'U' OrderReplace {
        original_order_ref: u64 = 11..19,
        new_order_ref: u64 = 19..27,
        shares: u32 = 27..31,
        price: u32 = 31..35,
    }
    b'P' Trade {
        order_ref: u64 = 11..19,
        side: Side = 19..20,
        shares: u32 = 20..24,
        stock: String = 24..32,
        price: u32 = 32..36,
        match_number: u64 = 36..44,
    }
    b'Q' CrossTrade {
        shares: u64 = 11..19,
        stock: String = 19..27,
        cross_price: u32 = 27..31,
        match_number: u64 = 31..39,
        cross_type: char = 39..40,
    }
    b'B' BrokenTrade {
        match_number: u64 = 11..19,
    }
    b'I' NetOrderImbalance {
        paired_shares: u64 = 11..19,
        imbalance_shares: u64 = 19..27,
        imbalance_direction: char = 27..28,
        stock: String = 28..36,
        far_price: u32 = 36..40,
        near_price: u32 = 40..44,
        reference_price: u32 = 44..48,
        cross_type: char = 48..49,
        price_variation: char = 49..50,
    }
    b'N' RetailPriceImprovement {
        stock: String = 11..19,
        interest_flag: char = 19..20,
    }
    b'O' DirectListingCapitalRaise {
        stock: String = 11..19,
        open_eligibility: char = 19..20,
        minimum_price: u32 = 20..24,
        maximum_price: u32 = 24..28,
        near_execution_price: u32 = 28..32,
        near_execution_time_ns: u64 = 32..40,
        lower_collar: u32 = 40..44,
        upper_collar: u32 = 44..48,
    }
}
