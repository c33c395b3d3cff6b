//! Whether a market is halted.

/// Trading state and halt action in which orders match.
const TRADING: u8 = b'T';

/// The market whose operational halts stop the orders of this feed.
const NASDAQ: u8 = b'Q';

/// The two halts that ITCH knows, either of which stops a market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Halts {
    regulatory: bool,
    operational: bool,
}

impl Halts {
    /// Whether the market is halted.
    #[inline]
    #[must_use]
    pub const fn halted(self) -> bool {
        self.regulatory || self.operational
    }

    /// Takes in the trading state of a *Stock Trading Action*.
    pub const fn trading_action(&mut self, trading_state: u8) {
        self.regulatory = trading_state != TRADING;
    }

    /// Takes in an *Operational Halt*; answers whether it is about this feed's market.
    pub const fn operational_halt(&mut self, market_code: u8, halt_action: u8) -> bool {
        let ours = market_code == NASDAQ;
        if ours {
            self.operational = halt_action != TRADING;
        }
        ours
    }
}
