//! `[target.config]` of a scenario.

use serde::Deserialize;
use std::time::Duration;

const LONGEST: Duration = Duration::from_secs(10);
const MOST: usize = 1 << 20;

/// Every key may be left out.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Views that the ring or the channel holds; the coalescing queue holds one for each symbol.
    pub capacity: usize,
    /// Microseconds that the worker burns on each view.
    pub work_us: f64,
    /// The view, counted from 0 since the last reset, at which the worker stalls once.
    pub stall_at: Option<u64>,
    /// For how many milliseconds.
    pub stall_ms: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self { capacity: 65_536, work_us: 0.0, stall_at: None, stall_ms: 10.0 }
    }
}

impl Config {
    /// Reads a JSON object.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let config: Self =
            serde_json::from_str(text).map_err(|error| format!("target.config: {error}"))?;
        if !(1..=MOST).contains(&config.capacity) {
            return Err(format!("target.config: `capacity` is 1 to {MOST}"));
        }
        for (name, seconds) in
            [("work_us", config.work_us / 1e6), ("stall_ms", config.stall_ms / 1e3)]
        {
            if !(0.0..=LONGEST.as_secs_f64()).contains(&seconds) {
                return Err(format!("target.config: `{name}` is a time from 0 to 10 s"));
            }
        }
        Ok(config)
    }

    pub fn work(&self) -> Duration {
        Duration::from_secs_f64(self.work_us / 1e6)
    }

    pub fn stall(&self) -> Duration {
        Duration::from_secs_f64(self.stall_ms / 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_may_be_left_out_and_no_other_may_be_there() {
        assert_eq!(Config::from_json("{}"), Ok(Config::default()));
        for (text, words) in [
            (r#"{"work": 5}"#, "unknown field `work`"),
            (r#"{"capacity": 0}"#, "`capacity` is 1 to"),
            (r#"{"work_us": -1}"#, "`work_us` is a time from 0 to 10 s"),
            (r#"{"stall_ms": 1e9}"#, "`stall_ms` is a time from 0 to 10 s"),
        ] {
            let refused = Config::from_json(text).expect_err(text);
            assert!(refused.contains(words), "{refused}");
        }
    }
}
