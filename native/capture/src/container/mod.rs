//! The files that captures are kept in: records, each with a time and a packet.

mod clock;
mod pcap;
mod pcapng;

use pcap::Pcap;
use pcapng::Pcapng;
use serde::Deserialize;

/// Longest packet that is taken for one. libpcap's own limit for links that carry IP.
const PACKET_BYTES: usize = 262_144;

/// How captures are kept.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// libpcap's: one header, then records.
    Pcap,
    /// Blocks, in sections, from several interfaces.
    Pcapng,
}

/// A packet, as it was captured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packet<'a> {
    /// Link type, of tcpdump.org's registry.
    pub link: u16,
    /// Number of the interface in its section.
    pub interface: u32,
    /// None where the container keeps no time for it.
    pub recv_ns: Option<i64>,
    /// What was kept of it.
    pub data: &'a [u8],
    /// How long it was on the wire.
    pub wire_bytes: u32,
}

/// What the next bytes of a container are.
pub(crate) enum Step<'a> {
    Packet(Packet<'a>),
    /// A header, or something that is of no interest.
    Other,
    /// Something that should have been a packet; the next can be found.
    Bad(String),
    /// Not what should be there, and where the next record begins cannot be known.
    Lost(String),
}

/// Reads one container.
pub(crate) enum Container {
    Pcap(Pcap),
    Pcapng(Pcapng),
}

impl Container {
    pub fn new(format: Format) -> Self {
        match format {
            Format::Pcap => Self::Pcap(Pcap::default()),
            Format::Pcapng => Self::Pcapng(Pcapng::default()),
        }
    }

    /// What comes next, and how many bytes that takes (of what is lost: that it shows in); none
    /// where more bytes are needed.
    pub fn next<'a>(&mut self, content: &'a [u8]) -> Option<(usize, Step<'a>)> {
        match self {
            Self::Pcap(pcap) => pcap.next(content),
            Self::Pcapng(pcapng) => pcapng.next(content),
        }
    }

    /// Whether its header has been read.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Pcap(pcap) => pcap.is_open(),
            Self::Pcapng(pcapng) => pcapng.is_open(),
        }
    }

    /// Whether the bytes may end here, with nothing left over.
    pub fn may_end(&self) -> bool {
        match self {
            Self::Pcap(_) => true,
            Self::Pcapng(pcapng) => pcapng.may_end(),
        }
    }
}

/// The four bytes at a place that is known to be there.
fn four(content: &[u8], at: usize) -> [u8; 4] {
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&content[at..at + 4]);
    bytes
}

fn u32_at(content: &[u8], at: usize, big_endian: bool) -> u32 {
    let bytes = four(content, at);
    if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
}

fn size(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// `d4 c3 b2 a1`, for people.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}
