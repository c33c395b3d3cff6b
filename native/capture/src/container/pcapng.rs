//! pcapng: blocks, each with its length before and after (draft-ietf-opsawg-pcapng, section 3.1).

use super::clock::Clock;
use super::{PACKET_BYTES, Packet, Step, hex, size, u32_at};
use pcap_parser::pcapng::{
    InterfaceDescriptionBlock, OptionCode, parse_enhancedpacketblock_be,
    parse_enhancedpacketblock_le, parse_interfacedescriptionblock_be,
    parse_interfacedescriptionblock_le, parse_sectionheaderblock, parse_simplepacketblock_be,
    parse_simplepacketblock_le,
};
use pcap_parser::traits::PcapNGPacketBlock;

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const OBSOLETE_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;

/// Type, length, and the byte-order magic of a section header.
const SHORTEST_HEADER_BYTES: usize = 12;
const LITTLE_ENDIAN: [u8; 4] = [0x4d, 0x3c, 0x2b, 0x1a];
const BIG_ENDIAN: [u8; 4] = [0x1a, 0x2b, 0x3c, 0x4d];

/// Longest block of those that are read; others are passed over without being held.
const BLOCK_BYTES: usize = 1 << 20;
const INTERFACES: usize = 65_536;

#[derive(Default)]
pub(crate) struct Pcapng {
    section: Option<Section>,
    passing: Option<Passing>,
}

struct Section {
    big_endian: bool,
    interfaces: Vec<Interface>,
}

#[derive(Clone, Copy)]
struct Interface {
    link: u16,
    /// Most that was kept of a packet; 0 for all of it.
    snap_bytes: u32,
    clock: Option<Clock>,
}

/// A block that is of no interest, while it goes by.
#[derive(Clone, Copy)]
struct Passing {
    length: u32,
    /// Bytes before the length at its end.
    left: usize,
}

type Next<'a> = Option<(usize, Step<'a>)>;

impl Pcapng {
    pub fn is_open(&self) -> bool {
        self.section.is_some()
    }

    pub fn may_end(&self) -> bool {
        self.passing.is_none()
    }

    pub fn next<'a>(&mut self, content: &'a [u8]) -> Next<'a> {
        if let Some(passing) = self.passing {
            return self.pass(passing, content);
        }
        if content.len() < SHORTEST_HEADER_BYTES {
            return None;
        }
        let header = match self.header(content) {
            Ok(header) => header,
            Err(problem) => return Some((SHORTEST_HEADER_BYTES, Step::Lost(problem))),
        };
        let length = size(header.length);
        if !header.is_read() {
            self.passing = Some(Passing { length: header.length, left: length - 12 });
            return Some((8, Step::Other));
        }
        let block = content.get(..length)?;
        if u32_at(block, length - 4, header.big_endian) != header.length {
            return Some((length, Step::Lost(header.other_length(&block[length - 4..]))));
        }
        Some(match self.read(&header, block) {
            Ok(step) => (length, step),
            Err(problem) => (length, Step::Lost(problem)),
        })
    }

    fn pass<'a>(&mut self, passing: Passing, content: &'a [u8]) -> Next<'a> {
        if passing.left > 0 {
            let used = passing.left.min(content.len());
            self.passing = Some(Passing { left: passing.left - used, ..passing });
            return (used > 0).then_some((used, Step::Other));
        }
        let end = content.get(..4)?;
        self.passing = None;
        let big_endian = self.section.as_ref().is_some_and(|section| section.big_endian);
        if u32_at(end, 0, big_endian) == passing.length {
            return Some((4, Step::Other));
        }
        let header = BlockHeader { kind: 0, length: passing.length, big_endian };
        Some((4, Step::Lost(header.other_length(end))))
    }

    fn header(&self, content: &[u8]) -> Result<BlockHeader, String> {
        let begins_section = content[..4] == SECTION_HEADER.to_be_bytes();
        let big_endian = match &self.section {
            _ if begins_section => match [content[8], content[9], content[10], content[11]] {
                LITTLE_ENDIAN => false,
                BIG_ENDIAN => true,
                other => {
                    return Err(format!(
                        "expected the byte-order magic of a pcapng section, 4d 3c 2b 1a or 1a 2b \
                         3c 4d; found {}",
                        hex(&other)
                    ));
                }
            },
            Some(section) => section.big_endian,
            None => {
                let found = hex(&content[..4]);
                return Err(format!(
                    "expected a pcapng file, which begins with 0a 0d 0d 0a; found {found}"
                ));
            }
        };
        let kind = u32_at(content, 0, big_endian);
        let header = BlockHeader { kind, length: u32_at(content, 4, big_endian), big_endian };
        header.check()?;
        Ok(header)
    }

    fn read<'a>(&mut self, header: &BlockHeader, block: &'a [u8]) -> Result<Step<'a>, String> {
        if header.kind == SECTION_HEADER {
            self.section = Some(section(header, block)?);
            return Ok(Step::Other);
        }
        let Some(section) = &mut self.section else {
            return Err("expected a section header block first".to_owned());
        };
        Ok(match header.kind {
            INTERFACE_DESCRIPTION => return section.describe(block),
            SIMPLE_PACKET => section.simple(block),
            OBSOLETE_PACKET => section.obsolete(block),
            _ => section.enhanced(block),
        })
    }
}

