//! The frames as they are on the wire, for `serde` to derive.

use super::values::{Decimal, Levels, Rate, Text};
use crate::message::{self, Level, Message};
use serde::Deserialize;

/// A frame of a combined stream.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Combined<'frame, T> {
    #[serde(borrow)]
    pub(super) stream: Text<'frame>,
    pub(super) data: T,
}

/// A body that becomes one kind of message.
pub(super) trait Wire<'frame>: Deserialize<'frame> {
    /// The message; none where the body says that it is of another kind.
    fn message(self) -> Option<Message<Text<'frame>, Vec<Level>>>;
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trade<'frame> {
    #[serde(borrow, rename = "e")]
    event: Text<'frame>,
    #[serde(rename = "E")]
    event_time_ms: i64,
    #[serde(rename = "T")]
    time_ms: i64,
    #[serde(rename = "s")]
    symbol: Text<'frame>,
    #[serde(rename = "t")]
    id: i64,
    #[serde(rename = "p")]
    price: Decimal,
    #[serde(rename = "q")]
    quantity: Decimal,
    #[serde(rename = "m")]
    buyer_is_maker: bool,
    #[serde(rename = "M")]
    best_match: Option<bool>,
    #[serde(rename = "X")]
    order_type: Option<Text<'frame>>,
    #[serde(rename = "b")]
    buyer_order_id: Option<i64>,
    #[serde(rename = "a")]
    seller_order_id: Option<i64>,
    #[serde(rename = "ps")]
    pair: Option<Text<'frame>>,
    #[serde(rename = "st")]
    symbol_type: Option<i64>,
}

impl<'frame> Wire<'frame> for Trade<'frame> {
    fn message(self) -> Option<Message<Text<'frame>, Vec<Level>>> {
        if self.event.as_ref() != "trade" {
            return None;
        }
        Some(Message::Trade(message::Trade {
            event_time_ms: self.event_time_ms,
            trade_time_ms: self.time_ms,
            symbol: self.symbol,
            trade_id: self.id,
            price_e8: self.price.0,
            quantity_e8: self.quantity.0,
            buyer_is_maker: self.buyer_is_maker,
            best_match: self.best_match,
            order_type: self.order_type,
            buyer_order_id: self.buyer_order_id,
            seller_order_id: self.seller_order_id,
            pair: self.pair,
            symbol_type: self.symbol_type,
        }))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AggTrade<'frame> {
    #[serde(borrow, rename = "e")]
    event: Text<'frame>,
    #[serde(rename = "E")]
    event_time_ms: i64,
    #[serde(rename = "T")]
    trade_time_ms: i64,
    #[serde(rename = "s")]
    symbol: Text<'frame>,
    #[serde(rename = "a")]
    aggregate_trade_id: i64,
    #[serde(rename = "p")]
    price: Decimal,
    #[serde(rename = "q")]
    quantity: Decimal,
    #[serde(rename = "nq")]
    normal_quantity: Option<Decimal>,
    #[serde(rename = "f")]
    first_trade_id: i64,
    #[serde(rename = "l")]
    last_trade_id: i64,
    #[serde(rename = "m")]
    buyer_is_maker: bool,
    #[serde(rename = "M")]
    best_match: Option<bool>,
    #[serde(rename = "ps")]
    pair: Option<Text<'frame>>,
    #[serde(rename = "st")]
    symbol_type: Option<i64>,
}

impl<'frame> Wire<'frame> for AggTrade<'frame> {
    fn message(self) -> Option<Message<Text<'frame>, Vec<Level>>> {
        if self.event.as_ref() != "aggTrade" {
            return None;
        }
        Some(Message::AggTrade(message::AggTrade {
            event_time_ms: self.event_time_ms,
            trade_time_ms: self.trade_time_ms,
            symbol: self.symbol,
            aggregate_trade_id: self.aggregate_trade_id,
            price_e8: self.price.0,
            quantity_e8: self.quantity.0,
            normal_quantity_e8: self.normal_quantity.map(|quantity| quantity.0),
            first_trade_id: self.first_trade_id,
            last_trade_id: self.last_trade_id,
            buyer_is_maker: self.buyer_is_maker,
            best_match: self.best_match,
            pair: self.pair,
            symbol_type: self.symbol_type,
        }))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BookTicker<'frame> {
    #[serde(borrow, rename = "e")]
    event: Option<Text<'frame>>,
    #[serde(rename = "u")]
    update_id: i64,
    #[serde(rename = "s")]
    symbol: Text<'frame>,
    #[serde(rename = "b")]
    bid_price: Decimal,
    #[serde(rename = "B")]
    bid_quantity: Decimal,
    #[serde(rename = "a")]
    ask_price: Decimal,
    #[serde(rename = "A")]
    ask_quantity: Decimal,
    #[serde(rename = "T")]
    transaction_time_ms: Option<i64>,
    #[serde(rename = "E")]
    event_time_ms: Option<i64>,
    #[serde(rename = "ps")]
    pair: Option<Text<'frame>>,
    #[serde(rename = "st")]
    symbol_type: Option<i64>,
}

