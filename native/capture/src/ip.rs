//! IP packets of either version, down to what they carry.

use etherparse::{
    IpAuthHeaderSlice, IpFragOffset, IpNumber, Ipv4HeaderSlice, Ipv6FragmentHeaderSlice,
    Ipv6HeaderSlice, Ipv6RawExtHeaderSlice,
};
use std::fmt;
use std::net::IpAddr;

const FRAGMENT: IpNumber = IpNumber::IPV6_FRAGMENTATION_HEADER;
const AUTHENTICATION: IpNumber = IpNumber::AUTHENTICATION_HEADER;

/// One end of a conversation.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Endpoint {
    pub address: IpAddr,
    pub port: u16,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            IpAddr::V4(address) => write!(to, "{address}:{}", self.port),
            IpAddr::V6(address) => write!(to, "[{address}]:{}", self.port),
        }
    }
}

/// What an IP packet carries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Datagram<'a> {
    pub source: IpAddr,
    pub destination: IpAddr,
    pub protocol: IpNumber,
    pub payload: &'a [u8],
    /// Bytes of the payload that IP says are there and are not.
    pub missing: usize,
    pub fragment: Option<Fragment>,
}

/// Which part of a datagram a packet carries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fragment {
    pub identification: u32,
    pub offset: IpFragOffset,
    pub more: bool,
}

pub(crate) fn parse(packet: &[u8]) -> Result<Datagram<'_>, String> {
    match packet.first().map(|first| first >> 4) {
        Some(4) => parse_v4(packet),
        Some(6) => parse_v6(packet),
        Some(version) => Err(format!("expected IP version 4 or 6; found version {version}")),
        None => Err("expected an IP packet; found no bytes".to_owned()),
    }
}

fn parse_v4(packet: &[u8]) -> Result<Datagram<'_>, String> {
    let header = Ipv4HeaderSlice::from_slice(packet)
        .map_err(|error| format!("expected an IPv4 header; found {error}"))?;
    let header_bytes = header.slice().len();
    // Segments that a network card is still to cut up have a total length of 0.
    let total = match usize::from(header.total_len()) {
        0 => packet.len(),
        total => total,
    };
    if total < header_bytes {
        return Err(format!(
            "expected an IPv4 packet longer than its header; found a total length of {total}"
        ));
    }
    let fragment = header.is_fragmenting_payload().then(|| Fragment {
        identification: u32::from(header.identification()),
        offset: header.fragments_offset(),
        more: header.more_fragments(),
    });
    Ok(Datagram {
        source: header.source_addr().into(),
        destination: header.destination_addr().into(),
        protocol: header.protocol(),
        payload: &packet[header_bytes..total.min(packet.len())],
        missing: total.saturating_sub(packet.len()),
        fragment,
    })
}

fn parse_v6(packet: &[u8]) -> Result<Datagram<'_>, String> {
    let header = Ipv6HeaderSlice::from_slice(packet)
        .map_err(|error| format!("expected an IPv6 header; found {error}"))?;
    let rest = &packet[header.slice().len()..];
    // Jumbograms have a payload length of 0.
    let total = match usize::from(header.payload_length()) {
        0 => rest.len(),
        total => total,
    };
    let missing = total.saturating_sub(rest.len());
    let within = &rest[..total.min(rest.len())];
    let upper = upper_layer(header.next_header(), within).map_err(|problem| {
        if missing > 0 { format!("{problem}; {missing} bytes are missing") } else { problem }
    })?;
    Ok(Datagram {
        source: header.source_addr().into(),
        destination: header.destination_addr().into(),
        protocol: upper.protocol,
        payload: upper.payload,
        missing,
        fragment: upper.fragment,
    })
}

/// What stands behind the extension headers of an IPv6 packet.
pub(crate) struct UpperLayer<'a> {
    pub protocol: IpNumber,
    pub payload: &'a [u8],
    pub fragment: Option<Fragment>,
}

/// Walks the extension headers (RFC 8200, section 4), up to the fragment header of a real fragment.
pub(crate) fn upper_layer(mut next: IpNumber, mut rest: &[u8]) -> Result<UpperLayer<'_>, String> {
    loop {
        let length = match next {
            IpNumber::IPV6_HEADER_HOP_BY_HOP
            | IpNumber::IPV6_ROUTE_HEADER
            | IpNumber::IPV6_DESTINATION_OPTIONS
            | IpNumber::MOBILITY_HEADER
            | IpNumber::HIP
            | IpNumber::SHIM6 => {
                let header = Ipv6RawExtHeaderSlice::from_slice(rest).map_err(|_| cut(next))?;
                next = header.next_header();
                header.slice().len()
            }
            AUTHENTICATION => {
                let header = IpAuthHeaderSlice::from_slice(rest).map_err(|_| cut(next))?;
                next = header.next_header();
                header.slice().len()
            }
            FRAGMENT => {
                let header = Ipv6FragmentHeaderSlice::from_slice(rest).map_err(|_| cut(next))?;
                next = header.next_header();
                let length = header.slice().len();
                if header.is_fragmenting_payload() {
                    let fragment = Fragment {
                        identification: header.identification(),
                        offset: header.fragment_offset(),
                        more: header.more_fragments(),
                    };
                    let payload = &rest[length..];
                    return Ok(UpperLayer { protocol: next, payload, fragment: Some(fragment) });
                }
                length
            }
            _ => return Ok(UpperLayer { protocol: next, payload: rest, fragment: None }),
        };
        rest = &rest[length..];
    }
}

fn cut(header: IpNumber) -> String {
    format!("expected an IPv6 extension header of type {}, whole", header.0)
}
