//! What lies around an IP packet: Ethernet and the other links of tcpdump.org's registry.

use etherparse::{EtherType, Ethernet2HeaderSlice, SingleVlanHeaderSlice};

const NULL: u16 = 0;
const ETHERNET: u16 = 1;
/// What some systems call raw IP.
const RAW_BSD: u16 = 12;
const RAW_OPENBSD: u16 = 14;
const RAW: u16 = 101;
const LOOP: u16 = 108;
const LINUX_COOKED: u16 = 113;
const IPV4: u16 = 228;
const IPV6: u16 = 229;
const LINUX_COOKED_2: u16 = 276;

const SUPPORTED: [u16; 10] =
    [NULL, ETHERNET, RAW_BSD, RAW_OPENBSD, RAW, LOOP, LINUX_COOKED, IPV4, IPV6, LINUX_COOKED_2];

/// Tags around one another that are looked through; `QinQ` has two.
const TAGS: usize = 8;
/// `QinQ` before IEEE 802.1ad gave it a number.
const OLD_QINQ: [EtherType; 2] = [EtherType::VLAN_DOUBLE_TAGGED_FRAME, EtherType(0x9200)];

/// An IP packet, and the tags that it came under.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Tagged<'a> {
    pub ip: &'a [u8],
    /// Identifiers of the two innermost VLAN tags: fragments of one datagram have the same.
    pub vlans: u32,
}

/// Refuses links that cannot be looked into.
pub(crate) fn check(link: u16) -> Result<(), String> {
    if SUPPORTED.contains(&link) {
        return Ok(());
    }
    Err(format!(
        "link type {link} is not supported: expected Ethernet (1), raw IP (101, 228, 229), Linux \
         cooked (113, 276) or loopback (0, 108)"
    ))
}

/// The IP packet in a frame, if there is one.
pub(crate) fn ip_in(link: u16, frame: &[u8]) -> Result<Option<Tagged<'_>>, String> {
    check(link)?;
    match link {
        ETHERNET => {
            let header = Ethernet2HeaderSlice::from_slice(frame)
                .map_err(|_| short("an Ethernet header of 14", frame))?;
            untagged(header.ether_type(), &frame[header.slice().len()..])
        }
        LINUX_COOKED => cooked(frame, 16, 14),
        LINUX_COOKED_2 => cooked(frame, 20, 0),
        NULL | LOOP => loopback(frame, link == LOOP),
        _ => Ok(Some(Tagged { ip: frame, vlans: 0 })),
    }
}

fn short(expected: &str, found: &[u8]) -> String {
    format!("expected {expected} bytes; found {}", found.len())
}

fn untagged(mut kind: EtherType, mut rest: &[u8]) -> Result<Option<Tagged<'_>>, String> {
    let mut vlans = 0;
    for _ in 0..=TAGS {
        match kind {
            EtherType::IPV4 | EtherType::IPV6 => return Ok(Some(Tagged { ip: rest, vlans })),
            EtherType::VLAN_TAGGED_FRAME | EtherType::PROVIDER_BRIDGING => {}
            _ if OLD_QINQ.contains(&kind) => {}
            _ => return Ok(None),
        }
        let tag =
            SingleVlanHeaderSlice::from_slice(rest).map_err(|_| short("a VLAN tag of 4", rest))?;
        vlans = vlans << 12 & 0x00ff_f000 | u32::from(tag.vlan_identifier().value());
        kind = tag.ether_type();
        rest = &rest[tag.slice().len()..];
    }
    Err(format!("expected at most {TAGS} VLAN tags around a packet; found more"))
}

fn cooked(frame: &[u8], header: usize, kind_at: usize) -> Result<Option<Tagged<'_>>, String> {
    let (Some(rest), Some(kind)) = (frame.get(header..), frame.get(kind_at..kind_at + 2)) else {
        return Err(short(&format!("a Linux cooked header of {header}"), frame));
    };
    untagged(EtherType(u16::from_be_bytes([kind[0], kind[1]])), rest)
}

/// Four bytes of address family: big endian, or as the capturing machine has it. Its number for
/// IPv6 differs from system to system.
fn loopback(frame: &[u8], network_order: bool) -> Result<Option<Tagged<'_>>, String> {
    let Some((family, ip)) = frame.split_first_chunk::<4>() else {
        return Err(short("a loopback header of 4", frame));
    };
    let is_ip = |family: u32| matches!(family, 2 | 10 | 24 | 28 | 30);
    let found =
        is_ip(u32::from_be_bytes(*family)) || !network_order && is_ip(u32::from_le_bytes(*family));
    Ok(found.then_some(Tagged { ip, vlans: 0 }))
}
