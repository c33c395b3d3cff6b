//! The engine as people write it first: correct, and clear enough, and it allocates everywhere.
//!
//! What it does wrong is named here, and marked at its line with `allocates:`.
//!
//! - [`SpreadWindow::mean`] collects the window into a vector, and clones that for its sum.
//! - [`Router::choose`] clones the keys of the active routes to pick one, and that one to remember
//!   it.
//! - [`Account::crossed`] collects the orders that a new one would trade with, and clones the id of
//!   each.
//! - [`Engine`] finds an account by a clone of its symbol, and names each order by formatting text.
//! - [`Books`] find a market by a clone of its symbol, too, and keep its levels in trees.
//! - [`itch50::BeforeMarket`](crate::itch50::BeforeMarket) clones the symbol for every message and
//!   every order.
//! - Queues, lists and maps start without room, and make it as they fill.
//! - The parsers under it make owned text of every field.

mod account;
mod book;
mod books;
mod engine;
mod router;
mod spread_window;

pub use account::{Account, OwnOrder};
pub use book::Book;
pub use books::{Books, Market};
pub use engine::Engine;
pub use router::Router;
pub use spread_window::SpreadWindow;
