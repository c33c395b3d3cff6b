//! Any bytes, as a pcap file.
#![no_main]

use latprobe_capture::Format;
use latprobe_capture_fuzz::{check, options};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some(([choice, piece], capture)) = input.split_first_chunk::<2>() else { return };
    check(Format::Pcap, &options(*choice), capture, usize::from(*piece));
});
