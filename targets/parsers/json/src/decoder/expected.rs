//! Frames written just as the exchange writes them: no spaces, and members in its order. Those of
//! spot, USD-M and COIN-M differ a little, and change over the years, so that some may be missing
//! or come at either of two places.

#![allow(clippy::inline_always)] // into one function, so that a message is made where it stays

use super::cursor::Cursor;
use crate::message::{
    AggTrade, BookTicker, BorrowedFrame, BorrowedMessage, DepthUpdate, Level, MarkPrice, Message,
    Trade,
};

/// Decodes a frame that is as expected. The levels of a book update are left in `bids` and `asks`,
/// and those of the message are empty.
#[inline(always)]
pub(super) fn decode<'frame>(
    frame: &'frame [u8],
    bids: &mut Vec<Level>,
    asks: &mut Vec<Level>,
) -> Option<BorrowedFrame<'frame>> {
    let cursor = &mut Cursor::new(frame);
    let stream = if cursor.passes(br#"{"stream":""#) {
        let stream = cursor.text()?;
        cursor.expect(br#","data":{"#)?;
        Some(stream)
    } else {
        cursor.expect(b"{")?;
        None
    };
    let message = message(cursor, bids, asks)?;
    cursor.expect(b"}")?;
    if stream.is_some() {
        cursor.expect(b"}")?;
    }
    cursor.is_at_end().then_some(BorrowedFrame { stream, message })
}

#[inline(always)]
fn message<'frame>(
    cursor: &mut Cursor<'frame>,
    bids: &mut Vec<Level>,
    asks: &mut Vec<Level>,
) -> Option<BorrowedMessage<'frame>> {
    if !cursor.passes(br#""e":""#) {
        return book_ticker(cursor).map(Message::BookTicker);
    }
    match cursor.peek()? {
        b'b' => {
            cursor.expect(br#"bookTicker","#)?;
            book_ticker(cursor).map(Message::BookTicker)
        }
        b't' => trade(cursor).map(Message::Trade),
        b'd' => depth_update(cursor, bids, asks).map(Message::DepthUpdate),
        b'a' => agg_trade(cursor).map(Message::AggTrade),
        b'm' => mark_price(cursor).map(Message::MarkPrice),
        _ => None,
    }
}

