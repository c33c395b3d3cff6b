//! Public crates, used the way someone who knows them would: derived structs that borrow from the
//! frame, one for each kind, chosen by a look at the frame's head.
//!
//! A frame that the derived structs refuse is decided by [`crate::before`], so that the variants
//! agree on every input: one with a name that they do not know or that comes twice, with a bad
//! field, or of kind `other`. The recordings have one such frame in 212,660.

mod route;
mod values;
mod wire;

use crate::message::{Frame, Level};
use route::{Body, Route};
use serde::Deserialize;
use values::Text;
use wire::{AggTrade, BookTicker, Combined, DepthUpdate, MarkPrice, Trade, Wire};

/// A crate that deserialises JSON.
pub trait Library {
    /// Name of its target.
    const NAME: &'static str;
    /// One line on its target for people.
    const DESCRIPTION: &'static str;

    /// Reads a whole text as one `T`, or answers none where it is not one.
    fn read<'frame, T: Deserialize<'frame>>(frame: &'frame [u8]) -> Option<T>;
}

/// `serde_json`.
#[derive(Debug)]
pub struct SerdeJson;

impl Library for SerdeJson {
    const NAME: &'static str = "json-serde";
    const DESCRIPTION: &'static str = "serde_json into derived, borrowed structs";

    fn read<'frame, T: Deserialize<'frame>>(frame: &'frame [u8]) -> Option<T> {
        serde_json::from_slice(frame).ok()
    }
}

/// `sonic-rs`.
#[derive(Debug)]
pub struct SonicRs;

impl Library for SonicRs {
    const NAME: &'static str = "json-sonic";
    const DESCRIPTION: &'static str = "sonic-rs into derived, borrowed structs";

    fn read<'frame, T: Deserialize<'frame>>(frame: &'frame [u8]) -> Option<T> {
        sonic_rs::from_slice(frame).ok()
    }
}

type PeerFrame<'frame> = Frame<Text<'frame>, Vec<Level>>;

/// Decodes a frame of one of the kinds that have a struct; none where it is not quite one.
pub(crate) fn decode<L: Library>(frame: &[u8]) -> Option<PeerFrame<'_>> {
    let Route { combined, body } = route::look(frame)?;
    match body {
        Body::Trade => read::<L, Trade<'_>>(frame, combined),
        Body::AggTrade => read::<L, AggTrade<'_>>(frame, combined),
        Body::BookTicker => read::<L, BookTicker<'_>>(frame, combined),
        Body::DepthUpdate => read::<L, DepthUpdate<'_>>(frame, combined),
        Body::MarkPrice => read::<L, MarkPrice<'_>>(frame, combined),
    }
}

fn read<'frame, L: Library, T: Wire<'frame>>(
    frame: &'frame [u8],
    combined: bool,
) -> Option<PeerFrame<'frame>> {
    let (stream, body) = if combined {
        let Combined { stream, data } = L::read::<Combined<'_, T>>(frame)?;
        (Some(stream), data)
    } else {
        (None, L::read::<T>(frame)?)
    };
    Some(Frame { stream, message: body.message()? })
}
