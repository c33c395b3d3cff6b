//! The stages after the book, as people write them first.

use super::{Account, OwnOrder, Router};
use crate::stages::{Assessment, Conclusion};
use crate::{
    Action, Decision, Intent, MarketMaker, Order, Reason, RiskOutcome, Settings, Side, Tick, check,
    intend, spread,
};
use std::collections::HashMap;

/// Accounts by symbol, and the routes.
#[derive(Clone, Debug)]
pub struct Engine {
    settings: Settings,
    accounts: HashMap<String, Account>,
    router: Router,
    /// Ticks so far.
    now: u64,
    /// Orders so far that rested.
    rested: u64,
}

impl Engine {
    /// An engine that has seen nothing.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let router = Router::new(&settings.routes);
        Self { settings, accounts: HashMap::new(), router, now: 0, rested: 0 }
    }

    /// Back to an engine that has seen nothing.
    pub fn reset(&mut self) {
        *self = Self::new(self.settings.clone());
    }

    /// All our own orders.
    #[must_use]
    pub fn resting_count(&self) -> usize {
        self.accounts.values().map(|account| account.orders.len()).sum()
    }
}

/// The account of `symbol`, which is made when it is new.
fn account<'accounts>(
    accounts: &'accounts mut HashMap<String, Account>,
    symbol: &str,
) -> &'accounts mut Account {
    // allocates: the key is made again for every look-up, and room for new symbols
    accounts.entry(symbol.to_owned()).or_default()
}

/// Fills our own orders that the tick's trade, or the other side of its book, came to.
fn fill(account: &mut Account, tick: &Tick) -> usize {
    let mut fills = 0;
    let mut fill_side = |side: Side, quantity, reached: &dyn Fn(i64) -> bool| {
        let (count, filled) = account.fill(side, quantity, reached);
        account.position += side.signed(filled);
        fills += count;
    };
    if let Some(print) = tick.print
        && let Some(aggressor) = print.aggressor
    {
        match aggressor {
            Side::Sell => fill_side(Side::Buy, print.quantity, &|price| price >= print.price),
            Side::Buy => fill_side(Side::Sell, print.quantity, &|price| price <= print.price),
        }
    }
    if tick.top.is_market() {
        fill_side(Side::Buy, i64::MAX, &|price| price >= tick.top.ask_price);
        fill_side(Side::Sell, i64::MAX, &|price| price <= tick.top.bid_price);
    }
    fills
}

/// Holds the tick's spread against those before it, and takes it in.
fn detect(account: &mut Account, tick: &Tick, settings: &Settings) -> MarketMaker {
    if !tick.top.is_market() {
        return MarketMaker::Unknown;
    }
    let market_maker = MarketMaker::detect(&tick.top, account.spreads.mean(), settings);
    account.spreads.push(spread(&tick.top), settings.spread_window);
    market_maker
}

impl crate::stages::Engine for Engine {
    type Symbol = String;

    fn fill(&mut self, symbol: &String, tick: &Tick) -> usize {
        fill(account(&mut self.accounts, symbol), tick)
    }

    fn risk(&mut self, symbol: &String, tick: &Tick) -> Assessment {
        self.now += 1;
        let settings = &self.settings;
        let account = account(&mut self.accounts, symbol);
        if let Some(print) = tick.print {
            account.reference_price = Some(print.price);
        } else if tick.reference_price.is_some() {
            account.reference_price = tick.reference_price;
        }
        let market_maker = detect(account, tick, settings);
        let standing = account.standing();
        let intent = intend(tick, &standing, settings);
        let risk = match &intent {
            Intent::Send(order) => check(order, &tick.top, &standing, market_maker, settings),
            Intent::Nothing(_) | Intent::CancelWorst(..) => RiskOutcome::NothingToCheck,
        };
        Assessment { intent, risk, market_maker }
    }

    fn route(&mut self) -> Option<usize> {
        self.router.choose(self.now)
    }

    fn decide(&mut self, symbol: &String, order: &Order, route: usize, tick: &Tick) -> Conclusion {
        let mode = self.settings.self_trade_prevention;
        // allocates: each order is named by formatting text, sent or not
        let id = format!("own-{}", self.rested);
        self.rested += 1;
        let account = account(&mut self.accounts, symbol);
        let self_trade = account.prevent_self_trade(order, mode);
        let Order { side, price, takes, reason, .. } = *order;
        let quantity = self_trade.remaining;
        if quantity == 0 {
            let decision = Decision::nothing(Reason::SelfTrade);
            return Conclusion { decision, self_trade, fills: 0 };
        }
        if takes {
            let (_, shown) = tick.top.best(side.opposite());
            account.position += side.signed(quantity.min(shown));
        } else {
            // allocates: room is made little by little
            account.orders.push(OwnOrder { id, side, price, quantity, route });
        }
        let decision = Decision {
            action: Action::Send,
            reason,
            side: Some(side),
            price,
            quantity,
            route: Some(route),
        };
        Conclusion { decision, self_trade, fills: usize::from(takes) }
    }

    fn cancel_worst(&mut self, symbol: &String, side: Side, reason: Reason) -> Decision {
        let Some(own) = account(&mut self.accounts, symbol).remove_worst(side) else {
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

    fn position(&self, symbol: &String) -> i64 {
        self.accounts.get(symbol).map_or(0, |account| account.position)
    }
}
