//! The engine as it should be: nothing is allocated between the first message and the last.
//!
//! All storage is made with the engine, and indexed by small integers: symbols by a number given
//! at first sight, price levels in blocks of one pool, orders of the market in one table, own
//! orders in place. Two stores grow where the market needs more than the configuration foresaw,
//! and metrics count how often: the [`LevelPool`] and the [`OrderTable`].

mod account;
mod book;
mod engine;
mod ladder;
mod level_pool;
mod order_table;
mod resting_list;
mod router;
mod spread_window;
mod symbol_table;

pub use account::Account;
pub use book::Book;
pub use engine::Engine;
pub use ladder::Ladder;
pub use level_pool::{Level, LevelPool};
pub use order_table::{MarketOrder, OrderTable};
pub use resting_list::{OwnOrder, RestingList};
pub use router::Router;
pub use spread_window::SpreadWindow;
pub use symbol_table::SymbolTable;
