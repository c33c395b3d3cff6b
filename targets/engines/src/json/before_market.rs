//! The markets that JSON frames tell of, under text.

use crate::before::Books;
use crate::json::{Sequence, print, top};
use crate::stages::Effect;
use crate::{Print, Settings, Side, Tick};
use latprobe_json::{BookTicker, DepthUpdate, Level, Message, OwnedMessage};

/// Books by symbol.
#[derive(Clone, Debug)]
pub struct BeforeMarket {
    books: Books<Sequence>,
}

impl BeforeMarket {
    /// Markets without levels.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self { books: Books::new(settings.symbols) }
    }

    /// Symbols seen so far.
    #[must_use]
    pub fn symbol_count(&self) -> usize {
        self.books.symbol_count()
    }

    /// Price levels of all books.
    #[must_use]
    pub fn level_count(&self) -> usize {
        self.books.level_count()
    }

    /// Puts a message in the books.
    pub fn apply(&mut self, message: OwnedMessage) -> Effect<String> {
        let effect = match message {
            Message::BookTicker(ticker) => self.ticker(ticker),
            Message::Trade(trade) => {
                let print = print(trade.price_e8, trade.quantity_e8, trade.buyer_is_maker);
                self.price(trade.symbol, print, None)
            }
            Message::AggTrade(trade) => {
                let print = print(trade.price_e8, trade.quantity_e8, trade.buyer_is_maker);
                self.price(trade.symbol, print, None)
            }
            Message::DepthUpdate(update) => self.depth(update),
            Message::MarkPrice(mark) => self.price(mark.symbol, None, Some(mark.mark_price_e8)),
            Message::Other => Some(Effect::NotForUs),
        };
        effect.unwrap_or(Effect::Unmatched)
    }

    fn ticker(&mut self, ticker: BookTicker<String>) -> Option<Effect<String>> {
        let market = self.books.market(&ticker.symbol)?;
        let top = top(&ticker);
        if !market.state.ticker(ticker.update_id, &top) {
            return Some(Effect::Noted);
        }
        market.book.set_top(&top);
        Some(Effect::Tick(ticker.symbol, market.tick(false)))
    }

    fn depth(&mut self, update: DepthUpdate<String, Vec<Level>>) -> Option<Effect<String>> {
        let market = self.books.market(&update.symbol)?;
        if !market.state.depth(update.last_update_id) {
            return Some(Effect::Noted);
        }
        for (side, levels) in [(Side::Buy, update.bids), (Side::Sell, update.asks)] {
            for level in levels {
                market.book.set(side, level.price_e8, level.quantity_e8);
            }
        }
        if let Some(top) = market.state.newer_top() {
            market.book.set_top(top);
        }
        Some(Effect::Tick(update.symbol, market.tick(false)))
    }

    fn price(
        &mut self,
        symbol: String,
        print: Option<Print>,
        reference_price: Option<i64>,
    ) -> Option<Effect<String>> {
        let market = self.books.market(&symbol)?;
        let tick = Tick { print, reference_price, ..market.tick(false) };
        Some(Effect::Tick(symbol, tick))
    }
}
