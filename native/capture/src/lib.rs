//! Captures of network traffic (pcap, pcapng), taken apart into messages while they stream by.
//!
//! The layers, each in a file of its own, from the outside in:
//!
//! container (records with a time) → link (Ethernet, VLAN tags, …) → IP and its fragments → filter
//! → UDP datagrams, or TCP streams put in order → framing (messages with sequence numbers)
//! → arbitration of lines → columns of messages.
//!
//! A [`Reader`] is fed the bytes of a capture in pieces of any size. What it holds is bounded by
//! constants, whatever the capture says. What is not as it should be becomes a [`Bad`] stretch, and
//! the reader goes on behind it wherever the container says where that is. Checksums are not
//! verified: network cards fill them in after the capture has seen the packet, so that they are
//! wrong in good captures.

mod arbitration;
mod bad;
mod channels;
mod columns;
mod container;
mod counts;
mod filter;
mod fragments;
mod framing;
mod ip;
mod link;
mod options;
mod outlet;
mod packets;
mod reader;
mod sequence;
mod sessions;
mod tcp;

pub use bad::{Bad, Refused};
pub use columns::Columns;
pub use container::Format;
pub use counts::Counts;
pub use framing::Framing;
pub use options::{Options, OptionsError};
pub use reader::Reader;
