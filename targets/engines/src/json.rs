//! Engines on Binance-style frames in JSON, which tell of price levels.
//!
//! A recording starts without a snapshot of the book, so that levels which do not change are not
//! known until they do; the best prices come with the first book ticker. A mark price is one to
//! hold others against, and no trade.

mod after;
mod after_market;
mod before;
mod before_market;
mod sequence;

pub use after::After;
pub use after_market::AfterMarket;
pub use before::Before;
pub use before_market::BeforeMarket;
pub use sequence::Sequence;

use crate::{Print, Side, Top};
use latprobe_json::BookTicker;

/// Targets of this family come to the same digests.
pub const FAMILY: &str = "engine-json";

/// The feeds that they read.
pub const PROTOCOL: &str = "json";

/// The trade that a message tells of, if it is one.
#[inline]
fn print(price_e8: i64, quantity_e8: i64, buyer_is_maker: bool) -> Option<Print> {
    let aggressor = if buyer_is_maker { Side::Sell } else { Side::Buy };
    Print::new(price_e8, quantity_e8, Some(aggressor))
}

/// The top of the book that a ticker tells of.
#[inline]
const fn top<Text>(ticker: &BookTicker<Text>) -> Top {
    Top {
        bid_price: ticker.bid_price_e8,
        bid_quantity: ticker.bid_quantity_e8,
        ask_price: ticker.ask_price_e8,
        ask_quantity: ticker.ask_quantity_e8,
    }
}
