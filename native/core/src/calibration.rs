//! What a pair of timestamps adds to what lies between them.
//!
//! Subtracting the time of an empty pair is wrong: work hides in the latency of the read itself. So
//! chains of known length are timed through the very loop that targets run through, and the raw
//! times are regressed on the true ones: raw = offset + slope × truth, with a slope of 1 on a sound
//! instrument. The truth of a chain comes from one long unbroken run of the same products.

use crate::builtin::{self, CHAIN};
use crate::chain::chain;
use crate::pass::mean_raw_ticks;
use crate::timestamp::stamp;
use crate::{Batch, Clock, CoreError, Instance};
use serde::Serialize;

/// Lengths of the chains, in products: some 5 to 90 ns.
const LENGTHS: [usize; 8] = [8, 16, 24, 32, 48, 64, 96, 128];

/// Each chain is timed so often in each round.
const MESSAGES: usize = 512;

const ROUNDS: usize = 9;

/// Products in the run that gives the truth: some 50 µs.
const LONG_RUN: usize = 80_000;

/// Long runs that say how fast the processor is, apart from any regression.
const SPEED_RUNS: usize = 65;

/// What the regression found. Times in nanoseconds.
#[derive(Clone, Debug, Serialize)]
pub struct Calibration {
    /// What one interval between two timestamps reads too long: the median over the rounds.
    pub offset_ns: f64,
    /// Its standard error, from the spread of the rounds.
    pub offset_error_ns: f64,
    /// 1 on a sound instrument: how much longer a time reads for each nanosecond that it is.
    pub slope: f64,
    /// True time of one dependent product: the median over the rounds, since the processor may
    /// change its speed.
    pub product_ns: f64,
}

/// Finds the offset of this thread's timestamps, on the processor that it runs on.
///
/// # Errors
///
/// None that can be met on a working machine.
pub fn calibrate(clock: Clock) -> Result<Calibration, CoreError> {
    let library = builtin::library()?;
    let instance = Instance::create(&library, CHAIN, "{}")?;
    let mut rounds: Vec<Fit> = Vec::with_capacity(ROUNDS);
    let mut products_ns: Vec<f64> = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let round_ns = product_ns(clock, 3);
        products_ns.push(round_ns);
        let points = LENGTHS.map(|products| {
            let raw_ticks = time_chains(&instance, products);
            (round_ns * products as f64, raw_ticks * clock.ns_per_tick)
        });
        rounds.push(Fit::through(&points));
    }
    let mut offsets: Vec<f64> = rounds.iter().map(|fit| fit.intercept).collect();
    let mut slopes: Vec<f64> = rounds.iter().map(|fit| fit.slope).collect();
    let offset_ns = median(&mut offsets);
    Ok(Calibration {
        offset_ns,
        offset_error_ns: standard_error_of_median(&offsets, offset_ns),
        slope: median(&mut slopes),
        product_ns: median(&mut products_ns),
    })
}

/// Mean raw ticks of messages that are chains of `products`.
fn time_chains(instance: &Instance, products: usize) -> f64 {
    let payload = vec![0; MESSAGES * products];
    let offsets: Vec<i64> =
        (0..=MESSAGES).map(|index| (index * products).cast_signed() as i64).collect();
    match Batch::new(&[0; MESSAGES], &offsets, &payload) {
        Ok(batch) => mean_raw_ticks(instance, batch),
        Err(_) => unreachable!("the offsets were just made to fit"),
    }
}

/// How long one dependent product takes now, in nanoseconds.
pub(crate) fn speed_now(clock: Clock) -> f64 {
    product_ns(clock, SPEED_RUNS)
}

/// The median of some long runs, which an interrupt in one of them does not move.
fn product_ns(clock: Clock, runs: usize) -> f64 {
    let run = || {
        let start = stamp();
        chain(LONG_RUN);
        (stamp() - start) as f64
    };
    let mut ticks: Vec<f64> = (0..runs).map(|_| run()).collect();
    median(&mut ticks) * clock.ns_per_tick / LONG_RUN as f64
}

/// A straight line by least squares.
struct Fit {
    intercept: f64,
    slope: f64,
}

impl Fit {
    fn through(points: &[(f64, f64)]) -> Self {
        let count = points.len() as f64;
        let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / count;
        let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / count;
        let covariance: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
        let variance: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
        let slope = covariance / variance;
        Self { intercept: mean_y - slope * mean_x, slope }
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// For values near a normal distribution: 1.2533 σ/√n, with σ from the median absolute deviation
/// (Rousseeuw and Croux 1993), so that a round that an interrupt spoiled does not count.
fn standard_error_of_median(values: &[f64], median_value: f64) -> f64 {
    let mut deviations: Vec<f64> =
        values.iter().map(|value| (value - median_value).abs()).collect();
    1.2533 * 1.4826 * median(&mut deviations) / (values.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_is_found_again() {
        let fit = Fit::through(&[(1.0, 20.0), (2.0, 21.0), (5.0, 24.0), (9.0, 28.0)]);
        assert!((fit.intercept - 19.0).abs() < 1e-9 && (fit.slope - 1.0).abs() < 1e-9);
    }
}
