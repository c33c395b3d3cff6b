//! `engine-itch50-after`.

use super::{AfterMarket, FAMILY};
use crate::after::Engine;
use crate::stages::{PARSE, STAGES, react};
use crate::{Record, SHARES, Settings, Tally};
use latprobe_itch50::{ERRORS, KINDS, PROTOCOL, decode};
use latprobe_sdk::{Message, Metrics, Outcome, Probe, Target};

/// The engine on an ITCH feed, without allocation.
#[derive(Debug)]
pub struct After {
    market: AfterMarket,
    engine: Engine,
    tally: Tally,
}

impl Target for After {
    const NAME: &'static str = "engine-itch50-after";
    const FAMILY: &'static str = FAMILY;
    const DESCRIPTION: &'static str = "decides on ITCH 5.0 with everything in place, no allocation";
    const PROTOCOL: &'static str = PROTOCOL;
    const STAGES: &'static [&'static str] = STAGES;
    const KINDS: &'static [&'static str] = KINDS;
    const ERRORS: &'static [&'static str] = ERRORS;

    fn create(config: &str) -> Result<Self, String> {
        let settings = Settings::from_json(config, &SHARES)?;
        Ok(Self {
            market: AfterMarket::new(&settings),
            engine: Engine::new(settings),
            tally: Tally::default(),
        })
    }

    #[inline]
    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        let decoded = decode(message.bytes)?;
        probe.mark_made(PARSE, &decoded);
        let effect = self.market.apply(&decoded);
        let record = react(&mut self.engine, &effect, probe);
        self.tally.count(&record);
        let kind = decoded.kind();
        probe.understood(kind, &record, Record::fold);
        Ok(kind)
    }

    fn reset(&mut self) {
        self.market.reset();
        self.engine.reset();
        self.tally = Tally::default();
    }

    fn metrics(&self, metrics: &mut Metrics) {
        let (order_table_growths, level_pool_growths) = self.market.growths();
        let sizes = [
            ("symbols", self.market.symbol_count()),
            ("levels", self.market.level_count()),
            ("orders", self.market.order_count()),
            ("resting_orders", self.engine.resting_count()),
            ("order_table_growths", order_table_growths),
            ("level_pool_growths", level_pool_growths),
        ];
        self.tally.report(&sizes, metrics);
    }
}
