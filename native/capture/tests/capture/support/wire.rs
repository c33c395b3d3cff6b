//! Bytes of capture files.

pub const ETHERNET: u32 = 1;

/// How a file writes its numbers.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    Little,
    Big,
}

impl Order {
    pub fn u16(self, value: u16) -> [u8; 2] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }

    pub fn u32(self, value: u32) -> [u8; 4] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }
}

pub fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("short")
}

pub fn pcap_header(order: Order, nanoseconds: bool, link: u32) -> Vec<u8> {
    let magic = if nanoseconds { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
    [
        &order.u32(magic)[..],
        &order.u16(2),
        &order.u16(4),
        &[0; 8],
        &order.u32(65_535),
        &order.u32(link),
    ]
    .concat()
}

pub fn pcap_record(order: Order, seconds: u32, fraction: u32, packet: &[u8]) -> Vec<u8> {
    let size = order.u32(length(packet));
    [&order.u32(seconds)[..], &order.u32(fraction), &size, &size, packet].concat()
}

/// A file with nanoseconds, of packets with their times.
pub fn pcap(link: u32, records: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut file = pcap_header(Order::Little, true, link);
    for (at_ns, packet) in records {
        let seconds = u32::try_from(at_ns / 1_000_000_000).expect("before 2106");
        let fraction = u32::try_from(at_ns % 1_000_000_000).expect("under a second");
        file.extend(pcap_record(Order::Little, seconds, fraction, packet));
    }
    file
}

fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(4), 0);
    padded
}

pub fn block(order: Order, kind: u32, body: &[u8]) -> Vec<u8> {
    let body = padded(body);
    let size = order.u32(length(&body) + 12);
    [&order.u32(kind)[..], &size, &body, &size].concat()
}

pub fn option(order: Order, code: u16, value: &[u8]) -> Vec<u8> {
    let size = u16::try_from(value.len()).expect("short");
    [&order.u16(code)[..], &order.u16(size), &padded(value)].concat()
}

pub fn section(order: Order) -> Vec<u8> {
    let body = [&order.u32(0x1a2b_3c4d)[..], &order.u16(1), &order.u16(0), &[0xff; 8]].concat();
    block(order, 0x0a0d_0d0a, &body)
}

pub fn interface(order: Order, link: u16, snap: u32, options: &[u8]) -> Vec<u8> {
    let body = [&order.u16(link)[..], &[0; 2], &order.u32(snap), options].concat();
    block(order, 1, &body)
}

fn ticks(order: Order, at: u64) -> [u8; 8] {
    let half = |value: u64| order.u32(u32::try_from(value & 0xffff_ffff).expect("32 bits"));
    let mut both = [0; 8];
    both[..4].copy_from_slice(&half(at >> 32));
    both[4..].copy_from_slice(&half(at));
    both
}

pub fn enhanced(order: Order, interface: u32, at: u64, packet: &[u8], options: &[u8]) -> Vec<u8> {
    let size = order.u32(length(packet));
    let id = order.u32(interface);
    let parts = [&id[..], &ticks(order, at), &size, &size, &padded(packet), options];
    block(order, 6, &parts.concat())
}

pub fn obsolete(order: Order, interface: u16, at: u64, packet: &[u8]) -> Vec<u8> {
    let size = order.u32(length(packet));
    let id = order.u16(interface);
    let parts = [&id[..], &[0; 2], &ticks(order, at), &size, &size, packet];
    block(order, 2, &parts.concat())
}

pub fn simple(order: Order, wire_bytes: u32, packet: &[u8]) -> Vec<u8> {
    block(order, 3, &[&order.u32(wire_bytes)[..], packet].concat())
}
