//! Datagrams, fragments and segments of any bytes, in frames that are right: so that what lies
//! deeper is reached.
#![no_main]

use latprobe_capture::Format;
use latprobe_capture_fuzz::{check, options};
use libfuzzer_sys::fuzz_target;

const ETHERNET: [u8; 14] = [1, 0, 0x5e, 0, 0, 1, 2, 0, 0, 0, 0, 1, 8, 0];
const HEADER: [u8; 24] =
    [0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];

fuzz_target!(|input: &[u8]| {
    let Some(([choice, piece], mut rest)) = input.split_first_chunk::<2>() else { return };
    let mut capture = HEADER.to_vec();
    let mut seconds = 0_u32;
    // Each packet: what it is, how much later it came, a number, and its payload after its length.
    while let Some(([kind, later, high, low, size], after)) = rest.split_first_chunk::<5>() {
        let (payload, after) = after.split_at(usize::from(*size).min(after.len()));
        seconds += u32::from(*later) / 16;
        let number = u16::from_be_bytes([*high, *low]);
        let frame = frame(*kind, number, payload);
        let length = u32::try_from(frame.len()).unwrap_or(0).to_le_bytes();
        capture.extend(seconds.to_le_bytes());
        capture.extend([&[0; 4][..], &length, &length, &frame].concat());
        rest = after;
    }
    check(Format::Pcap, &options(*choice), &capture, usize::from(*piece) * 8);
});

fn frame(kind: u8, number: u16, payload: &[u8]) -> Vec<u8> {
    let group = [239, 1, 1 + (kind >> 2 & 1), 1];
    match kind & 3 {
        0 => ipv4(group, 17, [0, 0], [0, 0], &udp(payload)),
        1 => ipv4(group, 17, [0, kind >> 3], number.to_be_bytes(), payload),
        2 => ipv4([10, 0, 0, 2], 6, [0, 0], [0, 0], &tcp(kind >> 3, number, payload)),
        _ => [&ETHERNET[..12], payload].concat(),
    }
}

fn udp(payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(8 + payload.len()).unwrap_or(0).to_be_bytes();
    [&[0, 9, 0x13, 0x88][..], &length, &[0, 0], payload].concat()
}

/// Numbers are about the place where they begin again.
fn tcp(flags: u8, number: u16, payload: &[u8]) -> Vec<u8> {
    let number = u32::from(number).wrapping_sub(0x800).to_be_bytes();
    [&[0, 9, 0, 8][..], &number, &[0; 4], &[0x50, flags, 0, 0, 0, 0, 0, 0], payload].concat()
}

fn ipv4(to: [u8; 4], protocol: u8, id: [u8; 2], place: [u8; 2], payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(20 + payload.len()).unwrap_or(0).to_be_bytes();
    let header = [&[0x45, 0][..], &length, &id, &place, &[9, protocol, 0, 0, 10, 0, 0, 1], &to];
    [&ETHERNET[..], &header.concat(), payload].concat()
}
