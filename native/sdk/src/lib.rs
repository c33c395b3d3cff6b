//! Write a target for latprobe in Rust.
//!
//! A target is a type that implements [`Target`], in a crate of type `cdylib` that exports it:
//!
//! ```
//! use latprobe_sdk::{Kind, Message, Outcome, Probe, Reject, Target, export_targets};
//!
//! struct Prices {
//!     last: u32,
//! }
//!
//! impl Target for Prices {
//!     const NAME: &'static str = "prices";
//!     const FAMILY: &'static str = "prices";
//!     const STAGES: &'static [&'static str] = &["parse", "store"];
//!     const KINDS: &'static [&'static str] = &["price"];
//!     const ERRORS: &'static [&'static str] = &["too short"];
//!
//!     fn create(_config: &str) -> Result<Self, String> {
//!         Ok(Self { last: 0 })
//!     }
//!
//!     fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
//!         let price = match message.bytes.first_chunk::<4>() {
//!             Some(bytes) => u32::from_be_bytes(*bytes),
//!             None => return Err(Reject(0)),
//!         };
//!         probe.mark(0);
//!         self.last = price;
//!         probe.mark(1);
//!         probe.understood(Kind(0), &price, |price, digest| digest.integer(i64::from(*price)));
//!         Ok(Kind(0))
//!     }
//!
//!     fn reset(&mut self) {
//!         self.last = 0;
//!     }
//! }
//!
//! export_targets![Prices];
//! ```
//!
//! A target whose messages go on to other threads declares the queues between them as [`Hop`]s, and its
//! threads say what they do on a [`Tracker`].
//!
//! A [`Rehearsal`] drives a target from a unit test, without latprobe.

mod allocator;
mod export;
mod probe;
mod rehearsal;
mod target;
mod tracker;

pub use allocator::CountedAllocator;
#[doc(hidden)]
pub use export::{TargetTable, entry, leak_table};
pub use probe::{Digest, Probe};
pub use rehearsal::Rehearsal;
pub use target::{Kind, Message, Metrics, Outcome, Reject, Target};
pub use tracker::{Hop, Tracker};
