//! What the engines do, seen from outside.

// Metrics are counts, and compared exactly.
#![allow(clippy::float_cmp)]

mod agreement;
mod allocations;
mod book;
mod config;
mod feeds;
mod itch_wire;
mod markets;
mod recordings;
mod risk;
mod router;
mod self_trade;
mod strategy;
mod tables;
