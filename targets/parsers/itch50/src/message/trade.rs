//! Messages about trades that no displayed order reports.

use crate::Side;

message! {
    /// A match against a hidden order (specification, *Trade Message, Non-Cross*).
    Trade {
        /// The hidden order; 0 since December 2010.
        order_ref: u64,
        /// Side of the hidden order; always buy since July 2014.
        side: Side,
        /// Shares traded.
        shares: u32,
        /// Symbol, padded with spaces.
        stock: [u8; 8],
        /// Price, with four decimals.
        price: u32,
        /// The execution, unique for the day.
        match_number: u64,
    }
}

message! {
    /// The bulk of an opening, closing or reopening cross (*Cross Trade Message*).
    CrossTrade {
        /// Shares matched.
        shares: u64,
        /// Symbol, padded with spaces.
        stock: [u8; 8],
        /// Price of the cross, with four decimals.
        cross_price: u32,
        /// The execution, unique for the day.
        match_number: u64,
        /// `O` opening, `C` closing, `H` new or halted issue.
        cross_type: u8,
    }
}

message! {
    /// An execution is taken back (*Broken Trade / Order Execution Message*).
    BrokenTrade {
        /// The execution.
        match_number: u64,
    }
}
