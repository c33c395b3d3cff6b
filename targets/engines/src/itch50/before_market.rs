//! The markets that an ITCH feed tells of, under text.

use crate::before::Books;
use crate::itch50::Halts;
use crate::stages::Effect;
use crate::{Print, Settings, Side, Tick};
use latprobe_itch50::before::OwnedMessage;
use std::collections::HashMap;

/// An order that stands in the book of the market.
#[derive(Debug)]
struct MarketOrder {
    symbol: String,
    side: Side,
    price: i64,
    shares: i64,
}

/// Books, orders and halts.
#[derive(Debug)]
pub struct BeforeMarket {
    symbols: HashMap<u16, String>,
    books: Books<Halts>,
    orders: HashMap<u64, MarketOrder>,
}

impl BeforeMarket {
    /// Markets without orders.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let books = Books::new(settings.symbols);
        Self { symbols: HashMap::new(), books, orders: HashMap::new() }
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

    /// Orders of the market.
    #[must_use]
    pub fn order_count(&self) -> usize {
        self.orders.len()
    }

    /// Puts a message in the books.
    pub fn apply(&mut self, message: OwnedMessage) -> Effect<String> {
        let applied = match message {
            OwnedMessage::AddOrder(add) => {
                let symbol = self.symbol(add.stock_locate, add.stock);
                self.add(symbol, add.order_ref, add.side.into(), add.shares, add.price)
            }
            OwnedMessage::AddOrderMpid(add) => {
                let symbol = self.symbol(add.stock_locate, add.stock);
                self.add(symbol, add.order_ref, add.side.into(), add.shares, add.price)
            }
            OwnedMessage::OrderExecuted(execution) => {
                self.execute(execution.order_ref, execution.executed_shares, None)
            }
            OwnedMessage::OrderExecutedWithPrice(execution) => self.execute(
                execution.order_ref,
                execution.executed_shares,
                Some(execution.execution_price),
            ),
            OwnedMessage::OrderCancel(cancel) => {
                self.reduce(cancel.order_ref, cancel.cancelled_shares)
            }
            OwnedMessage::OrderDelete(delete) => self.reduce(delete.order_ref, u32::MAX),
            OwnedMessage::OrderReplace(replace) => self.replace(
                replace.original_order_ref,
                replace.new_order_ref,
                replace.shares,
                replace.price,
            ),
            other => self.apply_rare(other),
        };
        applied.unwrap_or(Effect::Unmatched)
    }

    /// Messages that are about no displayed order.
    fn apply_rare(&mut self, message: OwnedMessage) -> Option<Effect<String>> {
        match message {
            OwnedMessage::StockDirectory(stock) => {
                self.symbol(stock.stock_locate, stock.stock).map(|_| Effect::Noted)
            }
            OwnedMessage::TradingAction(action) => {
                let symbol = self.symbol(action.stock_locate, action.stock)?;
                let halts = &mut self.books.market(&symbol)?.state;
                halts.trading_action(byte(action.trading_state));
                self.tick(symbol, None, None)
            }
            OwnedMessage::OperationalHalt(halt) => {
                let symbol = self.symbol(halt.stock_locate, halt.stock)?;
                let halts = &mut self.books.market(&symbol)?.state;
                if !halts.operational_halt(byte(halt.market_code), byte(halt.halt_action)) {
                    return Some(Effect::Noted);
                }
                self.tick(symbol, None, None)
            }
            OwnedMessage::Trade(trade) => {
                let symbol = self.symbol(trade.stock_locate, trade.stock)?;
                // The side on the wire is always buy, whoever took.
                let print = Print::new(trade.price.into(), trade.shares.into(), None);
                self.tick(symbol, print, None)
            }
            OwnedMessage::CrossTrade(cross) => {
                let symbol = self.symbol(cross.stock_locate, cross.stock)?;
                // A cross in which nothing matched has no price.
                if cross.shares == 0 {
                    return Some(Effect::Noted);
                }
                self.tick(symbol, None, Some(cross.cross_price.into()))
            }
            _ => Some(Effect::NotForUs),
        }
    }

