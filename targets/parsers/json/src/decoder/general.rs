//! Any frame, whatever the order of its members, its spacing and its escapes.

use super::fields::Fields;
use super::scanner::{Scanner, Value};
use super::text::Arena;
use crate::DecodeError;
use crate::message::{
    AggTrade, BookTicker, BorrowedFrame, BorrowedMessage, DepthUpdate, Level, MarkPrice, Message,
    Trade,
};

/// Memory of a decoder that frames borrow from.
pub(super) struct Memory<'decoder> {
    pub(super) bids: &'decoder mut Vec<Level>,
    pub(super) asks: &'decoder mut Vec<Level>,
    /// As long as the frame.
    pub(super) text: &'decoder mut [u8],
}

/// Decodes one frame.
pub(super) fn decode<'decoder>(
    frame: &'decoder [u8],
    Memory { bids, asks, text }: Memory<'decoder>,
) -> Result<BorrowedFrame<'decoder>, DecodeError> {
    let frame = str::from_utf8(frame).map_err(|_| DecodeError::Malformed)?;
    let mut scanner = Scanner::new(frame);
    let mut arena = Arena::new(text);
    let mut data = Fields::none();
    let mut outermost = Fields::none();
    if scanner.enters(b'{')? {
        outermost.read(&mut scanner, &mut arena, Some(&mut data))?;
    } else {
        scanner.value()?;
    }
    if !scanner.is_at_end() {
        return Err(DecodeError::Malformed);
    }
    let (stream, body) = match (outermost.get("stream"), outermost.get("data")) {
        (Some(Value::Text(stream)), Some(Value::Object)) => (Some(arena.keep(stream)?), &data),
        (Some(Value::Text(stream)), Some(_)) => (Some(arena.keep(stream)?), &Fields::none()),
        _ => (None, &outermost),
    };
    let message = message(body, &mut arena, bids, asks)?;
    Ok(BorrowedFrame { stream, message })
}

fn message<'decoder>(
    fields: &Fields<'decoder>,
    arena: &mut Arena<'decoder>,
    bids: &'decoder mut Vec<Level>,
    asks: &'decoder mut Vec<Level>,
) -> Result<BorrowedMessage<'decoder>, DecodeError> {
    let event = match fields.get("e") {
        Some(Value::Text(event)) => arena.peek(event)?,
        None | Some(Value::Null) if is_book_ticker(fields) => b"bookTicker",
        _ => return Ok(Message::Other),
    };
    Ok(match event {
        b"trade" => Message::Trade(trade(fields, arena)?),
        b"aggTrade" => Message::AggTrade(agg_trade(fields, arena)?),
        b"bookTicker" => Message::BookTicker(book_ticker(fields, arena)?),
        b"depthUpdate" => {
            fields.levels("b", arena, bids)?;
            fields.levels("a", arena, asks)?;
            Message::DepthUpdate(depth_update(fields, arena, bids, asks)?)
        }
        b"markPriceUpdate" => Message::MarkPrice(mark_price(fields, arena)?),
        _ => Message::Other,
    })
}

/// Spot frames of this kind do not say that they are one.
fn is_book_ticker(fields: &Fields<'_>) -> bool {
    ["u", "s", "b", "B", "a", "A"].into_iter().all(|name| fields.get(name).is_some())
}

fn trade<'decoder>(
    fields: &Fields<'decoder>,
    arena: &mut Arena<'decoder>,
) -> Result<Trade<&'decoder str>, DecodeError> {
    Ok(Trade {
        event_time_ms: fields.integer("E")?,
        trade_time_ms: fields.integer("T")?,
        symbol: fields.text("s", arena)?,
        trade_id: fields.integer("t")?,
        price_e8: fields.decimal("p", arena)?,
        quantity_e8: fields.decimal("q", arena)?,
        buyer_is_maker: fields.boolean("m")?,
        best_match: fields.optional_boolean("M")?,
        order_type: fields.optional_text("X", arena)?,
        buyer_order_id: fields.optional_integer("b")?,
        seller_order_id: fields.optional_integer("a")?,
        pair: fields.optional_text("ps", arena)?,
        symbol_type: fields.optional_integer("st")?,
    })
}

fn agg_trade<'decoder>(
    fields: &Fields<'decoder>,
    arena: &mut Arena<'decoder>,
) -> Result<AggTrade<&'decoder str>, DecodeError> {
    Ok(AggTrade {
        event_time_ms: fields.integer("E")?,
        trade_time_ms: fields.integer("T")?,
        symbol: fields.text("s", arena)?,
        aggregate_trade_id: fields.integer("a")?,
        price_e8: fields.decimal("p", arena)?,
        quantity_e8: fields.decimal("q", arena)?,
        normal_quantity_e8: fields.optional_decimal("nq", arena)?,
        first_trade_id: fields.integer("f")?,
        last_trade_id: fields.integer("l")?,
        buyer_is_maker: fields.boolean("m")?,
        best_match: fields.optional_boolean("M")?,
        pair: fields.optional_text("ps", arena)?,
        symbol_type: fields.optional_integer("st")?,
    })
}

fn book_ticker<'decoder>(
    fields: &Fields<'decoder>,
    arena: &mut Arena<'decoder>,
) -> Result<BookTicker<&'decoder str>, DecodeError> {
    Ok(BookTicker {
        update_id: fields.integer("u")?,
        symbol: fields.text("s", arena)?,
        bid_price_e8: fields.decimal("b", arena)?,
        bid_quantity_e8: fields.decimal("B", arena)?,
        ask_price_e8: fields.decimal("a", arena)?,
        ask_quantity_e8: fields.decimal("A", arena)?,
        transaction_time_ms: fields.optional_integer("T")?,
        event_time_ms: fields.optional_integer("E")?,
        pair: fields.optional_text("ps", arena)?,
        symbol_type: fields.optional_integer("st")?,
    })
}

fn depth_update<'decoder>(
    fields: &Fields<'decoder>,
    arena: &mut Arena<'decoder>,
    bids: &'decoder [Level],
    asks: &'decoder [Level],
) -> Result<DepthUpdate<&'decoder str, &'decoder [Level]>, DecodeError> {
    Ok(DepthUpdate {
        event_time_ms: fields.integer("E")?,
        transaction_time_ms: fields.optional_integer("T")?,
        symbol: fields.text("s", arena)?,
        first_update_id: fields.integer("U")?,
        last_update_id: fields.integer("u")?,
        previous_update_id: fields.optional_integer("pu")?,
        bids,
        asks,
        pair: fields.optional_text("ps", arena)?,
        symbol_type: fields.optional_integer("st")?,
    })
}

fn mark_price<'decoder>(
    fields: &Fields<'decoder>,
    arena: &mut Arena<'decoder>,
) -> Result<MarkPrice<&'decoder str>, DecodeError> {
    Ok(MarkPrice {
        event_time_ms: fields.integer("E")?,
        symbol: fields.text("s", arena)?,
        mark_price_e8: fields.decimal("p", arena)?,
        average_mark_price_e8: fields.optional_decimal("ap", arena)?,
        settle_price_e8: fields.decimal("P", arena)?,
        index_price_e8: fields.optional_decimal("i", arena)?,
        funding_rate_e8: fields.rate("r", arena)?,
        next_funding_time_ms: fields.integer("T")?,
        pair: fields.optional_text("ps", arena)?,
        symbol_type: fields.optional_integer("st")?,
    })
}
