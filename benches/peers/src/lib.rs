//! Work of known length, for every tool the same.

mod chain;

pub use chain::{LENGTHS, chain, product_ticks};