    /// The symbol at `locate`, which is `stock` when it is new.
    fn symbol(&mut self, locate: u16, stock: String) -> Option<String> {
        if !self.symbols.contains_key(&locate) {
            self.books.market(&stock)?;
            // allocates: room is made little by little
            self.symbols.insert(locate, stock);
        }
        // allocates: the symbol is cloned for each message
        self.symbols.get(&locate).cloned()
    }

    fn tick(
        &mut self,
        symbol: String,
        print: Option<Print>,
        reference_price: Option<i64>,
    ) -> Option<Effect<String>> {
        let market = self.books.market(&symbol)?;
        let tick = market.tick(market.state.halted());
        Some(Effect::Tick(symbol, Tick { print, reference_price, ..tick }))
    }

    fn add(
        &mut self,
        symbol: Option<String>,
        order_ref: u64,
        side: Side,
        shares: u32,
        price: u32,
    ) -> Option<Effect<String>> {
        let symbol = symbol?;
        self.insert(&symbol, order_ref, side, shares, price)?;
        self.tick(symbol, None, None)
    }

    /// Puts an order in the table and its shares in the book; `None` where that cannot be.
    fn insert(
        &mut self,
        symbol: &str,
        order_ref: u64,
        side: Side,
        shares: u32,
        price: u32,
    ) -> Option<()> {
        if shares == 0 || self.orders.contains_key(&order_ref) {
            return None;
        }
        let (price, shares) = (i64::from(price), i64::from(shares));
        // allocates: each order owns its symbol
        let symbol_of_order = symbol.to_owned();
        let order = MarketOrder { symbol: symbol_of_order, side, price, shares };
        // allocates: room is made little by little
        self.orders.insert(order_ref, order);
        self.books.market(symbol)?.book.change(side, price, shares);
        Some(())
    }

    /// Takes shares off an order and its level; answers the order as it was, and how many it had.
    fn take(&mut self, order_ref: u64, shares: u32) -> Option<(MarketOrder, i64)> {
        let stands = self.orders.get_mut(&order_ref)?;
        // allocates: the symbol is cloned to look its book up
        let symbol = stands.symbol.clone();
        let order = MarketOrder { symbol, ..*stands };
        let taken = order.shares.min(shares.into());
        stands.shares -= taken;
        if stands.shares == 0 {
            self.orders.remove(&order_ref);
        }
        self.books.market(&order.symbol)?.book.change(order.side, order.price, -taken);
        Some((order, taken))
    }

    fn reduce(&mut self, order_ref: u64, shares: u32) -> Option<Effect<String>> {
        let (order, _) = self.take(order_ref, shares)?;
        self.tick(order.symbol, None, None)
    }

    fn execute(
        &mut self,
        order_ref: u64,
        shares: u32,
        price: Option<u32>,
    ) -> Option<Effect<String>> {
        let (order, quantity) = self.take(order_ref, shares)?;
        let price = price.map_or(order.price, i64::from);
        let print = Print::new(price, quantity, Some(order.side.opposite()));
        self.tick(order.symbol, print, None)
    }

    fn replace(
        &mut self,
        original_ref: u64,
        new_ref: u64,
        shares: u32,
        price: u32,
    ) -> Option<Effect<String>> {
        let (order, _) = self.take(original_ref, u32::MAX)?;
        // The old order is gone, whether or not the new one can stand.
        let _ = self.insert(&order.symbol, new_ref, order.side, shares, price);
        self.tick(order.symbol, None, None)
    }
}

/// A code as the parser hands it on, back on the wire: characters up to 255 are bytes there.
fn byte(code: char) -> u8 {
    u8::try_from(code).unwrap_or_default()
}
