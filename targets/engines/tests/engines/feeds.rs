//! The recorded feeds, for tests that need real messages.

use std::env;
use std::fs::{self, File};
use std::io::Read;
use std::path::PathBuf;

/// ITCH recordings.
pub const ITCH: [&str; 2] = ["itch50-aapl-10k.bin", "itch50-synthetic-zero-prefix.bin"];

/// Recordings of JSON frames.
pub const JSON: [&str; 3] = [
    "binance-usdm-btcusdt-20240808.ndjson.gz",
    "binance-usdm-btcusdt-20230405.ndjson.gz",
    "binance-spot-btcusdt-20240809.ndjson.gz",
];

/// The messages of a recording; without the folder of recordings, `None`, and a line that says so.
pub fn messages(name: &str) -> Option<Vec<Vec<u8>>> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/feeds");
    let folder = env::var_os("LATPROBE_FEEDS").map_or_else(|| default.into(), PathBuf::from);
    let path = folder.join(name);
    if !path.exists() {
        println!("skipped: no recording at {}", path.display());
        return None;
    }
    let is_itch = ITCH.contains(&name);
    Some(if is_itch { itch(&fs::read(path).unwrap()) } else { frames(path) })
}

/// Messages behind two bytes of length, which are zero where the type tells it.
fn itch(mut file: &[u8]) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    while let Some((prefix, rest)) = file.split_first_chunk::<2>() {
        let length = match u16::from_be_bytes(*prefix) {
            0 => latprobe_itch50::message_length(rest[0]).unwrap(),
            length => length.into(),
        };
        let (message, rest) = rest.split_at(length);
        messages.push(message.to_vec());
        file = rest;
    }
    messages
}

/// Frames behind a time and a space, one a line.
fn frames(path: PathBuf) -> Vec<Vec<u8>> {
    let mut text = String::new();
    let file = File::open(path).unwrap();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    text.lines().map(|line| line.split_once(' ').unwrap().1.into()).collect()
}
