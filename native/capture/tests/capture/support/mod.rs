//! Captures made by hand, and what a reader says of them.
#![allow(dead_code, reason = "no test uses everything")]

pub mod net;
pub mod wire;

use latprobe_capture::{Bad, Columns, Counts, Format, Framing, Options, Reader, Refused};

/// What a reader gives of a capture.
#[derive(Debug, Eq, PartialEq)]
pub struct Said {
    pub columns: Columns,
    pub bad: Vec<Bad>,
    pub counts: Counts,
    pub channels: Vec<String>,
}

impl Said {
    pub fn payloads(&self) -> Vec<&[u8]> {
        self.columns.iter().map(|(_, _, payload)| payload).collect()
    }

    /// Payloads as text.
    pub fn texts(&self) -> Vec<String> {
        self.payloads().iter().map(|it| String::from_utf8_lossy(it).into_owned()).collect()
    }

    pub fn times(&self) -> &[i64] {
        &self.columns.recv_ns
    }

    /// The channel of each message.
    pub fn channels(&self) -> Vec<&str> {
        let number = |it: &i32| usize::try_from(*it).expect("a number");
        self.columns.channels.iter().map(|it| self.channels[number(it)].as_str()).collect()
    }

    pub fn problems(&self) -> Vec<&str> {
        self.bad.iter().map(|bad| bad.problem.as_str()).collect()
    }

    /// The same, after making sure that nothing was bad.
    #[must_use]
    pub fn clean(self) -> Self {
        assert_eq!(self.bad, []);
        self
    }
}

pub fn framed(framing: Framing) -> Options {
    Options { framing, ..Options::default() }
}

pub fn arbitrated(framing: Framing, lines: &[&[&str]]) -> Options {
    let owned = |feed: &&[&str]| feed.iter().map(|line| (*line).to_owned()).collect();
    Options { arbitrate: true, lines: lines.iter().map(owned).collect(), ..framed(framing) }
}

/// Reads a capture in pieces of the given sizes, then the rest at once.
pub fn read_in_pieces(
    capture: &[u8],
    format: Format,
    options: &Options,
    pieces: &[usize],
) -> Result<Said, Refused> {
    let mut reader = Reader::new(format, options).expect("options that can be followed");
    let mut columns = Columns::default();
    let mut bad = Vec::new();
    let mut rest = capture;
    for piece in pieces.iter().copied().chain([usize::MAX]) {
        let (now, later) = rest.split_at(piece.min(rest.len()));
        reader.feed(now)?;
        add(&mut columns, &reader.take_columns());
        bad.extend(reader.take_bad());
        rest = later;
    }
    reader.finish()?;
    add(&mut columns, &reader.take_columns());
    bad.extend(reader.take_bad());
    Ok(Said { columns, bad, counts: reader.counts(), channels: reader.channels().to_vec() })
}

fn add(all: &mut Columns, more: &Columns) {
    let start = *all.offsets.last().expect("there is one");
    all.recv_ns.extend(&more.recv_ns);
    all.channels.extend(&more.channels);
    all.places.extend(&more.places);
    all.offsets.extend(more.offsets[1..].iter().map(|offset| start + offset));
    all.payload.extend(&more.payload);
}

/// Reads frames of a link, each a microsecond after the one before.
pub fn read_link(link: u32, frames: &[Vec<u8>], options: &Options) -> Said {
    let records = frames.iter().zip(0..).map(|(frame, at)| (1_000 * at, frame.clone()));
    let capture = wire::pcap(link, &records.collect::<Vec<_>>());
    read_in_pieces(&capture, Format::Pcap, options, &[]).expect("a capture")
}

/// Reads Ethernet frames, each a microsecond after the one before.
pub fn read(frames: &[Vec<u8>], options: &Options) -> Said {
    read_link(wire::ETHERNET, frames, options)
}
