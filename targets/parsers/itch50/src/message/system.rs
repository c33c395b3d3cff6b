//! Messages about the whole market.

message! {
    /// Start and end of the day's phases (specification, *System Event Message*).
    SystemEvent {
        /// `O` and `C` start and end of messages, `S` and `E` of system hours, `Q` and `M` of
        /// market hours.
        event_code: u8,
    }
}

message! {
    /// The day's limits of the market-wide circuit breaker (*MWCB Decline Level Message*).
    MwcbDeclineLevel {
        /// First limit of the S&P 500, with eight decimals.
        level_1: u64,
        /// Second limit, with eight decimals.
        level_2: u64,
        /// Third limit, with eight decimals.
        level_3: u64,
    }
}

message! {
    /// The market-wide circuit breaker has tripped (*MWCB Status Message*).
    MwcbStatus {
        /// Limit that was breached: `1`, `2` or `3`.
        breached_level: u8,
    }
}
