//! What a message says.

use crate::Kind;

/// A message, typed. `T` is how a variant keeps text: owned, borrowed, or as a place in the message.
///
/// Prices and sizes are in units of 1e-8. Times and dates are text, since venues write them in forms
/// of their own (`20130714180212729` at CME, `20130714-18:02:12.729` in the specification).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update<T> {
    /// From `MsgType(35)`.
    pub kind: Kind,
    /// `MsgType(35)`.
    pub message_type: Option<T>,
    /// `BeginString(8)`, or `ApplVerID(1128)` where that comes first.
    pub version: Option<T>,
    /// `SenderCompID(49)`.
    pub sender: Option<T>,
    /// `MsgSeqNum(34)`.
    pub sequence_number: Option<u64>,
    /// `SendingTime(52)`.
    pub sending_time: Option<T>,
    /// `TestReqID(112)` of a heartbeat.
    pub test_request: Option<T>,
    /// The instrument that the whole message is about.
    pub instrument: Instrument<T>,
    /// `TradeDate(75)`.
    pub trade_date: Option<T>,
    /// `RptSeq(83)` of the whole message.
    pub report_sequence: Option<u64>,
    /// `HighPx(332)`.
    pub high_price: Option<i64>,
    /// `LowPx(333)`.
    pub low_price: Option<i64>,
    /// `SecurityTradingStatus(326)`.
    pub trading_status: Option<u32>,
    /// `Currency(15)`.
    pub currency: Option<T>,
    /// `MaturityMonthYear(200)`.
    pub maturity: Option<T>,
    /// `SecurityType(167)`.
    pub security_type: Option<T>,
    /// `StrikePrice(202)`.
    pub strike_price: Option<i64>,
    /// `MinPriceIncrement(969)`.
    pub price_increment: Option<i64>,
    /// The group that `NoMDEntries(268)` counts.
    pub entries: Vec<Entry<T>>,
}

impl<T: Default> Update<T> {
    /// Empties it, keeping the memory of the entries.
    pub fn clear(&mut self) {
        let mut entries = std::mem::take(&mut self.entries);
        entries.clear();
        *self = Self { entries, ..Self::default() };
    }
}

/// Which security something is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Instrument<T> {
    /// `SecurityID(48)`.
    pub security_id: Option<T>,
    /// `Symbol(55)`.
    pub symbol: Option<T>,
    /// `SecurityDesc(107)`.
    pub description: Option<T>,
}

/// One entry of the group of market data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry<T> {
    /// `MDUpdateAction(279)`: `0` (new) to `5` (overlay), as a character.
    pub action: Option<u8>,
    /// `MDEntryType(269)`, a character: `0` bid, `1` offer, `2` trade, …
    pub entry_type: Option<u8>,
    /// `MDEntryID(278)`.
    pub id: Option<T>,
    /// The instrument, in an incremental refresh; a snapshot is about one.
    pub instrument: Instrument<T>,
    /// `RptSeq(83)`.
    pub report_sequence: Option<u64>,
    /// `MDEntryPx(270)`.
    pub price: Option<i64>,
    /// `MDEntrySize(271)`.
    pub size: Option<i64>,
    /// `MDEntryDate(272)`.
    pub date: Option<T>,
    /// `MDEntryTime(273)`.
    pub time: Option<T>,
    /// `TradingSessionID(336)`.
    pub session: Option<T>,
    /// `NumberOfOrders(346)`.
    pub orders: Option<u32>,
    /// `MDEntryPositionNo(290)`.
    pub position: Option<u32>,
    /// `MDPriceLevel(1023)`.
    pub level: Option<u32>,
}

impl<T> Entry<T> {
    /// Nothing known.
    pub const BLANK: Self = Self {
        action: None,
        entry_type: None,
        id: None,
        instrument: Instrument { security_id: None, symbol: None, description: None },
        report_sequence: None,
        price: None,
        size: None,
        date: None,
        time: None,
        session: None,
        orders: None,
        position: None,
        level: None,
    };
}
