//! `engine-json-before`.

use super::{BeforeMarket, FAMILY, PROTOCOL};
use crate::before::Engine;
use crate::stages::{PARSE, STAGES, react};
use crate::{COINS, Record, Settings, Tally};
use latprobe_json::before::decode;
use latprobe_json::{DecodeError, KINDS};
use latprobe_sdk::{Message, Metrics, Outcome, Probe, Target};

/// The engine on JSON frames, as people write it first.
#[derive(Debug)]
pub struct Before {
    market: BeforeMarket,
    engine: Engine,
    tally: Tally,
    settings: Settings,
}

impl Target for Before {
    const NAME: &'static str = "engine-json-before";
    const FAMILY: &'static str = FAMILY;
    const DESCRIPTION: &'static str = "decides on JSON frames with maps of strings and clones";
    const PROTOCOL: &'static str = PROTOCOL;
    const STAGES: &'static [&'static str] = STAGES;
    const KINDS: &'static [&'static str] = KINDS;
    const ERRORS: &'static [&'static str] = DecodeError::NAMES;

    fn create(config: &str) -> Result<Self, String> {
        let settings = Settings::from_json(config, &COINS)?;
        Ok(Self {
            market: BeforeMarket::new(&settings),
            engine: Engine::new(settings.clone()),
            tally: Tally::default(),
            settings,
        })
    }

    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        let frame = decode(message.bytes).map_err(DecodeError::reject)?;
        probe.mark_made(PARSE, &frame);
        let kind = frame.message.kind();
        let effect = self.market.apply(frame.message);
        let record = react(&mut self.engine, &effect, probe);
        self.tally.count(&record);
        probe.understood(kind, &record, Record::fold);
        Ok(kind)
    }

    fn reset(&mut self) {
        self.market = BeforeMarket::new(&self.settings);
        self.engine.reset();
        self.tally = Tally::default();
    }

    fn metrics(&self, metrics: &mut Metrics) {
        let sizes = [
            ("symbols", self.market.symbol_count()),
            ("levels", self.market.level_count()),
            ("resting_orders", self.engine.resting_count()),
        ];
        self.tally.report(&sizes, metrics);
    }
}
