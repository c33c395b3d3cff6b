//! Driving a target from a unit test.

use crate::{Message, Metrics, Outcome, Probe, Target};
use latprobe_abi::{KindDigest, MAX_KINDS, MAX_STAGES, MODE_DIGEST};
use std::ptr::null_mut;

/// Hands messages to a target as the driver does, and keeps what it says of them.
///
/// ```
/// # use latprobe_sdk::{Kind, Message, Outcome, Probe, Rehearsal, Target};
/// # struct Echo;
/// # impl Target for Echo {
/// #     const NAME: &'static str = "echo";
/// #     const FAMILY: &'static str = "echo";
/// #     const STAGES: &'static [&'static str] = &["parse"];
/// #     const KINDS: &'static [&'static str] = &["any"];
/// #     fn create(_config: &str) -> Result<Self, String> { Ok(Self) }
/// #     fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
/// #         probe.mark(0);
/// #         probe.understood(Kind(0), message.bytes, |bytes, digest| digest.bytes(bytes));
/// #         Ok(Kind(0))
/// #     }
/// #     fn reset(&mut self) {}
/// # }
/// let mut rehearsal = Rehearsal::<Echo>::new("{}").unwrap();
/// assert_eq!(rehearsal.message(b"hello"), Ok(Kind(0)));
/// assert_eq!(rehearsal.marked(), ["parse"]);
/// assert_eq!(rehearsal.digests()[0].1.count, 1);
/// ```
pub struct Rehearsal<T> {
    target: T,
    digests: Box<[KindDigest]>,
    stamps: [u64; MAX_STAGES],
    sequence: u64,
}

impl<T: Target> Rehearsal<T> {
    /// Makes the target from `config`, a JSON object.
    ///
    /// # Errors
    ///
    /// As [`Target::create`].
    pub fn new(config: &str) -> Result<Self, String> {
        Ok(Self {
            target: T::create(config)?,
            digests: vec![KindDigest::default(); MAX_KINDS].into(),
            stamps: [0; MAX_STAGES],
            sequence: 0,
        })
    }

    /// Hands over one message, received in 1970. Other threads of the target may be at it when this
    /// returns: see [`Rehearsal::drain`].
    ///
    /// # Errors
    ///
    /// As [`Target::on_message`].
    pub fn message(&mut self, bytes: &[u8]) -> Outcome {
        let mut probe = Probe(latprobe_abi::Probe {
            mode: MODE_DIGEST,
            timed: u32::MAX,
            observe: None,
            context: null_mut(),
            digests: self.digests.as_mut_ptr(),
            stamps: [0; MAX_STAGES],
            sequence: self.sequence,
        });
        self.sequence += 1;
        let outcome = self.target.on_message(Message { bytes, recv_ns: 0 }, &mut probe);
        self.stamps = probe.0.stamps;
        outcome
    }

    /// Waits until all messages are finished.
    pub fn drain(&mut self) {
        self.target.drain();
    }

    /// The stages that the last message came through.
    #[must_use]
    pub fn marked(&self) -> Vec<&'static str> {
        let marked = T::STAGES.iter().zip(self.stamps).filter(|&(_, stamp)| stamp != 0);
        marked.map(|(&stage, _)| stage).collect()
    }

    /// The digest of each kind so far, by name.
    #[must_use]
    pub fn digests(&self) -> Vec<(&'static str, KindDigest)> {
        T::KINDS.iter().copied().zip(self.digests.iter().copied()).collect()
    }

    /// The target's own figures.
    #[must_use]
    pub fn metrics(&self) -> Vec<(&'static str, f64)> {
        let mut metrics = Metrics::default();
        self.target.metrics(&mut metrics);
        metrics.values
    }

    /// The target itself.
    pub fn target(&mut self) -> &mut T {
        &mut self.target
    }
}
