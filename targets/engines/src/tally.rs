//! Counts of what an engine did, for its metrics.

use crate::{Action, Reason, Record, RiskOutcome};
use latprobe_sdk::Metrics;

/// Counts over all messages so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    sent: u64,
    cancelled: u64,
    fills: u64,
    unmatched: u64,
    no_route: u64,
    self_trade_hits: u64,
    self_trade_cancels: u64,
    risk: [u64; RiskOutcome::COUNT],
}

impl Tally {
    /// Counts one message.
    #[inline]
    pub fn count(&mut self, record: &Record) {
        match record.decision.action {
            Action::Send => self.sent += 1,
            Action::Cancel => self.cancelled += 1,
            Action::None => {}
        }
        self.unmatched += u64::from(record.decision.reason == Reason::Unmatched);
        self.no_route += u64::from(record.decision.reason == Reason::NoRoute);
        self.fills += record.fills as u64;
        self.self_trade_hits += u64::from(record.self_trade.crossed > 0);
        self.self_trade_cancels += record.self_trade.cancelled as u64;
        self.risk[record.risk as usize] += 1;
    }

    /// Reports the counts, and the sizes of what the engine keeps.
    #[allow(clippy::cast_precision_loss)] // metrics are floating point
    pub fn report(&self, sizes: &[(&'static str, usize)], metrics: &mut Metrics) {
        let rejected = |outcome: RiskOutcome| self.risk[outcome as usize];
        let figures = [
            ("orders_sent", self.sent),
            ("orders_cancelled", self.cancelled),
            ("fills", self.fills),
            ("rejected_order_size", rejected(RiskOutcome::OrderSize)),
            ("rejected_notional", rejected(RiskOutcome::Notional)),
            ("rejected_price_band", rejected(RiskOutcome::PriceBand)),
            ("rejected_position", rejected(RiskOutcome::Position)),
            ("rejected_no_market_maker", rejected(RiskOutcome::NoMarketMaker)),
            ("no_route", self.no_route),
            ("self_trade_hits", self.self_trade_hits),
            ("self_trade_cancels", self.self_trade_cancels),
            ("unmatched_messages", self.unmatched),
        ];
        for (name, value) in figures {
            metrics.report(name, value as f64);
        }
        for &(name, size) in sizes {
            metrics.report(name, size as f64);
        }
    }
}
