//! Decision engines on market data, each written twice.
//!
//! A message goes through five stages: `parse`, `book` (price levels of each symbol, and fills of
//! our own orders), `risk` (an order is found and held against limits), `route` (the next active way
//! to the market) and `decide` (self-trades are prevented, and what is to be done is said). The
//! [`before`] engine does it as people write it first, the [`after`] engine without allocating; what
//! is the same for both (settings, the strategy, the limits, the order of the stages) stands once,
//! beside them. What the *after* engine need not know to decide it writes down once the decision is
//! out: that counts in the whole message, and in no stage.
//!
//! No order leaves the process: fills are simulated. An order that takes is filled at once by what
//! the book shows, and one that rests when a trade or the other side of the book comes to its
//! price.
//!
//! All prices and quantities are integers in the unit of the feed, so that both engines come to the
//! same digest on any feed.

pub mod after;
pub mod before;
mod config;
mod decision;
pub mod itch50;
pub mod json;
mod order;
mod profile;
mod record;
mod risk;
mod route;
mod self_trade;
mod settings;
mod side;
pub mod stages;
mod strategy;
mod tally;
mod tick;

pub use decision::{Action, Decision, Reason};
pub use order::{Order, Resting, Standing};
pub use profile::{COINS, Profile, SHARES};
pub use record::{Reached, Record};
pub use risk::{MarketMaker, RiskOutcome, SpreadMean, check, spread};
pub use route::{MAX_ROUTES, Route};
pub use self_trade::{SelfTrade, SelfTradePrevention};
pub use settings::{LONGEST_SYMBOL, Settings};
pub use side::Side;
pub use strategy::{Intent, intend, is_apart};
pub use tally::Tally;
pub use tick::{Print, Tick, Top};
