//! Messages about a security and who may trade it.

message! {
    /// A security that is traded today (specification, *Stock Directory*).
    StockDirectory {
        /// Symbol, padded with spaces.
        stock: [u8; 8],
        /// Listing market or tier: `Q`, `G`, `S`, `N`, `A`, `P`, `Z`, `V`, or space.
        market_category: u8,
        /// Standing with the listing rules: `D`, `E`, `Q`, `S`, `G`, `H`, `J`, `K`, `C`, `N`, or
        /// space.
        financial_status: u8,
        /// Shares in a round lot.
        round_lot_size: u32,
        /// `Y` where orders must be whole round lots.
        round_lots_only: u8,
        /// Class of the security: `C` for common stock, and so on.
        issue_classification: u8,
        /// Finer class, padded with spaces.
        issue_sub_type: [u8; 2],
        /// `P` for a live security, `T` for a test.
        authenticity: u8,
        /// `Y` where mandatory close-outs apply, `N`, or space.
        short_sale_threshold: u8,
        /// `Y` for an initial public offering, `N`, or space.
        ipo_flag: u8,
        /// Tier of the limit-up limit-down bands: `1`, `2`, or space.
        luld_reference_price_tier: u8,
        /// `Y` for an exchange-traded product, `N`, or space.
        etp_flag: u8,
        /// Leverage of an exchange-traded product, rounded to a whole number.
        etp_leverage_factor: u32,
        /// `Y` where the product moves against its index.
        inverse_indicator: u8,
    }
}

message! {
    /// A security is halted, paused, quoted or traded again (*Stock Trading Action*).
    TradingAction {
        /// Symbol, padded with spaces.
        stock: [u8; 8],
        /// `H` halted, `P` paused, `Q` quotation only, `T` trading.
        trading_state: u8,
        /// Reserved by Nasdaq.
        reserved: u8,
        /// Why, padded with spaces: `T1`, `LUDP`, and so on.
        reason: [u8; 4],
    }
}

message! {
    /// Whether short sales are restricted (*Reg SHO Short Sale Price Test Restricted Indicator*).
    RegShoRestriction {
        /// Symbol, padded with spaces.
        stock: [u8; 8],
        /// `0` none, `1` in effect since an intraday drop, `2` still in effect.
        action: u8,
    }
}

message! {
    /// A market maker's standing in a security (*Market Participant Position*).
    MarketParticipantPosition {
        /// Market participant, padded with spaces.
        mpid: [u8; 4],
        /// Symbol, padded with spaces.
        stock: [u8; 8],
        /// `Y` for a primary market maker.
        primary_market_maker: u8,
        /// `N` normal, `P` passive, `S` syndicate, `R` pre-syndicate, `L` penalty.
        market_maker_mode: u8,
        /// `A` active, `E` excused, `W` withdrawn, `S` suspended, `D` deleted.
        state: u8,
    }
}

message! {
    /// When quoting of a new issue starts (*IPO Quoting Period Update*).
    IpoQuotingPeriod {
        /// Symbol, padded with spaces.
        stock: [u8; 8],
        /// When quoting starts, in seconds since midnight.
        release_time_s: u32,
        /// `A` as expected, `C` cancelled or postponed.
        release_qualifier: u8,
        /// Price of the issue, with four decimals.
        ipo_price: u32,
    }
}

message! {
    /// Price band of a reopening after a pause (*Limit Up-Limit Down Auction Collar*).
    LuldAuctionCollar {
        /// Symbol, padded with spaces.
        stock: [u8; 8],
        /// Price that the band is set around, with four decimals.
        reference_price: u32,
        /// Upper end of the band, with four decimals.
        upper_price: u32,
        /// Lower end of the band, with four decimals.
        lower_price: u32,
        /// How often the band has been widened.
        extension: u32,
    }
}

message! {
    /// One market stops or resumes a security for reasons of its own (*Operational Halt*).
    OperationalHalt {
        /// Symbol, padded with spaces.
        stock: [u8; 8],
        /// `Q` Nasdaq, `B` BX, `X` PSX.
        market_code: u8,
        /// `H` halted, `T` trading again.
        halt_action: u8,
    }
}
