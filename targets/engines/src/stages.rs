//! The stages after the book, in order: what every engine goes through for a tick.

// A call here would cost as much as what it calls.
#![allow(clippy::inline_always)]

use crate::{
    Decision, Intent, MarketMaker, Order, Reached, Reason, Record, RiskOutcome, SelfTrade, Side,
    Tick,
};
use latprobe_sdk::Probe;

/// The stages of every engine.
pub const STAGES: &[&str] = &["parse", "book", "risk", "route", "decide"];

/// Index of the stage that understands the message.
pub const PARSE: u32 = 0;
/// Index of the stage that puts it in a book.
pub const BOOK: u32 = 1;
/// Index of the stage that finds an order and holds it against limits.
pub const RISK: u32 = 2;
/// Index of the stage that chooses a route.
pub const ROUTE: u32 = 3;
/// Index of the stage that prevents self-trades and decides.
pub const DECIDE: u32 = 4;

/// What the book stage makes of a message. `S` says which symbol it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect<S> {
    /// No engine acts on such a message.
    NotForUs,
    /// It does not fit what is known: no such order, one too many of that name, a symbol too many.
    Unmatched,
    /// It changed what is known of a market, and no price.
    Noted,
    /// It changed a market.
    Tick(S, Tick),
}

/// What the risk stage finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// What the strategy would like to do.
    pub intent: Intent,
    /// What the limits say of it.
    pub risk: RiskOutcome,
    /// What the detector says.
    pub market_maker: MarketMaker,
}

/// What the decide stage makes of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conclusion {
    /// What is to be done.
    pub decision: Decision,
    /// What self-trade prevention did.
    pub self_trade: SelfTrade,
    /// Fills of the order at once.
    pub fills: usize,
}

/// An engine, stage by stage.
pub trait Engine {
    /// What names a symbol.
    type Symbol;

    /// Fills our own orders that `tick` came to, and answers how often; the end of the book stage.
    fn fill(&mut self, symbol: &Self::Symbol, tick: &Tick) -> usize;

    /// Looks for an order to send, and holds it against the limits.
    fn risk(&mut self, symbol: &Self::Symbol, tick: &Tick) -> Assessment;

    /// Chooses the next active route in turn.
    fn route(&mut self) -> Option<usize>;

    /// Prevents self-trades, and sends what remains of `order` by `route`.
    fn decide(
        &mut self,
        symbol: &Self::Symbol,
        order: &Order,
        route: usize,
        tick: &Tick,
    ) -> Conclusion;

    /// Cancels our own order of `side` that trades last.
    fn cancel_worst(&mut self, symbol: &Self::Symbol, side: Side, reason: Reason) -> Decision;

    /// Writes down what followed from a tick and what the next ones need, once the decision is
    /// out. An engine that writes things down as it goes has nothing left to do.
    fn settle(
        &mut self,
        symbol: &Self::Symbol,
        tick: &Tick,
        intent: &Intent,
        conclusion: &Conclusion,
    ) {
        let _ = (symbol, tick, intent, conclusion);
    }

    /// Bought less sold.
    fn position(&self, symbol: &Self::Symbol) -> i64;
}

/// Takes what the book stage made of a message through the stages that remain, and marks them.
#[inline(always)]
pub fn react<E: Engine>(engine: &mut E, effect: &Effect<E::Symbol>, probe: &mut Probe) -> Record {
    let (symbol, tick) = match effect {
        Effect::NotForUs => {
            return Record::ended(Reached::Parse, Decision::nothing(Reason::NotForUs));
        }
        Effect::Unmatched => {
            probe.mark(BOOK);
            return Record::ended(Reached::Book, Decision::nothing(Reason::Unmatched));
        }
        Effect::Noted => {
            probe.mark(BOOK);
            return Record::ended(Reached::Book, Decision::nothing(Reason::NotForUs));
        }
        Effect::Tick(symbol, tick) => (symbol, tick),
    };
    let fills = engine.fill(symbol, tick);
    probe.mark_made(BOOK, tick);
    let assessment = engine.risk(symbol, tick);
    probe.mark(RISK);
    let (reached, conclusion) = act(engine, symbol, tick, &assessment, probe);
    engine.settle(symbol, tick, &assessment.intent, &conclusion);
    Record {
        reached,
        decision: conclusion.decision,
        risk: assessment.risk,
        market_maker: assessment.market_maker,
        self_trade: conclusion.self_trade,
        fills: fills + conclusion.fills,
        position: engine.position(symbol),
        top: tick.top,
    }
}

/// Route and decide, where there is anything to do.
#[inline(always)]
fn act<E: Engine>(
    engine: &mut E,
    symbol: &E::Symbol,
    tick: &Tick,
    assessment: &Assessment,
    probe: &mut Probe,
) -> (Reached, Conclusion) {
    let alone = |decision| Conclusion { decision, self_trade: SelfTrade::default(), fills: 0 };
    match assessment.intent {
        Intent::Nothing(reason) => (Reached::Risk, alone(Decision::nothing(reason))),
        Intent::CancelWorst(side, reason) => {
            // A cancel goes where its order went: there is nothing to choose.
            probe.mark(ROUTE);
            let decision = engine.cancel_worst(symbol, side, reason);
            probe.mark_made(DECIDE, &decision);
            (Reached::Decide, alone(decision))
        }
        Intent::Send(_) if assessment.risk != RiskOutcome::Accepted => {
            (Reached::Risk, alone(Decision::nothing(Reason::Risk)))
        }
        Intent::Send(order) => {
            let route = engine.route();
            probe.mark(ROUTE);
            let Some(route) = route else {
                return (Reached::Route, alone(Decision::nothing(Reason::NoRoute)));
            };
            let conclusion = engine.decide(symbol, &order, route, tick);
            probe.mark_made(DECIDE, &conclusion);
            (Reached::Decide, conclusion)
        }
    }
}
