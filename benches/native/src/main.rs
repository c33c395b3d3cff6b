//! What latprobe's core costs, measured where it runs. Each command prints one JSON object; which
//! figures are made of it, and how far they may reach, is the caller's affair.

mod allocating;
mod driving;
mod feed_file;
mod hot_loop;
mod recording;
mod rounds;

use std::error::Error;
use std::process::ExitCode;

const USAGE: &str = "usage: latprobe-self-cost driving | recording | allocating | hot-loop PASS";

fn main() -> ExitCode {
    match run() {
        Ok(json) => {
            println!("{json}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Ok(match words.as_slice() {
        ["driving"] => serde_json::to_string(&driving::measure()?)?,
        ["recording"] => serde_json::to_string(&recording::measure())?,
        ["allocating"] => serde_json::to_string(&allocating::measure())?,
        ["hot-loop", pass] => serde_json::to_string(&hot_loop::observe(pass)?)?,
        _ => return Err(USAGE.into()),
    })
}
