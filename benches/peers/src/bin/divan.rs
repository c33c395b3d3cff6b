//! The chains, measured by divan, which prints its own table.

use divan::Bencher;
use latprobe_peers::{LENGTHS, chain};

fn main() {
    divan::main();
}

#[divan::bench(args = LENGTHS)]
fn products(bencher: Bencher, length: usize) {
    bencher.bench(|| chain(divan::black_box(length)));
}
