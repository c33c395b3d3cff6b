//! Messages out of what exchanges wrap them in.

use crate::support::framed;
use crate::support::net::message;
use crate::support::{Said, read};
use latprobe_capture::Framing;

pub fn mold(session: &str, first: u64, messages: &[&str]) -> Vec<u8> {
    let count = u16::try_from(messages.len()).expect("few");
    let mut packet = [session.as_bytes(), &first.to_be_bytes(), &count.to_be_bytes()].concat();
    for text in messages {
        packet.extend(u16::try_from(text.len()).expect("short").to_be_bytes());
        packet.extend(text.as_bytes());
    }
    packet
}

pub fn iex(first: u64, sent_ns: u64, messages: &[&str]) -> Vec<u8> {
    let mut body = Vec::new();
    for text in messages {
        body.extend(u16::try_from(text.len()).expect("short").to_le_bytes());
        body.extend(text.as_bytes());
    }
    let size = u16::try_from(body.len()).expect("short").to_le_bytes();
    let count = u16::try_from(messages.len()).expect("few").to_le_bytes();
    let session = [4, 0x80, 1, 0, 0, 0, 9, 9, 9, 9];
    let numbers = [first.to_le_bytes(), sent_ns.to_le_bytes()].concat();
    [&[1, 0][..], &session, &size, &count, &[0; 8], &numbers, &body].concat()
}

pub fn cme(number: u32, sent_ns: u64, messages: &[&str]) -> Vec<u8> {
    let mut packet = [&number.to_le_bytes()[..], &sent_ns.to_le_bytes()].concat();
    for text in messages {
        packet.extend(u16::try_from(text.len() + 2).expect("short").to_le_bytes());
        packet.extend(text.as_bytes());
    }
    packet
}

/// MACH packets of type 3, or heartbeats where there is no text.
pub fn mach(first: u64, messages: &[&str]) -> Vec<u8> {
    let mut packets = Vec::new();
    for (number, text) in (first..).zip(messages) {
        let size = u16::try_from(12 + text.len()).expect("short").to_le_bytes();
        let kind = if text.is_empty() { 0 } else { 3 };
        packets.extend([&number.to_le_bytes()[..], &size, &[kind, 1], text.as_bytes()].concat());
    }
    packets
}

fn said(framing: Framing, packets: &[Vec<u8>]) -> Said {
    let frames: Vec<_> = packets.iter().map(|packet| message(packet)).collect();
    read(&frames, &framed(framing))
}

const SESSION: &str = "SESSION001";

#[test]
fn moldudp64_packets_hold_messages_heartbeats_and_the_end() {
    let mut end = mold(SESSION, 6, &[]);
    end[18..20].copy_from_slice(&[0xff, 0xff]);
    let packets = [
        mold(SESSION, 1, &["one", "two"]),
        mold(SESSION, 3, &[]),
        mold(SESSION, 3, &["three", "", "five"]),
        end,
    ];
    let said = said(Framing::MoldUdp64, &packets).clean();
    assert_eq!(said.texts(), ["one", "two", "three", "", "five"]);
    assert_eq!(said.times(), [0, 0, 2_000, 2_000, 2_000]);
    assert_eq!((said.counts.empty, said.counts.gaps), (2, 0));
}

#[test]
fn gaps_late_ones_and_copies_are_counted_and_nothing_is_dropped() {
    let packets = [
        mold(SESSION, 1, &["1"]),
        mold(SESSION, 5, &["5", "6"]),
        mold(SESSION, 3, &["3"]),
        mold(SESSION, 5, &["5"]),
        mold(SESSION, 10, &[]),
        mold("SESSION002", 77, &["other"]),
    ];
    let said = said(Framing::MoldUdp64, &packets).clean();
    assert_eq!(said.texts(), ["1", "5", "6", "3", "5", "other"]);
    let counts = said.counts;
    // 2, 4, and 7 to 9.
    assert_eq!((counts.gaps, counts.missing), (3, 5));
    assert_eq!((counts.late, counts.duplicates), (1, 1));
}

#[test]
fn numbers_at_the_end_of_all_numbers_do_no_harm() {
    let packets = [mold(SESSION, u64::MAX - 1, &["1", "2", "3"]), mold(SESSION, 5, &["4"])];
    let said = said(Framing::MoldUdp64, &packets).clean();
    assert_eq!(said.texts(), ["1", "2", "3", "4"]);
}

