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
const ROUNDS: usize = 15;

/// Each round measures a chain so long, in nanoseconds: short beside the machine's stalls.
const ROUND_NS: f64 = 200_000.0;

/// Everything that was said.
#[derive(Debug, Serialize)]
struct Said {
    /// What the clock moves by.
    granularity_ns: f64,
    chains: Vec<Chain>,
}

/// What the tools said of one chain. Medians over the rounds, in nanoseconds.
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
    let mut rounds: [Vec<f64>; 6] = Default::default();
    for _ in 0..ROUNDS {
        let latency = driven.latency()?;
        let round = [
            chain_ns(),
            latency.mean_ns,
            latency.p50_ns,
            clocks::quanta_ns(quanta, length, messages),
            clocks::minstant_ns(length, messages),
            driven.cost_ns()?,
        ];
        for (values, value) in rounds.iter_mut().zip(round) {
            values.push(value);
        }
    }
    let [true_ns, latprobe_latency_mean, latprobe_latency_p50, quanta, minstant, latprobe_cost] =
        rounds.map(median);
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
    (ROUND_NS / chain_ns).clamp(64.0, 4096.0) as usize
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
