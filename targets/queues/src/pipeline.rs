//! The target: parse, put into the view, hand on; and elsewhere, decide.

use crate::config::Config;
use crate::desk::Desk;
use crate::queue::{Queue, Sender};
use crate::worker::Worker;
use latprobe_json::{DecodeError, Decoder, Frame, KINDS};
use latprobe_sdk::{Hop, Message, Metrics, Outcome, Probe, Target, Tracker};

/// Indices of the stages.
const PARSE: u32 = 0;
const VIEW: u32 = 1;
pub(crate) const DECIDE: u32 = 2;

/// A target with one of the queues.
pub struct Pipeline<Q: Queue> {
    decoder: Decoder,
    desk: Desk,
    sender: Q::Sender,
    worker: Worker,
    /// Views that the worker gets: those that were handed on and not superseded.
    due: u64,
    superseded: u64,
}

impl<Q: Queue> Target for Pipeline<Q> {
    const NAME: &'static str = Q::NAME;
    const FAMILY: &'static str = "queue";
    const DESCRIPTION: &'static str = Q::DESCRIPTION;
    const PROTOCOL: &'static str = "json";
    const STAGES: &'static [&'static str] = &["parse", "view", "decide"];
    const KINDS: &'static [&'static str] = KINDS;
    const ERRORS: &'static [&'static str] = DecodeError::NAMES;
    const HOPS: &'static [Hop] = &[Hop { name: Q::HOP, stage: DECIDE }];

    fn create(config: &str) -> Result<Self, String> {
        Self::create_tracked(config, Tracker::silent())
    }

    fn create_tracked(config: &str, tracker: Tracker) -> Result<Self, String> {
        let config = Config::from_json(config)?;
        let (sender, receiver) = Q::ends(config.capacity, tracker);
        Ok(Self {
            decoder: Decoder::new(),
            desk: Desk::new(),
            sender,
            worker: Worker::start(receiver, config, tracker)?,
            due: 0,
            superseded: 0,
        })
    }

    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        let parsed = self.decoder.decode(message.bytes);
        probe.mark_made(PARSE, &parsed);
        let frame = parsed.map_err(DecodeError::reject)?;
        let kind = frame.message.kind();
        probe.understood(kind, &frame, Frame::fold);
        let Some(view) = self.desk.take(&frame, probe.sequence()) else {
            return Ok(kind);
        };
        probe.mark_made(VIEW, &view);
        let more = self.sender.send(view, || self.worker.is_alive());
        self.due += more;
        self.superseded += 1 - more;
        Ok(kind)
    }

    fn drain(&mut self) {
        self.worker.wait_for(self.due);
    }

    fn reset(&mut self) {
        self.drain();
        self.desk.clear();
        self.worker.reset();
        self.superseded = 0;
    }

    fn metrics(&self, metrics: &mut Metrics) {
        let (bought, sold) = self.worker.decisions();
        metrics.report("bought", bought as f64);
        metrics.report("sold", sold as f64);
        metrics.report("superseded", self.superseded as f64);
    }
}
