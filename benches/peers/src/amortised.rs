//! The chains in criterion's loop, which is amortised.

use criterion::Criterion;
use latprobe_peers::chain;
use serde::Deserialize;
use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

/// What is read of criterion's `estimates.json`.
#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
}

/// Criterion's median, in nanoseconds: of its figures the one that a busy machine spoils least.
pub fn criterion_ns(length: usize) -> Result<f64, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let name = length.to_string();
    Criterion::default()
        .without_plots()
        .output_directory(folder.path())
        .warm_up_time(Duration::from_millis(50))
        .measurement_time(Duration::from_millis(100))
        .sample_size(100)
        .bench_function(&name, |bencher| bencher.iter(|| chain(black_box(length))));
    let estimates = std::fs::read(folder.path().join(&name).join("new/estimates.json"))?;
    let estimates: Estimates = serde_json::from_slice(&estimates)?;
    Ok(estimates.median.point_estimate)
}
