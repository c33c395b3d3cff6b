//! The markets that JSON frames tell of, without allocation.

use crate::after::{Book, LevelPool, SymbolTable};
use crate::json::{Sequence, print, top};
use crate::stages::Effect;
use crate::{Print, Settings, Side, Tick};
use latprobe_json::{BookTicker, BorrowedMessage, DepthUpdate, Level, Message};

/// One market: its book, and what it was last told.
#[derive(Clone, Copy, Debug, Default)]
struct Market {
    book: Book,
    sequence: Sequence,
}

/// Books by number of their symbol.
#[derive(Clone, Debug)]
pub struct AfterMarket {
    symbols: SymbolTable,
    markets: Vec<Market>,
    pool: LevelPool,
}

impl AfterMarket {
    /// Markets without levels.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            symbols: SymbolTable::new(settings.symbols),
            markets: vec![Market::default(); settings.symbols],
            pool: LevelPool::new(settings.levels),
        }
    }

    /// Back to markets without levels, keeping memory.
    pub fn reset(&mut self) {
        self.symbols.clear();
        self.markets.fill(Market::default());
        self.pool.clear();
    }

    /// Symbols seen so far.
    #[must_use]
    pub const fn symbol_count(&self) -> usize {
        self.symbols.len()
    }

    /// Price levels of all books.
    #[must_use]
    pub fn level_count(&self) -> usize {
        self.markets.iter().map(|market| market.book.level_count()).sum()
    }

    /// How often the level pool had to be made larger.
    #[must_use]
    pub const fn level_pool_growths(&self) -> usize {
        self.pool.growths()
    }

    /// Puts a message in the books.
    #[inline]
    pub fn apply(&mut self, message: &BorrowedMessage<'_>) -> Effect<usize> {
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

    #[inline]
    fn ticker(&mut self, ticker: &BookTicker<&str>) -> Option<Effect<usize>> {
        let symbol = self.symbols.number(ticker.symbol.as_bytes())?;
        let market = &mut self.markets[symbol];
        let top = top(ticker);
        if !market.sequence.ticker(ticker.update_id, &top) {
            return Some(Effect::Noted);
        }
        market.book.set_top(&mut self.pool, &top);
        Some(self.tick(symbol, None, None))
    }

    fn depth(&mut self, update: &DepthUpdate<&str, &[Level]>) -> Option<Effect<usize>> {
        let symbol = self.symbols.number(update.symbol.as_bytes())?;
        let Market { book, sequence } = &mut self.markets[symbol];
        if !sequence.depth(update.last_update_id) {
            return Some(Effect::Noted);
        }
        for (side, levels) in [(Side::Buy, update.bids), (Side::Sell, update.asks)] {
            for level in levels {
                book.set(&mut self.pool, side, level.price_e8, level.quantity_e8);
            }
        }
        if let Some(top) = sequence.newer_top() {
            book.set_top(&mut self.pool, top);
        }
        Some(self.tick(symbol, None, None))
    }

    #[inline]
    fn price(
        &mut self,
        symbol: &str,
        print: Option<Print>,
        reference_price: Option<i64>,
    ) -> Option<Effect<usize>> {
        let symbol = self.symbols.number(symbol.as_bytes())?;
        Some(self.tick(symbol, print, reference_price))
    }

    #[inline]
    fn tick(
        &self,
        symbol: usize,
        print: Option<Print>,
        reference_price: Option<i64>,
    ) -> Effect<usize> {
        let top = self.markets[symbol].book.top(&self.pool);
        Effect::Tick(symbol, Tick { top, print, reference_price, halted: false })
    }
}
