//! The books of all markets, by symbol.

use super::Book;
use crate::{LONGEST_SYMBOL, Tick};
use std::collections::HashMap;

/// One market: its book, and what `State` its feed adds.
#[derive(Clone, Debug, Default)]
pub struct Market<State> {
    /// Price levels.
    pub book: Book,
    /// What else the feed tells of it.
    pub state: State,
}

/// Markets under text.
#[derive(Clone, Debug)]
pub struct Books<State> {
    markets: HashMap<String, Market<State>>,
    limit: usize,
}

impl<State: Default> Books<State> {
    /// Room for `limit` symbols, though none is made yet.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { markets: HashMap::new(), limit }
    }

    /// Symbols seen so far.
    #[must_use]
    pub fn symbol_count(&self) -> usize {
        self.markets.len()
    }

    /// Price levels of all books.
    #[must_use]
    pub fn level_count(&self) -> usize {
        self.markets.values().map(|market| market.book.level_count()).sum()
    }

    /// The market of `symbol`, which is made when it is new; `None` where the symbol is too long,
    /// or one too many.
    pub fn market(&mut self, symbol: &str) -> Option<&mut Market<State>> {
        let is_new = !self.markets.contains_key(symbol);
        if symbol.len() > LONGEST_SYMBOL || is_new && self.markets.len() >= self.limit {
            return None;
        }
        // allocates: the key is made again for every look-up, and room for new symbols
        Some(self.markets.entry(symbol.to_owned()).or_default())
    }
}

impl<State> Market<State> {
    /// The market as it is, without a trade.
    #[must_use]
    pub fn tick(&self, halted: bool) -> Tick {
        Tick { top: self.book.top(), print: None, reference_price: None, halted }
    }
}
