//! `[target.config]` of a scenario, as its author writes it.

use crate::{Profile, Route, SelfTradePrevention, Settings};
use serde::Deserialize;

/// Every key may be left out. Amounts are in whole units (coins or shares, dollars).
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    max_position: Option<f64>,
    max_order_quantity: Option<f64>,
    min_order_quantity: Option<f64>,
    min_momentum_quantity: Option<f64>,
    max_notional: Option<f64>,
    price_band_bps: Option<u32>,
    stale_bps: Option<u32>,
    participation: Option<f64>,
    spread_window: Option<usize>,
    spread_blowout: Option<u32>,
    max_resting: Option<usize>,
    self_trade_prevention: Option<SelfTradePrevention>,
    routes: Option<Vec<Route>>,
    symbols: Option<usize>,
    orders: Option<usize>,
    levels: Option<usize>,
}

impl Settings {
    /// Reads the settings of an engine for feeds of `profile` from a JSON object.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words for its author: a key that does not exist, a value of the
    /// wrong type, or one that is out of range.
    pub fn from_json(config: &str, profile: &Profile) -> Result<Self, String> {
        let config: Config =
            serde_json::from_str(config).map_err(|error| format!("target.config: {error}"))?;
        config.settle(profile).map_err(|problem| format!("target.config: {problem}"))
    }
}

impl Config {
    fn settle(self, profile: &Profile) -> Result<Settings, String> {
        let quantity = |name, value, default| {
            scaled(name, Option::unwrap_or(value, default), profile.quantity_unit)
        };
        let routes = self.routes.unwrap_or_else(Route::defaults);
        Route::check(&routes)?;
        let max_notional = scaled(
            "max_notional",
            self.max_notional.unwrap_or(profile.max_notional),
            profile.price_unit,
        )?;
        Ok(Settings {
            max_position: quantity("max_position", self.max_position, profile.max_position)?,
            max_order_quantity: quantity(
                "max_order_quantity",
                self.max_order_quantity,
                profile.max_order_quantity,
            )?,
            min_order_quantity: quantity(
                "min_order_quantity",
                self.min_order_quantity,
                profile.min_order_quantity,
            )?,
            min_momentum_quantity: quantity(
                "min_momentum_quantity",
                self.min_momentum_quantity,
                profile.min_momentum_quantity,
            )?,
            max_notional: i128::from(max_notional) * i128::from(profile.quantity_unit),
            price_band_bps: self.price_band_bps.unwrap_or(profile.price_band_bps).into(),
            stale_bps: self.stale_bps.unwrap_or(10).into(),
            participation: fraction("participation", self.participation.unwrap_or(0.1))?,
            spread_window: within("spread_window", self.spread_window, 32, 1..=4_096)?,
            spread_blowout: within("spread_blowout", self.spread_blowout, 4, 1..=1_000)?.into(),
            max_resting: within("max_resting", self.max_resting, 4, 1..=Settings::MOST_RESTING)?,
            self_trade_prevention: self.self_trade_prevention.unwrap_or_default(),
            routes,
            symbols: within("symbols", self.symbols, profile.symbols, 1..=1 << 20)?,
            orders: within("orders", self.orders, 1 << 19, 1..=1 << 28)?,
            levels: within("levels", self.levels, 1 << 20, 1..=1 << 28)?,
        })
    }
}

/// `value` whole units in a feed's integers.
#[allow(clippy::cast_precision_loss)] // units are powers of ten below 2^53
fn scaled(name: &str, value: f64, unit: i64) -> Result<i64, String> {
    let unit = unit as f64;
    let scaled = (value * unit).round();
    if !(1.0..=MOST).contains(&scaled) {
        return Err(format!("{name}: {value} given, expected {} to {}", 1.0 / unit, MOST / unit));
    }
    #[allow(clippy::cast_possible_truncation)] // whole, and at most MOST
    Ok(scaled as i64)
}

/// A part of 1 in units of 2^-64.
fn fraction(name: &str, value: f64) -> Result<u64, String> {
    if !(value > 0.0 && value < 1.0) {
        return Err(format!("{name}: {value} given, expected over 0 and under 1"));
    }
    // Under 2^64, as the value is under 1.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Ok((value * 2.0_f64.powi(64)) as u64)
}

/// Most of any amount, in a feed's integers: 2^54, so that a hundred of them fit a position.
const MOST: f64 = 18_014_398_509_481_984.0;

/// `value` or `default`, where it lies in `range`.
fn within<N: Copy + PartialOrd + std::fmt::Display>(
    name: &str,
    value: Option<N>,
    default: N,
    range: std::ops::RangeInclusive<N>,
) -> Result<N, String> {
    let value = value.unwrap_or(default);
    if range.contains(&value) {
        return Ok(value);
    }
    Err(format!("{name}: {value} given, expected {} to {}", range.start(), range.end()))
}
