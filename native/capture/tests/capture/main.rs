//! Captures made by hand, read in every way that users have them.

mod chunks;
mod containers;
mod fragments;
mod framings;
mod lines;
mod packets;
mod streams;
mod support;
