//! Measures chains of known length with latprobe and with other tools, and writes what they said
//! to the file that is named. Standard output belongs to the tools.

mod amortised;
mod clocks;
mod driven;

use driven::Driven;
use latprobe_core::{Clock, Instrument};
use latprobe_peers::{LENGTHS, product_ticks};
use serde::Serialize;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

/// latprobe measures its instrument so many times, and each time all tools take turns in so many
/// rounds.
const INSTRUMENTS: usize = 31;
const ROUNDS: usize = 9;

/// Each round takes about so long, in nanoseconds: short beside the distance of the machine's
/// stalls, so that most rounds are without one, and the median of them is.
const ROUND_NS: f64 = 10_000.0;

/// What is done beside the chain for each message, about: three timestamps.
const BESIDE_NS: f64 = 60.0;

/// Everything that was said.
#[derive(Debug, Serialize)]
struct Said {
    /// What the clock moves by.
    granularity_ns: f64,
    chains: Vec<Chain>,
}

/// What the tools said of one chain, in nanoseconds. The truth is its median over the rounds, and
/// each figure the truth and the median of how far it was off the truth right before and after it: a
/// processor that changes its frequency changes both.
#[derive(Debug, Serialize)]
struct Chain {
    true_ns: f64,
    latprobe_latency_mean: f64,
    /// The same of the quarter of the rounds that were the quickest, and of the quarter that were
    /// the slowest: what the machine's stalls add.
    latprobe_latency_mean_quartiles: [f64; 2],
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
    let mut truths = Vec::with_capacity(INSTRUMENTS * ROUNDS);
    let mut errors: [Vec<f64>; 5] = Default::default();
    for _ in 0..INSTRUMENTS {
        let instrument = Instrument::measure(Duration::from_millis(10))?;
        for _ in 0..ROUNDS {
            let mut before = chain_ns();
            let mut truth_beside = || {
                let after = chain_ns();
                let truth = f64::midpoint(std::mem::replace(&mut before, after), after);
                truths.push(truth);
                truth
            };
            let latency = driven.latency(&instrument)?;
            let truth = truth_beside();
            errors[0].push(latency.mean_ns - truth);
            errors[1].push(latency.p50_ns - truth);
            let cost_ns = driven.cost_ns(&instrument)?;
            errors[2].push(cost_ns - truth_beside());
            let quanta_ns = clocks::quanta_ns(quanta, length, messages);
            errors[3].push(quanta_ns - truth_beside());
            let minstant_ns = clocks::minstant_ns(length, messages);
            errors[4].push(minstant_ns - truth_beside());
        }
    }
    let true_ns = median(truths);
    errors[0].sort_unstable_by(f64::total_cmp);
    let latprobe_latency_mean_quartiles =
        [1, 3].map(|nth| true_ns + errors[0][errors[0].len() * nth / 4]);
    let [latprobe_latency_mean, latprobe_latency_p50, latprobe_cost, quanta, minstant] =
        errors.map(|errors| true_ns + median(errors));
    Ok(Chain {
        true_ns,
        latprobe_latency_mean,
        latprobe_latency_mean_quartiles,
        latprobe_latency_p50,
        quanta,
        minstant,
        latprobe_cost,
        criterion: amortised::criterion_ns(length)?,
    })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // some thousand
fn messages_of(chain_ns: f64) -> usize {
    (ROUND_NS / (chain_ns + BESIDE_NS)).clamp(1.0, 4096.0) as usize
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
