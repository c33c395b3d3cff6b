//! The kinds of message, and what goes into the digest of each.
//!
//! Fields go in as they are listed in [`crate::message`], the stream's name first. A missing one
//! goes in as [`MISSING`], a present one after [`PRESENT`], and a list after its length.

use crate::message::{AggTrade, BookTicker, DepthUpdate, Frame, Level, MarkPrice, Message, Trade};
use latprobe_sdk::{Digest, Kind};

/// Names of the kinds, in the order of [`Message::kind`].
pub const KINDS: &[&str] =
    &["trade", "agg_trade", "book_ticker", "depth_update", "mark_price", "other"];

const MISSING: i64 = 0;
const PRESENT: i64 = 1;

impl<Text, Levels> Message<Text, Levels> {
    /// Index into [`KINDS`].
    #[must_use]
    pub const fn kind(&self) -> Kind {
        Kind(match self {
            Self::Trade(_) => 0,
            Self::AggTrade(_) => 1,
            Self::BookTicker(_) => 2,
            Self::DepthUpdate(_) => 3,
            Self::MarkPrice(_) => 4,
            Self::Other => 5,
        })
    }
}

impl<Text: AsRef<str>, Levels: AsRef<[Level]>> Frame<Text, Levels> {
    /// Folds every field into a digest.
    pub fn fold(&self, digest: &mut Digest<'_>) {
        optional_text(digest, self.stream.as_ref());
        match &self.message {
            Message::Trade(trade) => fold_trade(trade, digest),
            Message::AggTrade(trade) => fold_agg_trade(trade, digest),
            Message::BookTicker(ticker) => fold_book_ticker(ticker, digest),
            Message::DepthUpdate(update) => fold_depth_update(update, digest),
            Message::MarkPrice(mark) => fold_mark_price(mark, digest),
            Message::Other => {}
        }
    }
}

fn fold_trade<Text: AsRef<str>>(trade: &Trade<Text>, digest: &mut Digest<'_>) {
    digest.integer(trade.event_time_ms);
    digest.integer(trade.trade_time_ms);
    digest.bytes(trade.symbol.as_ref().as_bytes());
    digest.integer(trade.trade_id);
    digest.integer(trade.price_e8);
    digest.integer(trade.quantity_e8);
    digest.integer(i64::from(trade.buyer_is_maker));
    optional(digest, trade.best_match.map(i64::from));
    optional_text(digest, trade.order_type.as_ref());
    optional(digest, trade.buyer_order_id);
    optional(digest, trade.seller_order_id);
    fold_contract(trade.pair.as_ref(), trade.symbol_type, digest);
}

fn fold_agg_trade<Text: AsRef<str>>(trade: &AggTrade<Text>, digest: &mut Digest<'_>) {
    digest.integer(trade.event_time_ms);
    digest.integer(trade.trade_time_ms);
    digest.bytes(trade.symbol.as_ref().as_bytes());
    digest.integer(trade.aggregate_trade_id);
    digest.integer(trade.price_e8);
    digest.integer(trade.quantity_e8);
    optional(digest, trade.normal_quantity_e8);
    digest.integer(trade.first_trade_id);
    digest.integer(trade.last_trade_id);
    digest.integer(i64::from(trade.buyer_is_maker));
    optional(digest, trade.best_match.map(i64::from));
    fold_contract(trade.pair.as_ref(), trade.symbol_type, digest);
}

fn fold_book_ticker<Text: AsRef<str>>(ticker: &BookTicker<Text>, digest: &mut Digest<'_>) {
    digest.integer(ticker.update_id);
    digest.bytes(ticker.symbol.as_ref().as_bytes());
    digest.integer(ticker.bid_price_e8);
    digest.integer(ticker.bid_quantity_e8);
    digest.integer(ticker.ask_price_e8);
    digest.integer(ticker.ask_quantity_e8);
    optional(digest, ticker.transaction_time_ms);
    optional(digest, ticker.event_time_ms);
    fold_contract(ticker.pair.as_ref(), ticker.symbol_type, digest);
}

fn fold_depth_update<Text: AsRef<str>, Levels: AsRef<[Level]>>(
    update: &DepthUpdate<Text, Levels>,
    digest: &mut Digest<'_>,
) {
    digest.integer(update.event_time_ms);
    optional(digest, update.transaction_time_ms);
    digest.bytes(update.symbol.as_ref().as_bytes());
    digest.integer(update.first_update_id);
    digest.integer(update.last_update_id);
    optional(digest, update.previous_update_id);
    fold_levels(update.bids.as_ref(), digest);
    fold_levels(update.asks.as_ref(), digest);
    fold_contract(update.pair.as_ref(), update.symbol_type, digest);
}

fn fold_levels(levels: &[Level], digest: &mut Digest<'_>) {
    digest.integer(i64::try_from(levels.len()).unwrap_or(i64::MAX));
    for level in levels {
        digest.integer(level.price_e8);
        digest.integer(level.quantity_e8);
    }
}

fn fold_mark_price<Text: AsRef<str>>(mark: &MarkPrice<Text>, digest: &mut Digest<'_>) {
    digest.integer(mark.event_time_ms);
    digest.bytes(mark.symbol.as_ref().as_bytes());
    digest.integer(mark.mark_price_e8);
    optional(digest, mark.average_mark_price_e8);
    digest.integer(mark.settle_price_e8);
    optional(digest, mark.index_price_e8);
    optional(digest, mark.funding_rate_e8);
    digest.integer(mark.next_funding_time_ms);
    fold_contract(mark.pair.as_ref(), mark.symbol_type, digest);
}

fn fold_contract<Text: AsRef<str>>(
    pair: Option<&Text>,
    symbol_type: Option<i64>,
    digest: &mut Digest<'_>,
) {
    optional_text(digest, pair);
    optional(digest, symbol_type);
}

fn optional(digest: &mut Digest<'_>, value: Option<i64>) {
    digest.integer(if value.is_some() { PRESENT } else { MISSING });
    if let Some(value) = value {
        digest.integer(value);
    }
}

fn optional_text<Text: AsRef<str>>(digest: &mut Digest<'_>, value: Option<&Text>) {
    digest.integer(if value.is_some() { PRESENT } else { MISSING });
    if let Some(value) = value {
        digest.bytes(value.as_ref().as_bytes());
    }
}
