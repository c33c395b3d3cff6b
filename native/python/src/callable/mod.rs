//! Python callables as targets.
//!
//! The passes drive them as they drive any target, through one function, with the interpreter's lock
//! held: between two messages no Python code runs that is not the target's.

mod allocator;
mod answer;
mod argument;
mod collector;
mod failure;
mod fold;
mod handler;
mod mark;
mod names;
mod narrator;
mod target;
mod vectorcall;

pub use allocator::CountedInterpreter;
pub use collector::{CollectorRuns, WatchedCollector};
pub use mark::add_mark;
pub use narrator::{Told, sizes, tell};
pub use target::Callables;
