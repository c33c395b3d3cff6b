//! Measures chains of known length with latprobe and with other tools, and writes what they said
//! to the file that is named. Standard output belongs to the tools.

mod amortised;
mod clocks;
mod driven;

use driven::Driven;
use latprobe_core::Clock;
use latprobe_peers::{LENGTHS, product_ticks};
use serde::Serialize;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

/// Tools take turns in so many rounds.
const ROUNDS: usize = 31;

/// Each round measures a chain so long, in nanoseconds: short beside the machine's stalls.
const ROUND_NS: f64 = 200_000.0;

/// Everything that was said.
#[derive(Debug, Serialize)]
struct Said {
    /// What the clock moves by.
    granularity_ns: f64,
    chains: Vec<Chain>,
}

/// What the tools said of one chain, in nanoseconds. The truth is its median over the rounds, and
/// each figure the truth and the median of how far it was off the truth of its own round: a
/// processor that changes its frequency changes both.
#[derive(Debug, Serialize)]
struct Chain {
    true_ns: f64,
    latprobe_latency_mean: f64,
    latprobe_latency_p50: f64,
    quanta: f64,
    minstant: f64,
    latprobe_cost: f64,
    criterion: f64,
}

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: latprobe-peers FILE");
        return ExitCode::FAILURE;
    };
    let written = measure().and_then(|said| Ok(std::fs::write(&path, serde_json::to_vec(&said)?)?));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<Said, Box<dyn Error>> {
    let clock = Clock::measure(Duration::from_millis(50));
    let quanta = quanta::Clock::new();
    let chains: Result<_, Box<dyn Error>> =
        LENGTHS.into_iter().map(|length| measure_chain(length, clock, &quanta)).collect();
    Ok(Said { granularity_ns: clock.read().granularity_ns, chains: chains? })
}

fn measure_chain(
    length: usize,
    clock: Clock,
    quanta: &quanta::Clock,
) -> Result<Chain, Box<dyn Error>> {
    let chain_ns = || product_ticks() * clock.ns_per_tick * length as f64;
    let messages = messages_of(chain_ns());
    let driven = Driven::new(length, messages)?;
    let mut truths = Vec::with_capacity(ROUNDS);
    let mut errors: [Vec<f64>; 5] = Default::default();
    for _ in 0..ROUNDS {
        let before = chain_ns();
        let (latency, cost_ns) = driven.measure()?;
        let measured = [
            latency.mean_ns,
            latency.p50_ns,
            cost_ns,
            clocks::quanta_ns(quanta, length, messages),
            clocks::minstant_ns(length, messages),
        ];
        let truth = f64::midpoint(before, chain_ns());
        truths.push(truth);
        for (errors, measured) in errors.iter_mut().zip(measured) {
            errors.push(measured - truth);
        }
    }
    let true_ns = median(truths);
    let [latprobe_latency_mean, latprobe_latency_p50, latprobe_cost, quanta, minstant] =
        errors.map(|errors| true_ns + median(errors));
    Ok(Chain {
        true_ns,
        latprobe_latency_mean,
        latprobe_latency_p50,
        quanta,
        minstant,
        latprobe_cost,
        criterion: amortised::criterion_ns(length)?,
    })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // some thousand
fn messages_of(chain_ns: f64) -> usize {
    (ROUND_NS / chain_ns).clamp(16.0, 4096.0) as usize
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
