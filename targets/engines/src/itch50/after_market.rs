//! The markets that an ITCH feed tells of, without allocation.

use crate::after::{Book, LevelPool, MarketOrder, OrderTable, SymbolTable};
use crate::itch50::Halts;
use crate::stages::Effect;
use crate::{Print, Settings, Side, Tick};
use latprobe_itch50::Message;

/// Marks a stock locate that no symbol has yet.
const NO_SYMBOL: u32 = u32::MAX;

/// One market: its book, and whether it is halted.
#[derive(Clone, Copy, Debug, Default)]
struct Market {
    book: Book,
    halts: Halts,
}

/// Books, orders and halts. A stock locate keeps the first symbol that it comes with.
#[derive(Clone, Debug)]
pub struct AfterMarket {
    symbols: SymbolTable,
    /// Number of the symbol of each stock locate.
    locates: Vec<u32>,
    markets: Vec<Market>,
    orders: OrderTable,
    pool: LevelPool,
}

impl AfterMarket {
    /// Markets without orders.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            symbols: SymbolTable::new(settings.symbols),
            locates: vec![NO_SYMBOL; 1 << 16],
            markets: vec![Market::default(); settings.symbols],
            orders: OrderTable::new(settings.orders),
            pool: LevelPool::new(settings.levels),
        }
    }

    /// Back to markets without orders, keeping memory.
    pub fn reset(&mut self) {
        self.symbols.clear();
        self.locates.fill(NO_SYMBOL);
        self.markets.fill(Market::default());
        self.orders.clear();
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

    /// Orders of the market.
    #[must_use]
    pub const fn order_count(&self) -> usize {
        self.orders.len()
    }

    /// How often the order table and the level pool had to be made larger.
    #[must_use]
    pub const fn growths(&self) -> (usize, usize) {
        (self.orders.growths(), self.pool.growths())
    }

    /// Puts a message in the books.
    #[inline]
    pub fn apply(&mut self, message: &Message) -> Effect<usize> {
        match message {
            Message::AddOrder(add) => {
                let symbol = self.symbol(add.stock_locate, add.stock);
                self.add(symbol, add.order_ref, add.side.into(), add.shares, add.price)
            }
            Message::AddOrderMpid(add) => {
                let symbol = self.symbol(add.stock_locate, add.stock);
                self.add(symbol, add.order_ref, add.side.into(), add.shares, add.price)
            }
            Message::OrderExecuted(execution) => {
                self.execute(execution.order_ref, execution.executed_shares, None)
            }
            Message::OrderExecutedWithPrice(execution) => self.execute(
                execution.order_ref,
                execution.executed_shares,
                Some(execution.execution_price),
            ),
            Message::OrderCancel(cancel) => self.reduce(cancel.order_ref, cancel.cancelled_shares),
            Message::OrderDelete(delete) => self.reduce(delete.order_ref, u32::MAX),
            Message::OrderReplace(replace) => self.replace(
                replace.original_order_ref,
                replace.new_order_ref,
                replace.shares,
                replace.price,
            ),
            other => self.apply_rare(other),
        }
    }

    /// Messages that are about no displayed order.
    fn apply_rare(&mut self, message: &Message) -> Effect<usize> {
        match message {
            Message::StockDirectory(stock) => match self.symbol(stock.stock_locate, stock.stock) {
                Some(_) => Effect::Noted,
                None => Effect::Unmatched,
            },
            Message::TradingAction(action) => {
                self.halt(action.stock_locate, action.stock, |halts| {
                    halts.trading_action(action.trading_state);
                    true
                })
            }
            Message::OperationalHalt(halt) => self.halt(halt.stock_locate, halt.stock, |halts| {
                halts.operational_halt(halt.market_code, halt.halt_action)
            }),
            Message::Trade(trade) => match self.symbol(trade.stock_locate, trade.stock) {
                Some(symbol) => {
                    let (price, quantity) = (i64::from(trade.price), i64::from(trade.shares));
                    // The side on the wire is always buy, whoever took.
                    let print = Print::new(price, quantity, None);
                    Effect::Tick(symbol, Tick { print, ..self.tick(symbol) })
                }
                None => Effect::Unmatched,
            },
            Message::CrossTrade(cross) => match self.symbol(cross.stock_locate, cross.stock) {
                // A cross in which nothing matched has no price.
                Some(_) if cross.shares == 0 => Effect::Noted,
                Some(symbol) => {
                    let reference_price = Some(i64::from(cross.cross_price));
                    Effect::Tick(symbol, Tick { reference_price, ..self.tick(symbol) })
                }
                None => Effect::Unmatched,
            },
            _ => Effect::NotForUs,
        }
    }

    /// The number of the symbol at `locate`, which is `stock` when it is new.
    #[inline]
    fn symbol(&mut self, locate: u16, stock: [u8; 8]) -> Option<usize> {
        match self.locates[usize::from(locate)] {
            NO_SYMBOL => self.new_symbol(locate, stock),
            number => Some(number as usize),
        }
    }

    #[cold]
    #[allow(clippy::cast_possible_truncation)] // the settings allow a million symbols
    fn new_symbol(&mut self, locate: u16, stock: [u8; 8]) -> Option<usize> {
        let symbol = self.symbols.number(unpadded(&stock))?;
        self.locates[usize::from(locate)] = symbol as u32;
        Some(symbol)
    }

    #[inline]
    fn tick(&self, symbol: usize) -> Tick {
        let market = &self.markets[symbol];
        Tick {
            top: market.book.top(&self.pool),
            print: None,
            reference_price: None,
            halted: market.halts.halted(),
        }
    }

    #[inline]
    fn change(&mut self, symbol: usize, side: Side, price: u32, change: i64) {
        self.markets[symbol].book.change(&mut self.pool, side, price.into(), change);
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation)] // the settings allow a million symbols
    fn add(
        &mut self,
        symbol: Option<usize>,
        order_ref: u64,
        side: Side,
        shares: u32,
        price: u32,
    ) -> Effect<usize> {
        let Some(symbol) = symbol else { return Effect::Unmatched };
        let order = MarketOrder { symbol: symbol as u32, side, price, shares };
        if shares == 0 || !self.orders.insert(order_ref, order) {
            return Effect::Unmatched;
        }
        self.change(symbol, side, price, shares.into());
        Effect::Tick(symbol, self.tick(symbol))
    }

    /// Takes shares off an order and its level; answers the order as it was, and how many it had.
    #[inline]
    fn take(&mut self, order_ref: u64, shares: u32) -> Option<(MarketOrder, i64)> {
        let order = self.orders.reduce(order_ref, shares)?;
        let taken = i64::from(shares.min(order.shares));
        self.change(order.symbol as usize, order.side, order.price, -taken);
        Some((order, taken))
    }

    #[inline]
    fn reduce(&mut self, order_ref: u64, shares: u32) -> Effect<usize> {
        match self.take(order_ref, shares) {
            Some((order, _)) => {
                Effect::Tick(order.symbol as usize, self.tick(order.symbol as usize))
            }
            None => Effect::Unmatched,
        }
    }

    #[inline]
    fn execute(&mut self, order_ref: u64, shares: u32, price: Option<u32>) -> Effect<usize> {
        let Some((order, quantity)) = self.take(order_ref, shares) else {
            return Effect::Unmatched;
        };
        let symbol = order.symbol as usize;
        let price = i64::from(price.unwrap_or(order.price));
        let print = Print::new(price, quantity, Some(order.side.opposite()));
        Effect::Tick(symbol, Tick { print, ..self.tick(symbol) })
    }

    #[inline]
    fn replace(
        &mut self,
        original_ref: u64,
        new_ref: u64,
        shares: u32,
        price: u32,
    ) -> Effect<usize> {
        let Some((order, _)) = self.take(original_ref, u32::MAX) else {
            return Effect::Unmatched;
        };
        let symbol = order.symbol as usize;
        if shares > 0 && self.orders.insert(new_ref, MarketOrder { price, shares, ..order }) {
            self.change(symbol, order.side, price, shares.into());
        }
        Effect::Tick(symbol, self.tick(symbol))
    }

    /// Takes in a halt; `change` answers whether it is one of this market.
    fn halt(
        &mut self,
        locate: u16,
        stock: [u8; 8],
        change: impl FnOnce(&mut Halts) -> bool,
    ) -> Effect<usize> {
        let Some(symbol) = self.symbol(locate, stock) else { return Effect::Unmatched };
        if change(&mut self.markets[symbol].halts) {
            Effect::Tick(symbol, self.tick(symbol))
        } else {
            Effect::Noted
        }
    }
}

/// A symbol without the spaces that ITCH puts behind it.
fn unpadded(stock: &[u8]) -> &[u8] {
    let padding = stock.iter().rev().take_while(|&&byte| byte == b' ').count();
    &stock[..stock.len() - padding]
}
