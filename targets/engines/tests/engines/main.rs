//! What the engines do, seen from outside.

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
