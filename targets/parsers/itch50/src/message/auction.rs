//! Messages about interest before a cross, and beside the book.

message! {
    /// Imbalance before a cross (specification, *Net Order Imbalance Indicator*).
    NetOrderImbalance {
        /// Shares that match at the reference price.
        paired_shares: u64,
        /// Shares that do not.
        imbalance_shares: u64,
        /// Their side: `B`, `S`, `N` for none, `O` for too few orders, `P` for paused.
        imbalance_direction: u8,
        /// Symbol, padded with spaces.
        stock: [u8; 8],
        /// Clearing price of the cross's own orders, with four decimals.
        far_price: u32,
        /// Clearing price with the book's orders too, with four decimals.
        near_price: u32,
        /// Price that the imbalance is taken at, with four decimals.
        reference_price: u32,
        /// `O` opening, `C` closing, `H` new or halted issue, `A` extended trading close.
        cross_type: u8,
        /// How far the near price is from the reference: `L` under 1 %, `1` to `9` and `A` to `C`
        /// above, or space.
        price_variation: u8,
    }
}

message! {
    /// Retail interest between the quotes (*Retail Price Improvement Indicator*).
    RetailPriceImprovement {
        /// Symbol, padded with spaces.
        stock: [u8; 8],
        /// `B`, `S`, `A` for both, `N` for none.
        interest_flag: u8,
    }
}

message! {
    /// State of a direct listing that raises capital (*Direct Listing with Capital Raise Price
    /// Discovery Message*).
    DirectListingCapitalRaise {
        /// Symbol, padded with spaces.
        stock: [u8; 8],
        /// `Y` where the security may be released for trading.
        open_eligibility: u8,
        /// Lowest price allowed, with four decimals.
        minimum_price: u32,
        /// Highest price allowed, with four decimals.
        maximum_price: u32,
        /// Current reference price of the cross, with four decimals.
        near_execution_price: u32,
        /// When that price was set, in nanoseconds since midnight.
        near_execution_time_ns: u64,
        /// Lower end of the auction collar, with four decimals.
        lower_collar: u32,
        /// Upper end of the auction collar, with four decimals.
        upper_collar: u32,
    }
}