#[test]
fn iex_tp_segments_hold_message_blocks() {
    let packets = [iex(1, 10, &["one", "two"]), iex(3, 11, &[]), iex(3, 12, &["three"])];
    let said = said(Framing::IexTp, &packets).clean();
    assert_eq!(said.texts(), ["one", "two", "three"]);
    assert_eq!((said.counts.empty, said.counts.gaps), (1, 0));
}

#[test]
fn cme_packets_hold_messages_after_their_size_and_one_number() {
    let packets = [cme(1, 10, &["one", "two"]), cme(2, 11, &["three"]), cme(5, 12, &["six"])];
    let said = said(Framing::CmeMdp3, &packets).clean();
    assert_eq!(said.texts(), ["one", "two", "three", "six"]);
    assert_eq!((said.counts.gaps, said.counts.missing), (1, 2));
}

#[test]
fn miax_mach_packets_are_messages_with_their_header() {
    let packets = [mach(7, &["one", "two"]), mach(8, &[""]), mach(9, &["three"])];
    let said = said(Framing::MiaxMach, &packets).clean();
    let expected: Vec<Vec<u8>> =
        vec![mach(7, &["one"]), mach(8, &["two"]), mach(8, &[""]), mach(9, &["three"])];
    assert_eq!(said.payloads(), expected);
    assert_eq!((said.counts.gaps, said.counts.duplicates), (0, 0));
}

#[test]
fn numbers_that_begin_again_are_no_gap() {
    let packets =
        [cme(900, 10, &["a"]), cme(1, 11, &["b"]), cme(2, 12, &["c"]), cme(2, 12, &["c"])];
    let counts = said(Framing::CmeMdp3, &packets).clean().counts;
    assert_eq!((counts.restarts, counts.gaps, counts.duplicates), (1, 0, 1));
    let second = 1_000_000_000;
    let packets = [iex(900, second, &["a"]), iex(1, 3 * second, &[]), iex(1, 4 * second, &["b"])];
    let counts = said(Framing::IexTp, &packets).clean().counts;
    assert_eq!((counts.restarts, counts.gaps, counts.late), (1, 0, 0));
}

#[test]
fn a_packet_that_is_cut_or_too_long_gives_no_message_at_all() {
    let whole = [
        (Framing::MoldUdp64, mold(SESSION, 1, &["one", "two"])),
        (Framing::IexTp, iex(1, 1, &["one", "two"])),
        (Framing::CmeMdp3, cme(1, 1, &["one", "two"])),
        (Framing::MiaxMach, mach(1, &["one", "two"])),
    ];
    for (framing, packet) in whole {
        let ends: Vec<usize> = match framing {
            // After the header, and after the first message, a CME packet is a shorter one.
            Framing::CmeMdp3 => (0..packet.len()).filter(|end| ![12, 17].contains(end)).collect(),
            Framing::MiaxMach => (0..packet.len()).filter(|end| *end != 15).collect(),
            _ => (0..packet.len()).collect(),
        };
        for end in ends {
            let said = said(framing, &[packet[..end].to_vec()]);
            assert!(said.columns.is_empty(), "{framing:?} {end}");
            assert_eq!(said.bad.len(), 1, "{framing:?} {end}");
        }
        let longer = [&packet[..], &[0]].concat();
        assert_eq!(said(framing, &[longer]).bad.len(), 1, "{framing:?}");
    }
}

#[test]
fn what_is_of_another_protocol_is_told_apart_by_what_it_says() {
    let bad = |framing, packet: Vec<u8>| said(framing, &[packet]).problems()[0].to_owned();
    let mut other_version = iex(1, 1, &["a"]);
    other_version[0] = 2;
    assert!(bad(Framing::IexTp, other_version).contains("found version 2, not 1"));
    let mut other_kind = mach(1, &["a"]);
    other_kind[10] = 9;
    assert!(bad(Framing::MiaxMach, other_kind).contains("found one of type 9"));
    let mut short = mach(1, &["a"]);
    short[8] = 11;
    assert!(bad(Framing::MiaxMach, short).contains("a packet of 11 bytes"));
    let mut no_size = cme(1, 1, &["a"]);
    no_size[12] = 2;
    assert!(bad(Framing::CmeMdp3, no_size).contains("a message of 2 bytes, its size included"));
}
