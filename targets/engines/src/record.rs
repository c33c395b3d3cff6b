//! What an engine made of one message: the family's digest is over this.

use crate::{Decision, MarketMaker, RiskOutcome, SelfTrade, Side, Top};
use latprobe_sdk::Digest;

/// How far a message came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Reached {
    /// It was understood.
    #[default]
    Parse,
    /// It was put in a book, or was for none.
    Book,
    /// There was nothing to send, or a limit was in the way.
    Risk,
    /// No route was active.
    Route,
    /// There is a decision.
    Decide,
}

/// What an engine made of one message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// How far it came.
    pub reached: Reached,
    /// What is to be done.
    pub decision: Decision,
    /// What risk said of the order.
    pub risk: RiskOutcome,
    /// What the detector said.
    pub market_maker: MarketMaker,
    /// What self-trade prevention did.
    pub self_trade: SelfTrade,
    /// Fills of our own orders.
    pub fills: usize,
    /// Bought less sold, after all of it.
    pub position: i64,
    /// Top of the book.
    pub top: Top,
}

impl Record {
    /// A message that came no further than `reached`.
    #[inline]
    #[must_use]
    pub fn ended(reached: Reached, decision: Decision) -> Self {
        Self { reached, decision, ..Self::default() }
    }

    /// Folds every field into a digest.
    pub fn fold(&self, digest: &mut Digest<'_>) {
        let side = match self.decision.side {
            None => 0,
            Some(Side::Buy) => 1,
            Some(Side::Sell) => -1,
        };
        let route = self.decision.route.map_or(-1, index);
        let fields = [
            self.reached as i64,
            self.decision.action as i64,
            self.decision.reason as i64,
            side,
            self.decision.price,
            self.decision.quantity,
            route,
            self.risk as i64,
            self.market_maker as i64,
            index(self.self_trade.crossed),
            index(self.self_trade.cancelled),
            self.self_trade.remaining,
            index(self.fills),
            self.position,
            self.top.bid_price,
            self.top.bid_quantity,
            self.top.ask_price,
            self.top.ask_quantity,
        ];
        for field in fields {
            digest.integer(field);
        }
    }
}

#[allow(clippy::cast_possible_wrap)] // counts of orders and routes
fn index(value: usize) -> i64 {
    value as i64
}
