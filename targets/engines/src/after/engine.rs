//! The stages after the book, without allocation.

// A call here would cost as much as what it calls.
#![allow(clippy::inline_always)]

use super::{Account, OwnOrder, Router};
use crate::stages::{Assessment, Conclusion};
use crate::{
    Action, Decision, Intent, MarketMaker, Order, Reason, RiskOutcome, Settings, Side, Tick, check,
    intend, spread,
};

/// Accounts by number of their symbol, and the routes.
#[derive(Clone, Debug)]
pub struct Engine {
    settings: Settings,
    accounts: Vec<Account>,
    /// The rings of all spread windows, one after the other.
    spreads: Vec<i64>,
    router: Router,
    /// Ticks so far.
    now: u64,
}

impl Engine {
    /// An engine that has seen nothing.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            accounts: vec![Account::default(); settings.symbols],
            // Not zero, so that its pages are touched now and not while a message waits.
            spreads: vec![1; settings.symbols * settings.spread_window],
            router: Router::new(&settings.routes),
            now: 0,
            settings,
        }
    }

    /// Back to an engine that has seen nothing, keeping memory.
    pub fn reset(&mut self) {
        self.accounts.fill(Account::default());
        self.router = Router::new(&self.settings.routes);
        self.now = 0;
    }

    /// All our own orders.
    #[must_use]
    pub fn resting_count(&self) -> usize {
        self.accounts.iter().map(Account::resting_count).sum()
    }
}

/// Fills our own orders that the tick's trade, or the other side of its book, came to.
fn fill(account: &mut Account, tick: &Tick) -> usize {
    let mut fills = 0;
    if let Some(print) = tick.print
        && let Some(aggressor) = print.aggressor
    {
        let side = aggressor.opposite();
        let reached = |price| side.rank(price) >= side.rank(print.price);
        fills += fill_side(account, side, print.quantity, reached);
    }
    if tick.top.is_market() {
        let (bid, ask) = (tick.top.bid_price, tick.top.ask_price);
        fills += fill_side(account, Side::Buy, i64::MAX, |price| price >= ask);
        fills += fill_side(account, Side::Sell, i64::MAX, |price| price <= bid);
    }
    fills
}

#[inline]
fn fill_side(
    account: &mut Account,
    side: Side,
    quantity: i64,
    reached: impl Fn(i64) -> bool,
) -> usize {
    let (fills, filled) = account.resting(side).fill(quantity, reached);
    account.position += side.signed(filled);
    fills
}

impl crate::stages::Engine for Engine {
    type Symbol = usize;

    #[inline(always)]
    fn fill(&mut self, symbol: &usize, tick: &Tick) -> usize {
        let account = &mut self.accounts[*symbol];
        if account.is_reached(tick) { fill(account, tick) } else { 0 }
    }

    #[inline(always)]
    fn risk(&mut self, symbol: &usize, tick: &Tick) -> Assessment {
        let account = &mut self.accounts[*symbol];
        let print_price = tick.print.map(|print| print.price);
        account.reference_price = print_price.or(tick.reference_price).or(account.reference_price);
        let market_maker = if tick.top.is_market() {
            MarketMaker::detect(&tick.top, account.spreads.mean(), &self.settings)
        } else {
            MarketMaker::Unknown
        };
        let standing = account.standing();
        let intent = intend(tick, &standing, &self.settings);
        let risk = match &intent {
            Intent::Send(order) => check(order, &tick.top, &standing, market_maker, &self.settings),
            Intent::Nothing(_) | Intent::CancelWorst(..) => RiskOutcome::NothingToCheck,
        };
        Assessment { intent, risk, market_maker }
    }

    #[inline(always)]
    fn route(&mut self) -> Option<usize> {
        self.router.choose()
    }

    #[inline(always)]
    fn decide(&mut self, symbol: &usize, order: &Order, route: usize, _tick: &Tick) -> Conclusion {
        let other = self.accounts[*symbol].resting(order.side.opposite());
        let self_trade = other.prevent_self_trade(order, self.settings.self_trade_prevention);
        if self_trade.remaining == 0 {
            let decision = Decision::nothing(Reason::SelfTrade);
            return Conclusion { decision, self_trade, fills: 0 };
        }
        let decision = Decision {
            action: Action::Send,
            reason: order.reason,
            side: Some(order.side),
            price: order.price,
            quantity: self_trade.remaining,
            route: Some(route),
        };
        Conclusion { decision, self_trade, fills: usize::from(order.takes) }
    }

    #[inline(always)]
    fn cancel_worst(&mut self, symbol: &usize, side: Side, reason: Reason) -> Decision {
        let Some(own) = self.accounts[*symbol].resting(side).worst() else {
            return Decision::nothing(reason);
        };
        Decision {
            action: Action::Cancel,
            reason,
            side: Some(side),
            price: own.price,
            quantity: own.quantity,
            route: Some(own.route),
        }
    }

    #[inline(always)]
    fn settle(&mut self, symbol: &usize, tick: &Tick, intent: &Intent, conclusion: &Conclusion) {
        let account = &mut self.accounts[*symbol];
        if let Intent::Send(order) = intent
            && conclusion.self_trade.crossed > 0
        {
            let other = account.resting(order.side.opposite());
            other.give_way(order, self.settings.self_trade_prevention);
        }
        let Decision { action, side, price, quantity, route, .. } = conclusion.decision;
        match (action, side, route) {
            (Action::Send, Some(side), _) if conclusion.fills > 0 => {
                let (_, shown) = tick.top.best(side.opposite());
                account.position += side.signed(quantity.min(shown));
            }
            (Action::Send, Some(side), Some(route)) => {
                account.resting(side).insert(OwnOrder { price, quantity, route });
            }
            (Action::Cancel, Some(side), _) => account.resting(side).remove_worst(),
            _ => {}
        }
        if tick.top.is_market() {
            let window = self.settings.spread_window;
            let ring = &mut self.spreads[symbol * window..][..window];
            account.spreads.push(ring, spread(&tick.top));
        }
        self.now += 1;
        self.router.prepare(self.now);
    }

    #[inline(always)]
    fn position(&self, symbol: &usize) -> i64 {
        self.accounts[*symbol].position
    }
}
