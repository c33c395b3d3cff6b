//! `engine-itch50-before`.

use super::{BeforeMarket, FAMILY};
use crate::before::Engine;
use crate::stages::{PARSE, STAGES, react};
use crate::{Record, SHARES, Settings, Tally};
use latprobe_itch50::before::decode;
use latprobe_itch50::{ERRORS, KINDS, PROTOCOL};
use latprobe_sdk::{Message, Metrics, Outcome, Probe, Target};

/// The engine on an ITCH feed, as people write it first.
#[derive(Debug)]
pub struct Before {
    market: BeforeMarket,
    engine: Engine,
    tally: Tally,
    settings: Settings,
}

impl Target for Before {
    const NAME: &'static str = "engine-itch50-before";
    const FAMILY: &'static str = FAMILY;
    const DESCRIPTION: &'static str = "decides on ITCH 5.0 with maps of strings, clones, collects";
    const PROTOCOL: &'static str = PROTOCOL;
    const STAGES: &'static [&'static str] = STAGES;
    const KINDS: &'static [&'static str] = KINDS;
    const ERRORS: &'static [&'static str] = ERRORS;

    fn create(config: &str) -> Result<Self, String> {
        let settings = Settings::from_json(config, &SHARES)?;
        Ok(Self {
            market: BeforeMarket::new(&settings),
            engine: Engine::new(settings.clone()),
            tally: Tally::default(),
            settings,
        })
    }

    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        let decoded = decode(message.bytes)?;
        probe.mark_made(PARSE, &decoded);
        let kind = decoded.kind();
        let effect = self.market.apply(decoded);
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
            ("orders", self.market.order_count()),
            ("resting_orders", self.engine.resting_count()),
        ];
        self.tally.report(&sizes, metrics);
    }
}
