//! What a target is.

use crate::{Hop, Probe, Tracker};

/// A message of a feed, as it was received.
#[derive(Clone, Copy, Debug)]
pub struct Message<'feed> {
    /// The payload; where it lies is the driver's affair, and it may lie at any alignment.
    pub bytes: &'feed [u8],
    /// When it was received, in nanoseconds since 1970 (UTC), as recorded.
    pub recv_ns: i64,
}

/// What a message was: an index into [`Target::KINDS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(pub u32);

/// Why a message was not understood: an index into [`Target::ERRORS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reject(pub u32);

/// What [`Target::on_message`] says of a message.
pub type Outcome = Result<Kind, Reject>;

/// The code under test.
///
/// Each instance is driven by one thread, the market-data thread, one message at a time.
pub trait Target: Sized {
    /// Unique in its library: `itch50-after`.
    const NAME: &'static str;
    /// Targets of one family must understand a feed alike; their digests are compared.
    const FAMILY: &'static str;
    /// One line for people.
    const DESCRIPTION: &'static str = "";
    /// Protocol of the feeds that it reads (`json`, `itch50`, `fix`); empty: any.
    const PROTOCOL: &'static str = "";
    /// In the order in which a message passes them; at most 32. A stage ends at its
    /// [`Probe::mark`], and starts where the one before it ended.
    const STAGES: &'static [&'static str];
    /// Message kinds; at most 64.
    const KINDS: &'static [&'static str];
    /// Reasons for which a message is not understood; at most 64.
    const ERRORS: &'static [&'static str] = &[];
    /// Queues that a message may pass from one thread to another, in the order in which it comes to
    /// them; at most 8. A target that has any makes its threads in [`Target::create_tracked`] and
    /// implements [`Target::drain`].
    const HOPS: &'static [Hop] = &[];

    /// Makes an instance from the scenario's `[target.config]`, given as a JSON object.
    ///
    /// # Errors
    ///
    /// What is wrong with `config`, in words for the scenario's author.
    fn create(config: &str) -> Result<Self, String>;

    /// The same with `tracker`, on which the target's other threads say what they do. This is what
    /// the driver calls, on the CPUs that are for those threads: they start on them.
    ///
    /// # Errors
    ///
    /// As [`Target::create`].
    fn create_tracked(config: &str, tracker: Tracker) -> Result<Self, String> {
        let _ = tracker;
        Self::create(config)
    }

    /// Handles one message.
    ///
    /// # Errors
    ///
    /// The reason for which it was not understood. The driver counts it and goes on.
    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome;

    /// Back to the state after [`Target::create`], keeping memory: called where a feed starts anew.
    fn reset(&mut self);

    /// Returns when every message handed over so far has been finished, superseded or dropped.
    fn drain(&mut self) {}

    /// Reports figures of the target's own at the end of a pass.
    fn metrics(&self, metrics: &mut Metrics) {
        let _ = metrics;
    }
}

/// Named figures of a target's own.
#[derive(Debug, Default)]
pub struct Metrics {
    pub(crate) values: Vec<(&'static str, f64)>,
}

impl Metrics {
    /// Adds a figure. A name over 47 bytes is cut.
    pub fn report(&mut self, name: &'static str, value: f64) {
        self.values.push((name, value));
    }
}
