//! What a frame says, in the same types for every variant.
//!
//! `Text` is `&str` where it is borrowed from the frame and `String` where it is owned; `Levels` is
//! `&[Level]` or `Vec<Level>`. Prices, quantities and rates are integers in units of 1e-8 (`_e8`).
//! Times are the exchange's, in milliseconds since 1970 (UTC), unless the connection asked for
//! microseconds (`timeUnit=MICROSECOND`): the frame does not say, and the number is kept as it is.
//! Sources: Binance's stream documentation for spot, USD-M and COIN-M futures.

/// A frame whose texts and levels are borrowed.
pub type BorrowedFrame<'a> = Frame<&'a str, &'a [Level]>;

/// A frame that owns its texts and levels.
pub type OwnedFrame = Frame<String, Vec<Level>>;

/// A message that owns its texts and levels.
pub type OwnedMessage = Message<String, Vec<Level>>;

/// A message whose texts and levels are borrowed.
pub type BorrowedMessage<'a> = Message<&'a str, &'a [Level]>;

/// One frame of an exchange's WebSocket feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame<Text, Levels> {
    /// Name of the stream, where the frame came through a combined one.
    pub stream: Option<Text>,
    /// What it carries.
    pub message: Message<Text, Levels>,
}

/// What a frame carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message<Text, Levels> {
    /// One match of two orders.
    Trade(Trade<Text>),
    /// All matches of one taker order at one price.
    AggTrade(AggTrade<Text>),
    /// Best bid and ask.
    BookTicker(BookTicker<Text>),
    /// Levels of the book that changed.
    DepthUpdate(DepthUpdate<Text, Levels>),
    /// Mark price and funding of a future.
    MarkPrice(MarkPrice<Text>),
    /// Valid JSON that is none of these: the answer to a subscription, a snapshot, another stream.
    Other,
}

/// `"e":"trade"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trade<Text> {
    /// `E`: when the exchange sent it.
    pub event_time_ms: i64,
    /// `T`: when it traded.
    pub trade_time_ms: i64,
    /// `s`.
    pub symbol: Text,
    /// `t`.
    pub trade_id: i64,
    /// `p`.
    pub price_e8: i64,
    /// `q`, in the base asset, or in contracts.
    pub quantity_e8: i64,
    /// `m`: the seller took.
    pub buyer_is_maker: bool,
    /// `M`: spot only, without a documented meaning.
    pub best_match: Option<bool>,
    /// `X`: futures only, such as `MARKET`.
    pub order_type: Option<Text>,
    /// `b`: older spot feeds only.
    pub buyer_order_id: Option<i64>,
    /// `a`: older spot feeds only.
    pub seller_order_id: Option<i64>,
    /// `ps`: futures only.
    pub pair: Option<Text>,
    /// `st`: newer futures feeds only.
    pub symbol_type: Option<i64>,
}

/// `"e":"aggTrade"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AggTrade<Text> {
    /// `E`: when the exchange sent it.
    pub event_time_ms: i64,
    /// `T`: when it traded.
    pub trade_time_ms: i64,
    /// `s`.
    pub symbol: Text,
    /// `a`.
    pub aggregate_trade_id: i64,
    /// `p`.
    pub price_e8: i64,
    /// `q`, in the base asset, or in contracts.
    pub quantity_e8: i64,
    /// `nq`: newer futures feeds only; without retail price improvement orders.
    pub normal_quantity_e8: Option<i64>,
    /// `f`.
    pub first_trade_id: i64,
    /// `l`.
    pub last_trade_id: i64,
    /// `m`: the seller took.
    pub buyer_is_maker: bool,
    /// `M`: spot only, without a documented meaning.
    pub best_match: Option<bool>,
    /// `ps`: futures only.
    pub pair: Option<Text>,
    /// `st`: newer futures feeds only.
    pub symbol_type: Option<i64>,
}

/// `"e":"bookTicker"`, and the spot frame that has no `e`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookTicker<Text> {
    /// `u`.
    pub update_id: i64,
    /// `s`.
    pub symbol: Text,
    /// `b`.
    pub bid_price_e8: i64,
    /// `B`.
    pub bid_quantity_e8: i64,
    /// `a`.
    pub ask_price_e8: i64,
    /// `A`.
    pub ask_quantity_e8: i64,
    /// `T`: futures only.
    pub transaction_time_ms: Option<i64>,
    /// `E`: futures only.
    pub event_time_ms: Option<i64>,
    /// `ps`: futures only.
    pub pair: Option<Text>,
    /// `st`: newer futures feeds only.
    pub symbol_type: Option<i64>,
}

/// `"e":"depthUpdate"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepthUpdate<Text, Levels> {
    /// `E`: when the exchange sent it.
    pub event_time_ms: i64,
    /// `T`: futures only.
    pub transaction_time_ms: Option<i64>,
    /// `s`.
    pub symbol: Text,
    /// `U`: first update in this event.
    pub first_update_id: i64,
    /// `u`: last update in this event.
    pub last_update_id: i64,
    /// `pu`: futures only, last update of the event before.
    pub previous_update_id: Option<i64>,
    /// `b`, as listed.
    pub bids: Levels,
    /// `a`, as listed.
    pub asks: Levels,
    /// `ps`: futures only.
    pub pair: Option<Text>,
    /// `st`: newer futures feeds only.
    pub symbol_type: Option<i64>,
}

/// One price of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// Price.
    pub price_e8: i64,
    /// What rests there now; zero: the level is gone.
    pub quantity_e8: i64,
}

/// `"e":"markPriceUpdate"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkPrice<Text> {
    /// `E`: when the exchange sent it.
    pub event_time_ms: i64,
    /// `s`.
    pub symbol: Text,
    /// `p`.
    pub mark_price_e8: i64,
    /// `ap`: newer feeds only, its moving average.
    pub average_mark_price_e8: Option<i64>,
    /// `P`: means something in the last hour before settlement.
    pub settle_price_e8: i64,
    /// `i`.
    pub index_price_e8: Option<i64>,
    /// `r`: none for a delivery contract, for which the exchange sends an empty string.
    pub funding_rate_e8: Option<i64>,
    /// `T`: zero for a delivery contract.
    pub next_funding_time_ms: i64,
    /// `ps`: COIN-M only.
    pub pair: Option<Text>,
    /// `st`: newer futures feeds only.
    pub symbol_type: Option<i64>,
}
