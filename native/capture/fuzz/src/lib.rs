//! What every target does with a capture: it is read at once and in pieces, and both must say the
//! same.
//!
//!     cd native/capture && cargo +nightly fuzz run pcap

use latprobe_capture::{Bad, Columns, Counts, Format, Framing, Options, Reader, Refused};

const FRAMINGS: [Framing; 6] = [
    Framing::None,
    Framing::MoldUdp64,
    Framing::SoupBinTcp,
    Framing::IexTp,
    Framing::CmeMdp3,
    Framing::MiaxMach,
];

/// Options by a byte: the framing, whether to arbitrate, and a filter.
pub fn options(choice: u8) -> Options {
    let framing = FRAMINGS[usize::from(choice) % FRAMINGS.len()];
    let arbitrate =
        choice & 0x40 != 0 && !matches!(framing, Framing::None | Framing::SoupBinTcp);
    let line = |group: &str| format!("{group}:5000");
    let pair = || vec![vec![line("239.1.1.1"), line("239.1.2.1")]];
    Options {
        framing,
        arbitrate,
        lines: if arbitrate { pair() } else { Vec::new() },
        groups: if choice & 0x80 != 0 { vec!["0.0.0.0/1".to_owned()] } else { Vec::new() },
        ..Options::default()
    }
}

/// Reads a capture, at once and in pieces.
pub fn check(format: Format, options: &Options, capture: &[u8], piece: usize) {
    let whole = read(format, options, capture, capture.len().max(1));
    let pieces = read(format, options, capture, piece.max(1));
    assert_eq!(whole, pieces);
    if let Ok((columns, bad, counts)) = whole {
        assert_eq!(columns.offsets.len(), columns.len() + 1);
        assert!(columns.offsets.is_sorted());
        assert_eq!(columns.offsets.last().copied(), i64::try_from(columns.payload.len()).ok());
        assert_eq!(counts.bad, bad.len() as u64);
        assert!(bad.iter().all(|bad| bad.offset <= capture.len() as u64));
    }
}

fn read(
    format: Format,
    options: &Options,
    capture: &[u8],
    piece: usize,
) -> Result<(Columns, Vec<Bad>, Counts), Refused> {
    let mut reader = Reader::new(format, options).expect("options that can be followed");
    for bytes in capture.chunks(piece) {
        reader.feed(bytes)?;
    }
    reader.finish()?;
    let columns = reader.take_columns();
    Ok((columns, reader.take_bad(), reader.counts()))
}