impl<'frame> Wire<'frame> for BookTicker<'frame> {
    fn message(self) -> Option<Message<Text<'frame>, Vec<Level>>> {
        if self.event.is_some_and(|event| event.as_ref() != "bookTicker") {
            return None;
        }
        Some(Message::BookTicker(message::BookTicker {
            update_id: self.update_id,
            symbol: self.symbol,
            bid_price_e8: self.bid_price.0,
            bid_quantity_e8: self.bid_quantity.0,
            ask_price_e8: self.ask_price.0,
            ask_quantity_e8: self.ask_quantity.0,
            transaction_time_ms: self.transaction_time_ms,
            event_time_ms: self.event_time_ms,
            pair: self.pair,
            symbol_type: self.symbol_type,
        }))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DepthUpdate<'frame> {
    #[serde(borrow, rename = "e")]
    event: Text<'frame>,
    #[serde(rename = "E")]
    event_time_ms: i64,
    #[serde(rename = "T")]
    transaction_time_ms: Option<i64>,
    #[serde(rename = "s")]
    symbol: Text<'frame>,
    #[serde(rename = "U")]
    first_update_id: i64,
    #[serde(rename = "u")]
    last_update_id: i64,
    #[serde(rename = "pu")]
    previous_update_id: Option<i64>,
    #[serde(rename = "b")]
    bids: Levels,
    #[serde(rename = "a")]
    asks: Levels,
    #[serde(rename = "ps")]
    pair: Option<Text<'frame>>,
    #[serde(rename = "st")]
    symbol_type: Option<i64>,
}

impl<'frame> Wire<'frame> for DepthUpdate<'frame> {
    fn message(self) -> Option<Message<Text<'frame>, Vec<Level>>> {
        if self.event.as_ref() != "depthUpdate" {
            return None;
        }
        Some(Message::DepthUpdate(message::DepthUpdate {
            event_time_ms: self.event_time_ms,
            transaction_time_ms: self.transaction_time_ms,
            symbol: self.symbol,
            first_update_id: self.first_update_id,
            last_update_id: self.last_update_id,
            previous_update_id: self.previous_update_id,
            bids: self.bids.0,
            asks: self.asks.0,
            pair: self.pair,
            symbol_type: self.symbol_type,
        }))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MarkPrice<'frame> {
    #[serde(borrow, rename = "e")]
    event: Text<'frame>,
    #[serde(rename = "E")]
    event_time_ms: i64,
    #[serde(rename = "s")]
    symbol: Text<'frame>,
    #[serde(rename = "p")]
    price: Decimal,
    #[serde(rename = "ap")]
    average_price: Option<Decimal>,
    #[serde(rename = "P")]
    settle_price: Decimal,
    #[serde(rename = "i")]
    index_price: Option<Decimal>,
    #[serde(rename = "r")]
    funding_rate: Option<Rate>,
    #[serde(rename = "T")]
    next_funding_time_ms: i64,
    #[serde(rename = "ps")]
    pair: Option<Text<'frame>>,
    #[serde(rename = "st")]
    symbol_type: Option<i64>,
}

impl<'frame> Wire<'frame> for MarkPrice<'frame> {
    fn message(self) -> Option<Message<Text<'frame>, Vec<Level>>> {
        if self.event.as_ref() != "markPriceUpdate" {
            return None;
        }
        Some(Message::MarkPrice(message::MarkPrice {
            event_time_ms: self.event_time_ms,
            symbol: self.symbol,
            mark_price_e8: self.price.0,
            average_mark_price_e8: self.average_price.map(|price| price.0),
            settle_price_e8: self.settle_price.0,
            index_price_e8: self.index_price.map(|price| price.0),
            funding_rate_e8: self.funding_rate.and_then(|rate| rate.0),
            next_funding_time_ms: self.next_funding_time_ms,
            pair: self.pair,
            symbol_type: self.symbol_type,
        }))
    }
}
