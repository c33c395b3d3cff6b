//! Whether criterion finds a chain of some length slower than one of another, in so many seconds:
//! what it says itself, on standard output.

use criterion::Criterion;
use latprobe_peers::chain;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

/// Of a side's time, so much is warm-up, as by default: 3 s of 8 s.
const WARM_UP: f64 = 0.375;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, products, seconds, what] = arguments.as_slice() else {
        eprintln!("usage: latprobe-peers-criterion FOLDER PRODUCTS SECONDS save|compare");
        return ExitCode::FAILURE;
    };
    let (Ok(products), Ok(seconds)) = (products.parse::<usize>(), seconds.parse::<f64>()) else {
        eprintln!("products and seconds are numbers");
        return ExitCode::FAILURE;
    };
    let criterion = Criterion::default()
        .without_plots()
        .output_directory(folder.as_ref())
        .warm_up_time(Duration::from_secs_f64(seconds * WARM_UP))
        .measurement_time(Duration::from_secs_f64(seconds * (1.0 - WARM_UP)));
    let mut criterion = match what.as_str() {
        "save" => criterion.save_baseline("before".to_owned()),
        _ => criterion.retain_baseline("before".to_owned(), true),
    };
    criterion.bench_function("chain", |bencher| bencher.iter(|| chain(black_box(products))));
    ExitCode::SUCCESS
}
