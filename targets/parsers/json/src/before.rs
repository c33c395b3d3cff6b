//! What people write first: a tree of values, maps of strings, owned strings, clones.
//!
//! Each message builds the whole tree, clones the part that matters, copies it to a map, copies
//! each text out of the map, and takes prices apart with new strings. It is the family's plainest
//! reading of a frame, and right.

mod decimal;
mod fields;

use crate::DecodeError;
use crate::message::{
    AggTrade, BookTicker, DepthUpdate, Level, MarkPrice, Message, OwnedFrame, OwnedMessage, Trade,
};
use fields::Fields;
use serde_json::Value;

/// Decodes one frame into memory of its own.
///
/// # Errors
///
/// As the crate's page says of every variant.
pub fn decode(frame: &[u8]) -> Result<OwnedFrame, DecodeError> {
    let tree: Value = serde_json::from_slice(frame).map_err(|_| DecodeError::Malformed)?;
    let (stream, body) = match (tree.get("stream"), tree.get("data")) {
        (Some(Value::String(stream)), Some(data)) => (Some(stream.clone()), data.clone()),
        _ => (None, tree.clone()),
    };
    let message = match body {
        Value::Object(members) => message(&members.into_iter().collect())?,
        _ => Message::Other,
    };
    Ok(OwnedFrame { stream, message })
}

fn message(fields: &Fields) -> Result<OwnedMessage, DecodeError> {
    let event = match fields.get("e") {
        Some(Value::String(event)) => event.clone(),
        None | Some(Value::Null) if is_book_ticker(fields) => "bookTicker".to_string(),
        _ => String::new(),
    };
    Ok(match event.as_str() {
        "trade" => Message::Trade(trade(fields)?),
        "aggTrade" => Message::AggTrade(agg_trade(fields)?),
        "bookTicker" => Message::BookTicker(book_ticker(fields)?),
        "depthUpdate" => Message::DepthUpdate(depth_update(fields)?),
        "markPriceUpdate" => Message::MarkPrice(mark_price(fields)?),
        _ => Message::Other,
    })
}

/// Spot frames of this kind do not say that they are one.
fn is_book_ticker(fields: &Fields) -> bool {
    ["u", "s", "b", "B", "a", "A"].iter().all(|name| fields.contains_key(*name))
}

fn trade(fields: &Fields) -> Result<Trade<String>, DecodeError> {
    Ok(Trade {
        event_time_ms: fields::integer(fields, "E")?,
        trade_time_ms: fields::integer(fields, "T")?,
        symbol: fields::text(fields, "s")?,
        trade_id: fields::integer(fields, "t")?,
        price_e8: fields::decimal(fields, "p")?,
        quantity_e8: fields::decimal(fields, "q")?,
        buyer_is_maker: fields::boolean(fields, "m")?,
        best_match: fields::optional(fields, "M", fields::boolean)?,
        order_type: fields::optional(fields, "X", fields::text)?,
        buyer_order_id: fields::optional(fields, "b", fields::integer)?,
        seller_order_id: fields::optional(fields, "a", fields::integer)?,
        pair: fields::optional(fields, "ps", fields::text)?,
        symbol_type: fields::optional(fields, "st", fields::integer)?,
    })
}

fn agg_trade(fields: &Fields) -> Result<AggTrade<String>, DecodeError> {
    Ok(AggTrade {
        event_time_ms: fields::integer(fields, "E")?,
        trade_time_ms: fields::integer(fields, "T")?,
        symbol: fields::text(fields, "s")?,
        aggregate_trade_id: fields::integer(fields, "a")?,
        price_e8: fields::decimal(fields, "p")?,
        quantity_e8: fields::decimal(fields, "q")?,
        normal_quantity_e8: fields::optional(fields, "nq", fields::decimal)?,
        first_trade_id: fields::integer(fields, "f")?,
        last_trade_id: fields::integer(fields, "l")?,
        buyer_is_maker: fields::boolean(fields, "m")?,
        best_match: fields::optional(fields, "M", fields::boolean)?,
        pair: fields::optional(fields, "ps", fields::text)?,
        symbol_type: fields::optional(fields, "st", fields::integer)?,
    })
}

fn book_ticker(fields: &Fields) -> Result<BookTicker<String>, DecodeError> {
    Ok(BookTicker {
        update_id: fields::integer(fields, "u")?,
        symbol: fields::text(fields, "s")?,
        bid_price_e8: fields::decimal(fields, "b")?,
        bid_quantity_e8: fields::decimal(fields, "B")?,
        ask_price_e8: fields::decimal(fields, "a")?,
        ask_quantity_e8: fields::decimal(fields, "A")?,
        transaction_time_ms: fields::optional(fields, "T", fields::integer)?,
        event_time_ms: fields::optional(fields, "E", fields::integer)?,
        pair: fields::optional(fields, "ps", fields::text)?,
        symbol_type: fields::optional(fields, "st", fields::integer)?,
    })
}

fn depth_update(fields: &Fields) -> Result<DepthUpdate<String, Vec<Level>>, DecodeError> {
    Ok(DepthUpdate {
        event_time_ms: fields::integer(fields, "E")?,
        transaction_time_ms: fields::optional(fields, "T", fields::integer)?,
        symbol: fields::text(fields, "s")?,
        first_update_id: fields::integer(fields, "U")?,
        last_update_id: fields::integer(fields, "u")?,
        previous_update_id: fields::optional(fields, "pu", fields::integer)?,
        bids: fields::levels(fields, "b")?,
        asks: fields::levels(fields, "a")?,
        pair: fields::optional(fields, "ps", fields::text)?,
        symbol_type: fields::optional(fields, "st", fields::integer)?,
    })
}

fn mark_price(fields: &Fields) -> Result<MarkPrice<String>, DecodeError> {
    Ok(MarkPrice {
        event_time_ms: fields::integer(fields, "E")?,
        symbol: fields::text(fields, "s")?,
        mark_price_e8: fields::decimal(fields, "p")?,
        average_mark_price_e8: fields::optional(fields, "ap", fields::decimal)?,
        settle_price_e8: fields::decimal(fields, "P")?,
        index_price_e8: fields::optional(fields, "i", fields::decimal)?,
        funding_rate_e8: fields::rate(fields, "r")?,
        next_funding_time_ms: fields::integer(fields, "T")?,
        pair: fields::optional(fields, "ps", fields::text)?,
        symbol_type: fields::optional(fields, "st", fields::integer)?,
    })
}