#[derive(Clone, Copy)]
struct BlockHeader {
    kind: u32,
    length: u32,
    big_endian: bool,
}

impl BlockHeader {
    fn is_read(&self) -> bool {
        matches!(
            self.kind,
            SECTION_HEADER
                | INTERFACE_DESCRIPTION
                | OBSOLETE_PACKET
                | SIMPLE_PACKET
                | ENHANCED_PACKET
        )
    }

    fn check(&self) -> Result<(), String> {
        let length = size(self.length);
        let most = if self.is_read() { BLOCK_BYTES } else { usize::MAX };
        if length < SHORTEST_HEADER_BYTES || !length.is_multiple_of(4) || length > most {
            return Err(format!(
                "expected the length of a pcapng block: a multiple of 4, from 12 to {most}; found \
                 {length} for a block of type {}: what follows cannot be read",
                self.kind
            ));
        }
        Ok(())
    }

    fn other_length(&self, found: &[u8]) -> String {
        format!(
            "expected a pcapng block to end with its length; found {1} after {0}: what follows \
             cannot be read",
            self.length,
            u32_at(found, 0, self.big_endian)
        )
    }
}

fn section(header: &BlockHeader, block: &[u8]) -> Result<Section, String> {
    match parse_sectionheaderblock(block) {
        Ok((_, found)) if found.major_version == 1 => {
            Ok(Section { big_endian: header.big_endian, interfaces: Vec::new() })
        }
        Ok((_, found)) => Err(format!(
            "expected a pcapng section of version 1; found version {}.{}",
            found.major_version, found.minor_version
        )),
        Err(_) => Err(format!("expected a section header block; found {} bytes", block.len())),
    }
}

impl Section {
    fn describe<'a>(&mut self, block: &[u8]) -> Result<Step<'a>, String> {
        if self.interfaces.len() >= INTERFACES {
            return Err(format!("expected at most {INTERFACES} interfaces in a pcapng section"));
        }
        let parse = if self.big_endian {
            parse_interfacedescriptionblock_be
        } else {
            parse_interfacedescriptionblock_le
        };
        let Ok((_, found)) = parse(block) else {
            return Err(format!(
                "expected an interface description block; found {} bytes",
                block.len()
            ));
        };
        let clock = clock_of(&found, self.big_endian);
        self.interfaces.push(Interface {
            link: u16::try_from(found.linktype.0).unwrap_or(u16::MAX),
            snap_bytes: found.snaplen,
            clock: clock.as_ref().ok().copied(),
        });
        Ok(clock.map_or_else(Step::Bad, |_| Step::Other))
    }