#[inline(always)]
fn trade<'frame>(cursor: &mut Cursor<'frame>) -> Option<Trade<&'frame str>> {
    cursor.expect(br#"trade","E":"#)?;
    let event_time_ms = cursor.integer()?;
    let early_time_ms = optional_integer(cursor, br#","T":"#)?;
    cursor.expect(br#","s":""#)?;
    let symbol = cursor.text()?;
    let pair = optional_text(cursor, br#","ps":""#)?;
    cursor.expect(br#","t":"#)?;
    let trade_id = cursor.integer()?;
    cursor.expect(br#","p":""#)?;
    let price_e8 = cursor.decimal()?;
    cursor.expect(br#","q":""#)?;
    let quantity_e8 = cursor.decimal()?;
    let buyer_order_id = optional_integer(cursor, br#","b":"#)?;
    let seller_order_id = optional_integer(cursor, br#","a":"#)?;
    let trade_time_ms = match early_time_ms {
        Some(time_ms) => time_ms,
        None => optional_integer(cursor, br#","T":"#)??,
    };
    let order_type = optional_text(cursor, br#","X":""#)?;
    cursor.expect(br#","m":"#)?;
    let buyer_is_maker = cursor.boolean()?;
    let best_match = if cursor.passes(br#","M":"#) { Some(cursor.boolean()?) } else { None };
    let symbol_type = optional_integer(cursor, br#","st":"#)?;
    Some(Trade {
        event_time_ms,
        trade_time_ms,
        symbol,
        trade_id,
        price_e8,
        quantity_e8,
        buyer_is_maker,
        best_match,
        order_type,
        buyer_order_id,
        seller_order_id,
        pair,
        symbol_type,
    })
}

#[inline(always)]
fn agg_trade<'frame>(cursor: &mut Cursor<'frame>) -> Option<AggTrade<&'frame str>> {
    cursor.expect(br#"aggTrade","E":"#)?;
    let event_time_ms = cursor.integer()?;
    let early_id = optional_integer(cursor, br#","a":"#)?;
    cursor.expect(br#","s":""#)?;
    let symbol = cursor.text()?;
    let pair = optional_text(cursor, br#","ps":""#)?;
    let aggregate_trade_id = match early_id {
        Some(id) => id,
        None => optional_integer(cursor, br#","a":"#)??,
    };
    cursor.expect(br#","p":""#)?;
    let price_e8 = cursor.decimal()?;
    cursor.expect(br#","q":""#)?;
    let quantity_e8 = cursor.decimal()?;
    let normal_quantity_e8 = optional_decimal(cursor, br#","nq":""#)?;
    cursor.expect(br#","f":"#)?;
    let first_trade_id = cursor.integer()?;
    cursor.expect(br#","l":"#)?;
    let last_trade_id = cursor.integer()?;
    cursor.expect(br#","T":"#)?;
    let trade_time_ms = cursor.integer()?;
    cursor.expect(br#","m":"#)?;
    let buyer_is_maker = cursor.boolean()?;
    let best_match = if cursor.passes(br#","M":"#) { Some(cursor.boolean()?) } else { None };
    let symbol_type = optional_integer(cursor, br#","st":"#)?;
    Some(AggTrade {
        event_time_ms,
        trade_time_ms,
        symbol,
        aggregate_trade_id,
        price_e8,
        quantity_e8,
        normal_quantity_e8,
        first_trade_id,
        last_trade_id,
        buyer_is_maker,
        best_match,
        pair,
        symbol_type,
    })
}

#[inline(always)]
fn book_ticker<'frame>(cursor: &mut Cursor<'frame>) -> Option<BookTicker<&'frame str>> {
    cursor.expect(br#""u":"#)?;
    let update_id = cursor.integer()?;
    cursor.expect(br#","s":""#)?;
    let symbol = cursor.text()?;
    let pair = optional_text(cursor, br#","ps":""#)?;
    cursor.expect(br#","b":""#)?;
    let bid_price_e8 = cursor.decimal()?;
    cursor.expect(br#","B":""#)?;
    let bid_quantity_e8 = cursor.decimal()?;
    cursor.expect(br#","a":""#)?;
    let ask_price_e8 = cursor.decimal()?;
    cursor.expect(br#","A":""#)?;
    let ask_quantity_e8 = cursor.decimal()?;
    let transaction_time_ms = optional_integer(cursor, br#","T":"#)?;
    let event_time_ms = optional_integer(cursor, br#","E":"#)?;
    let symbol_type = optional_integer(cursor, br#","st":"#)?;
    Some(BookTicker {
        update_id,
        symbol,
        bid_price_e8,
        bid_quantity_e8,
        ask_price_e8,
        ask_quantity_e8,
        transaction_time_ms,
        event_time_ms,
        pair,
        symbol_type,
    })
}

#[inline(always)]
fn depth_update<'frame>(
    cursor: &mut Cursor<'frame>,
    bids: &mut Vec<Level>,
    asks: &mut Vec<Level>,
) -> Option<DepthUpdate<&'frame str, &'frame [Level]>> {
    cursor.expect(br#"depthUpdate","E":"#)?;
    let event_time_ms = cursor.integer()?;
    let transaction_time_ms = optional_integer(cursor, br#","T":"#)?;
    cursor.expect(br#","s":""#)?;
    let symbol = cursor.text()?;
    let pair = optional_text(cursor, br#","ps":""#)?;
    cursor.expect(br#","U":"#)?;
    let first_update_id = cursor.integer()?;
    cursor.expect(br#","u":"#)?;
    let last_update_id = cursor.integer()?;
    let previous_update_id = optional_integer(cursor, br#","pu":"#)?;
    cursor.expect(br#","b":["#)?;
    levels(cursor, bids)?;
    cursor.expect(br#","a":["#)?;
    levels(cursor, asks)?;
    let symbol_type = optional_integer(cursor, br#","st":"#)?;
    Some(DepthUpdate {
        event_time_ms,
        transaction_time_ms,
        symbol,
        first_update_id,
        last_update_id,
        previous_update_id,
        bids: &[],
        asks: &[],
        pair,
        symbol_type,
    })
}

/// Reads levels from after the opening bracket to after the closing one.
fn levels(cursor: &mut Cursor<'_>, levels: &mut Vec<Level>) -> Option<()> {
    levels.clear();
    if cursor.passes(b"]") {
        return Some(());
    }
    cursor.expect(br#"[""#)?;
    loop {
        let price_e8 = cursor.decimal()?;
        cursor.expect(br#",""#)?;
        let quantity_e8 = cursor.decimal()?;
        levels.push(Level { price_e8, quantity_e8 });
        if !cursor.passes(br#"],[""#) {
            return cursor.expect(b"]]");
        }
    }
}

#[inline(always)]
fn mark_price<'frame>(cursor: &mut Cursor<'frame>) -> Option<MarkPrice<&'frame str>> {
    cursor.expect(br#"markPriceUpdate","E":"#)?;
    let event_time_ms = cursor.integer()?;
    cursor.expect(br#","s":""#)?;
    let symbol = cursor.text()?;
    let pair = optional_text(cursor, br#","ps":""#)?;
    cursor.expect(br#","p":""#)?;
    let mark_price_e8 = cursor.decimal()?;
    let average_mark_price_e8 = optional_decimal(cursor, br#","ap":""#)?;
    let early_index_price_e8 = optional_decimal(cursor, br#","i":""#)?;
    cursor.expect(br#","P":""#)?;
    let settle_price_e8 = cursor.decimal()?;
    let index_price_e8 = match early_index_price_e8 {
        None => optional_decimal(cursor, br#","i":""#)?,
        early => early,
    };
    let funding_rate_e8 = optional_decimal(cursor, br#","r":""#)?;
    cursor.expect(br#","T":"#)?;
    let next_funding_time_ms = cursor.integer()?;
    let symbol_type = optional_integer(cursor, br#","st":"#)?;
    Some(MarkPrice {
        event_time_ms,
        symbol,
        mark_price_e8,
        average_mark_price_e8,
        settle_price_e8,
        index_price_e8,
        funding_rate_e8,
        next_funding_time_ms,
        pair,
        symbol_type,
    })
}

/// The number after `name`, where that comes next; the outer none where it is not as expected.
#[inline(always)]
#[allow(clippy::option_option)] // the inner one is the value that may be missing
fn optional_integer<const SIZE: usize>(
    cursor: &mut Cursor<'_>,
    name: &[u8; SIZE],
) -> Option<Option<i64>> {
    if cursor.passes(name) { cursor.integer().map(Some) } else { Some(None) }
}

/// As [`optional_integer`]; `name` ends with the opening quote.
#[inline(always)]
#[allow(clippy::option_option)] // the inner one is the value that may be missing
fn optional_decimal<const SIZE: usize>(
    cursor: &mut Cursor<'_>,
    name: &[u8; SIZE],
) -> Option<Option<i64>> {
    if cursor.passes(name) { cursor.decimal().map(Some) } else { Some(None) }
}

/// As [`optional_integer`]; `name` ends with the opening quote.
#[inline(always)]
#[allow(clippy::option_option)] // the inner one is the value that may be missing
fn optional_text<'frame, const SIZE: usize>(
    cursor: &mut Cursor<'frame>,
    name: &[u8; SIZE],
) -> Option<Option<&'frame str>> {
    if cursor.passes(name) { cursor.text().map(Some) } else { Some(None) }
}
