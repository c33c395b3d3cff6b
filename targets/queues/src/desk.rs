//! The market-data side: what the messages so far say of each symbol.

use crate::symbols::{CAPACITY, Symbols};
use crate::view::View;
use latprobe_json::{BorrowedFrame, BorrowedMessage};

/// The views of all symbols.
pub(crate) struct Desk {
    symbols: Symbols,
    views: Box<[View]>,
}

impl Desk {
    pub fn new() -> Self {
        Self { symbols: Symbols::new(), views: vec![View::default(); CAPACITY].into() }
    }

    /// Takes in a frame; answers the symbol's view where it has one.
    pub fn take(&mut self, frame: &BorrowedFrame<'_>, sequence: u64) -> Option<View> {
        let symbol = match &frame.message {
            BorrowedMessage::Trade(trade) => trade.symbol,
            BorrowedMessage::AggTrade(trade) => trade.symbol,
            BorrowedMessage::BookTicker(ticker) => ticker.symbol,
            BorrowedMessage::DepthUpdate(update) => update.symbol,
            BorrowedMessage::MarkPrice(mark) => mark.symbol,
            BorrowedMessage::Other => return None,
        };
        let number = self.symbols.number(symbol)?;
        let view = &mut self.views[number];
        match &frame.message {
            BorrowedMessage::Trade(trade) => view.last_e8 = trade.price_e8,
            BorrowedMessage::AggTrade(trade) => view.last_e8 = trade.price_e8,
            BorrowedMessage::BookTicker(ticker) => {
                view.bid_e8 = ticker.bid_price_e8;
                view.ask_e8 = ticker.ask_price_e8;
            }
            BorrowedMessage::MarkPrice(mark) => view.mark_e8 = mark.mark_price_e8,
            // The touch is known from the tickers; a deeper level does not move it.
            BorrowedMessage::DepthUpdate(_) | BorrowedMessage::Other => {}
        }
        view.sequence = sequence;
        view.symbol = number as u64;
        Some(*view)
    }

    pub fn clear(&mut self) {
        self.symbols.clear();
        self.views.fill(View::default());
    }
}