    fn enhanced<'a>(&self, block: &'a [u8]) -> Step<'a> {
        let parse = if self.big_endian {
            parse_enhancedpacketblock_be
        } else {
            parse_enhancedpacketblock_le
        };
        match parse(block) {
            Ok((_, found)) if found.packet_data().len() == size(found.caplen) => {
                let ticks = u64::from(found.ts_high) << 32 | u64::from(found.ts_low);
                // The block outlives what was found in it.
                let data = &block[28..28 + size(found.caplen)];
                self.packet(found.if_id, ticks, data, found.origlen)
            }
            _ => Step::Bad(format!(
                "expected an enhanced packet block whose lengths agree; found {} bytes",
                block.len()
            )),
        }
    }

    /// Section 4.4: no time, and the interface is the first.
    fn simple<'a>(&self, block: &'a [u8]) -> Step<'a> {
        let parse =
            if self.big_endian { parse_simplepacketblock_be } else { parse_simplepacketblock_le };
        let Some(interface) = self.interfaces.first() else {
            return Step::Bad(
                "expected an interface description before a simple packet".to_owned(),
            );
        };
        let most = if interface.snap_bytes == 0 { u32::MAX } else { interface.snap_bytes };
        match parse(block) {
            Ok((_, found)) if size(found.origlen.min(most)) <= found.data.len() => {
                let data = &block[12..12 + size(found.origlen.min(most))];
                Step::Packet(Packet {
                    link: interface.link,
                    interface: 0,
                    recv_ns: None,
                    data,
                    wire_bytes: found.origlen,
                })
            }
            _ => Step::Bad(format!(
                "expected a simple packet block whose lengths agree; found {} bytes",
                block.len()
            )),
        }
    }

    /// Appendix A of the draft, "Packet Block (obsolete!)": the parser does not know it.
    fn obsolete<'a>(&self, block: &'a [u8]) -> Step<'a> {
        let body = &block[8..block.len() - 4];
        if body.len() < 20 {
            return Step::Bad(format!("expected a packet block; found {} bytes", block.len()));
        }
        let number = |at| u32_at(body, at, self.big_endian);
        let interface = if self.big_endian { number(0) >> 16 } else { number(0) & 0xffff };
        let ticks = u64::from(number(4)) << 32 | u64::from(number(8));
        match body[20..].get(..size(number(12))) {
            Some(data) => self.packet(interface, ticks, data, number(16)),
            None => Step::Bad(format!(
                "expected a packet block whose lengths agree; found {} of {} bytes",
                body.len() - 20,
                number(12)
            )),
        }
    }

    fn packet<'a>(&self, number: u32, ticks: u64, data: &'a [u8], wire_bytes: u32) -> Step<'a> {
        let Some(interface) = self.interfaces.get(size(number)) else {
            let described = self.interfaces.len();
            return Step::Bad(format!(
                "expected a packet of an interface that is described; found number {number} of \
                 {described}"
            ));
        };
        if data.len() > PACKET_BYTES {
            let found = data.len();
            return Step::Bad(format!(
                "expected a packet of at most {PACKET_BYTES} bytes; found {found}"
            ));
        }
        match interface.clock.and_then(|clock| clock.nanoseconds(ticks)) {
            Some(recv_ns) => Step::Packet(Packet {
                link: interface.link,
                interface: number,
                recv_ns: Some(recv_ns),
                data,
                wire_bytes,
            }),
            None => Step::Bad(format!(
                "expected the time of a packet within 292 years of 1970; found {ticks} ticks"
            )),
        }
    }
}

/// The parser reads `if_tsoffset` as little endian whatever the section is, so both options are
/// read here.
fn clock_of(found: &InterfaceDescriptionBlock, big_endian: bool) -> Result<Clock, String> {
    let option = |code: OptionCode| {
        found
            .options
            .iter()
            .find(|option| option.code == code)
            .map(pcap_parser::PcapNGOption::as_bytes)
    };
    let resolution = match option(OptionCode::IfTsresol) {
        Some(Ok([resolution])) => *resolution,
        Some(_) => return Err("expected an if_tsresol of 1 byte".to_owned()),
        None if option(OptionCode::IfTsoffset).is_none() => return Ok(Clock::MICROSECONDS),
        None => 6,
    };
    let offset = match option(OptionCode::IfTsoffset) {
        Some(Ok(bytes)) => {
            let Ok(bytes) = <[u8; 8]>::try_from(bytes) else {
                return Err("expected an if_tsoffset of 8 bytes".to_owned());
            };
            if big_endian { i64::from_be_bytes(bytes) } else { i64::from_le_bytes(bytes) }
        }
        Some(Err(_)) => return Err("expected an if_tsoffset of 8 bytes".to_owned()),
        None => 0,
    };
    Clock::new(resolution, offset)
}
