//! `engine-json-after`.

use super::{AfterMarket, FAMILY, PROTOCOL};
use crate::after::Engine;
use crate::stages::{PARSE, STAGES, react};
use crate::{COINS, Record, Settings, Tally};
use latprobe_json::{DecodeError, Decoder, KINDS};
use latprobe_sdk::{Message, Metrics, Outcome, Probe, Target};

/// The engine on JSON frames, without allocation.
#[derive(Debug)]
pub struct After {
    decoder: Decoder,
    market: AfterMarket,
    engine: Engine,
    tally: Tally,
}

impl Target for After {
    const NAME: &'static str = "engine-json-after";
    const FAMILY: &'static str = FAMILY;
    const DESCRIPTION: &'static str = "decides on JSON frames with all in place, no allocation";
    const PROTOCOL: &'static str = PROTOCOL;
    const STAGES: &'static [&'static str] = STAGES;
    const KINDS: &'static [&'static str] = KINDS;
    const ERRORS: &'static [&'static str] = DecodeError::NAMES;

    fn create(config: &str) -> Result<Self, String> {
        let settings = Settings::from_json(config, &COINS)?;
        Ok(Self {
            decoder: Decoder::new(),
            market: AfterMarket::new(&settings),
            engine: Engine::new(settings),
            tally: Tally::default(),
        })
    }

    #[inline]
    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        let frame = self.decoder.decode(message.bytes).map_err(DecodeError::reject)?;
        probe.mark_made(PARSE, &frame);
        let effect = self.market.apply(&frame.message);
        let record = react(&mut self.engine, &effect, probe);
        self.tally.count(&record);
        let kind = frame.message.kind();
        probe.understood(kind, &record, Record::fold);
        Ok(kind)
    }

    fn reset(&mut self) {
        self.market.reset();
        self.engine.reset();
        self.tally = Tally::default();
    }

    fn metrics(&self, metrics: &mut Metrics) {
        let sizes = [
            ("symbols", self.market.symbol_count()),
            ("levels", self.market.level_count()),
            ("resting_orders", self.engine.resting_count()),
            ("level_pool_growths", self.market.level_pool_growths()),
        ];
        self.tally.report(&sizes, metrics);
    }
}
