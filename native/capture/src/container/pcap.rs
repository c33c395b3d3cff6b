//! libpcap's own files: a header of 24 bytes, then records (draft-ietf-opsawg-pcap, sections 4
//! and 5).

use super::{PACKET_BYTES, Packet, Step, hex, size, u32_at};
use crate::link;
use pcap_parser::{PcapHeader, parse_pcap_frame, parse_pcap_frame_be, parse_pcap_header};

const HEADER_BYTES: usize = 24;
const RECORD_HEADER_BYTES: usize = 16;
const NANOSECONDS_PER_SECOND: i64 = 1_000_000_000;

/// In either order: Kuznetsov's patch, also with nanoseconds, whose records have more fields.
const MODIFIED_MAGICS: [[u8; 4]; 4] = [
    [0xa1, 0xb2, 0xcd, 0x34],
    [0x34, 0xcd, 0xb2, 0xa1],
    [0xa1, 0xe2, 0xcb, 0x12],
    [0x12, 0xcb, 0xe2, 0xa1],
];
const EXPECTED: &str = "expected a pcap file, which begins with d4 c3 b2 a1, a1 b2 c3 d4, \
                        4d 3c b2 a1 or a1 b2 3c 4d";

#[derive(Default)]
pub(crate) struct Pcap {
    header: Option<Header>,
}

#[derive(Clone, Copy)]
struct Header {
    big_endian: bool,
    /// Nanoseconds in a unit of the records' fractions, and units in a second.
    unit_ns: u32,
    units: u32,
    link: u16,
    most_bytes: usize,
}

impl Pcap {
    pub fn is_open(&self) -> bool {
        self.header.is_some()
    }

    pub fn next<'a>(&mut self, content: &'a [u8]) -> Option<(usize, Step<'a>)> {
        match self.header {
            Some(header) => record(header, content),
            None => self.open(content),
        }
    }

    fn open<'a>(&mut self, content: &'a [u8]) -> Option<(usize, Step<'a>)> {
        if content.len() < HEADER_BYTES {
            return None;
        }
        match header(content) {
            Ok(header) => {
                self.header = Some(header);
                Some((HEADER_BYTES, Step::Other))
            }
            Err(problem) => Some((HEADER_BYTES, Step::Lost(problem))),
        }
    }
}

fn header(content: &[u8]) -> Result<Header, String> {
    let magic = &content[..4];
    if MODIFIED_MAGICS.iter().any(|modified| modified == magic) {
        return Err(format!(
            "{} begins a modified pcap file, which is not supported; rewrite it with `editcap -F \
             pcap`",
            hex(magic)
        ));
    }
    let Ok((_, found)) = parse_pcap_header(content) else {
        return Err(format!("{EXPECTED}; found {}", hex(magic)));
    };
    let PcapHeader { version_major, version_minor, snaplen, network, .. } = found;
    if (version_major, version_minor) != (2, 4) {
        return Err(format!(
            "expected a pcap file of version 2.4; found version {version_major}.{version_minor}"
        ));
    }
    // The higher half says whether there is a frame check sequence, behind what IP says is there.
    let link = u16::try_from(network.0 & 0xffff).unwrap_or(0);
    link::check(link)?;
    let nanoseconds = found.is_nanosecond_precision();
    Ok(Header {
        big_endian: found.is_bigendian(),
        unit_ns: if nanoseconds { 1 } else { 1_000 },
        units: if nanoseconds { 1_000_000_000 } else { 1_000_000 },
        link,
        most_bytes: PACKET_BYTES.max(size(snaplen).min(4 * PACKET_BYTES)),
    })
}

fn record(header: Header, content: &[u8]) -> Option<(usize, Step<'_>)> {
    if content.len() < RECORD_HEADER_BYTES {
        return None;
    }
    let captured = size(u32_at(content, 8, header.big_endian));
    if captured > header.most_bytes {
        let most = header.most_bytes;
        return Some((
            RECORD_HEADER_BYTES,
            Step::Lost(format!(
                "expected a packet of at most {most} bytes; found a record of one of {captured}: \
                 what follows cannot be read"
            )),
        ));
    }
    let parse = if header.big_endian { parse_pcap_frame_be } else { parse_pcap_frame };
    let (_, found) = parse(content).ok()?;
    let used = RECORD_HEADER_BYTES + captured;
    if found.ts_usec >= header.units {
        let problem = format!(
            "expected the time of a packet with a fraction under {}; found {}",
            header.units, found.ts_usec
        );
        return Some((used, Step::Bad(problem)));
    }
    let recv_ns = i64::from(found.ts_sec) * NANOSECONDS_PER_SECOND
        + i64::from(found.ts_usec) * i64::from(header.unit_ns);
    Some((
        used,
        Step::Packet(Packet {
            link: header.link,
            interface: 0,
            recv_ns: Some(recv_ns),
            data: found.data,
            wire_bytes: found.origlen,
        }),
    ))
}
