//! Bytes of frames, from Ethernet to TCP. Checksums are left 0: nobody looks at them.

pub const IPV4: u16 = 0x0800;
pub const IPV6: u16 = 0x86dd;
pub const UDP: u8 = 17;
pub const TCP: u8 = 6;

pub fn be16(value: usize) -> [u8; 2] {
    u16::try_from(value).expect("16 bits").to_be_bytes()
}

pub fn ethernet(kind: u16, payload: &[u8]) -> Vec<u8> {
    [&[1, 0, 0x5e, 0, 0, 1, 2, 0, 0, 0, 0, 1][..], &kind.to_be_bytes(), payload].concat()
}

/// A tag, and the type of what is in it.
pub fn vlan(id: u16, kind: u16, payload: &[u8]) -> Vec<u8> {
    [&id.to_be_bytes()[..], &kind.to_be_bytes(), payload].concat()
}

/// One fragment, or all, of what goes from 10.0.0.1 to an address.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    pub id: u16,
    /// In bytes.
    pub offset: usize,
    pub more: bool,
    pub bytes: &'a [u8],
}

impl<'a> Part<'a> {
    pub fn whole(bytes: &'a [u8]) -> Self {
        Self { id: 0, offset: 0, more: false, bytes }
    }
}

pub fn ipv4_from(source: [u8; 4], to: [u8; 4], protocol: u8, part: Part<'_>) -> Vec<u8> {
    let flags = (part.offset / 8) | (usize::from(part.more) << 13);
    [
        &[0x45, 0][..],
        &be16(20 + part.bytes.len()),
        &part.id.to_be_bytes(),
        &be16(flags),
        &[64, protocol, 0, 0],
        &source,
        &to,
        part.bytes,
    ]
    .concat()
}

pub fn ipv4(to: [u8; 4], protocol: u8, part: Part<'_>) -> Vec<u8> {
    ipv4_from([10, 0, 0, 1], to, protocol, part)
}

pub fn ipv6(to: u16, next: u8, payload: &[u8]) -> Vec<u8> {
    let address = |last: u16| [&[0xff, 0x15][..], &[0; 12], &last.to_be_bytes()].concat();
    [&[0x60, 0, 0, 0][..], &be16(payload.len()), &[next, 64], &address(1), &address(to), payload]
        .concat()
}

/// An IPv6 fragment header before a part.
pub fn ipv6_fragment(next: u8, part: Part<'_>) -> Vec<u8> {
    let flags = part.offset | usize::from(part.more);
    [&[next, 0][..], &be16(flags), &[0, 0], &part.id.to_be_bytes(), part.bytes].concat()
}

pub fn udp(port: u16, payload: &[u8]) -> Vec<u8> {
    [&[0x30, 0x39][..], &port.to_be_bytes(), &be16(8 + payload.len()), &[0, 0], payload].concat()
}

/// A whole frame with a UDP datagram to a group.
pub fn datagram(to: [u8; 4], port: u16, payload: &[u8]) -> Vec<u8> {
    ethernet(IPV4, &ipv4(to, UDP, Part::whole(&udp(port, payload))))
}

pub const GROUP: [u8; 4] = [239, 1, 1, 1];
pub const OTHER_GROUP: [u8; 4] = [239, 1, 2, 1];
pub const PORT: u16 = 5_000;

/// A frame to the usual group.
pub fn message(payload: &[u8]) -> Vec<u8> {
    datagram(GROUP, PORT, payload)
}

pub const FIN: u8 = 1;
pub const SYN: u8 = 2;
pub const RST: u8 = 4;
pub const ACK: u8 = 16;

/// A whole frame with a segment from 10.0.0.1:7000 to 10.0.0.2:8000.
pub fn segment(number: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let ports = [&7_000_u16.to_be_bytes()[..], &8_000_u16.to_be_bytes()].concat();
    let header =
        [&ports[..], &number.to_be_bytes(), &[0; 4], &[0x50, flags | ACK, 1, 0, 0, 0, 0, 0]]
            .concat();
    let bytes = [&header[..], payload].concat();
    ethernet(IPV4, &ipv4([10, 0, 0, 2], TCP, Part::whole(&bytes)))
}
