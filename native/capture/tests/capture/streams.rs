//! TCP streams in order.

use crate::support::net::{FIN, RST, SYN, segment};
use crate::support::wire::{ETHERNET, pcap};
use crate::support::{Said, framed, read, read_in_pieces};
use latprobe_capture::{Format, Framing, Options};
use proptest::prelude::*;

fn said(frames: &[Vec<u8>]) -> Said {
    read(frames, &Options::default())
}

fn data(number: u32, payload: &[u8]) -> Vec<u8> {
    segment(number, 0, payload)
}

#[test]
fn what_each_segment_brings_is_a_message() {
    let frames =
        [segment(99, SYN, b""), data(100, b"one"), data(103, b"two"), segment(106, FIN, b"")];
    let said = said(&frames).clean();
    assert_eq!(said.texts(), ["one", "two"]);
    assert_eq!(said.channels(), ["10.0.0.1:7000>10.0.0.2:8000"; 2]);
    assert_eq!(said.times(), [1_000, 2_000]);
}

#[test]
fn a_segment_that_comes_early_waits_and_is_received_when_the_one_before_comes() {
    let frames = [segment(99, SYN, b""), data(103, b"two"), data(106, b"six"), data(100, b"one")];
    let said = said(&frames).clean();
    assert_eq!(said.texts(), ["one", "two", "six"]);
    assert_eq!(said.times(), [3_000; 3]);
    assert_eq!(said.counts.tcp_out_of_order, 2);
}

#[test]
fn what_comes_twice_is_handed_on_once() {
    let frames = [
        segment(99, SYN, b""),
        segment(99, SYN, b""),
        data(100, b"one"),
        data(100, b"one"),
        data(99, b"?"),
        data(101, b"XXtwo"),
        data(108, b"last"),
        data(108, b"la"),
        data(104, b"XXend"),
    ];
    let said = said(&frames).clean();
    assert_eq!(said.texts(), ["one", "two", "end", "ast"], "what is first counts");
    assert_eq!(said.counts.tcp_retransmissions, 3);
}

#[test]
fn sequence_numbers_wrap_around() {
    let first = u32::MAX - 3;
    let frames = [
        segment(first.wrapping_sub(1), SYN, b""),
        data(first, b"ab"),
        data(first.wrapping_add(6), b"gh"),
        data(first.wrapping_add(2), b"cdef"),
        data(first.wrapping_add(2), b"cdef"),
        data(first.wrapping_add(8), b"ij"),
    ];
    assert_eq!(said(&frames).clean().texts().concat(), "abcdefghij");
}

#[test]
fn a_capture_may_begin_in_the_middle_of_a_connection() {
    assert_eq!(said(&[data(5_000, b"one"), data(5_003, b"two")]).clean().texts(), ["one", "two"]);
}

#[test]
fn a_hole_that_nothing_fills_is_bad_and_the_stream_goes_on_behind_it() {
    for end in [segment(110, FIN, b""), segment(110, RST, b""), segment(9_999, SYN, b"")] {
        let frames = [segment(99, SYN, b""), data(100, b"one"), data(107, b"two"), end];
        let said = said(&frames);
        assert_eq!(said.texts(), ["one", "two"]);
        assert_eq!(said.bad.len(), 1);
        assert!(said.problems()[0].contains("found 4 bytes missing from 10.0.0.1:7000>"));
        assert_eq!((said.counts.tcp_holes, said.bad[0].content.len()), (1, 0));
    }
}

#[test]
fn a_hole_is_given_up_when_too_much_or_too_long_is_waited() {
    let early = |at: u32| data(1_000_000 + at * 1_000, &[b'x'; 1_000]);
    let mut frames = vec![data(1, b"one")];
    frames.extend((0..1_048).map(early));
    let none_yet = said(&frames);
    assert_eq!(none_yet.times().iter().filter(|time| **time < 1_048_000).count(), 1);
    frames.push(early(1_048));
    frames.push(early(1_049));
    let given_up = said(&frames);
    assert_eq!((given_up.counts.tcp_holes, given_up.columns.len()), (1, 1_051));
    assert_eq!(given_up.times()[1], 1_049_000);
    assert_eq!(given_up.times()[1_050], 1_050_000);

    let second = 1_000_000_000;
    let records = [
        (0, data(1, b"one")),
        (second, data(9, b"two")),
        (10 * second, data(12, b"three")),
        (12 * second, data(17, b"four")),
    ];
    let capture = pcap(ETHERNET, &records);
    let said = read_in_pieces(&capture, Format::Pcap, &Options::default(), &[]).expect("a capture");
    assert_eq!(said.texts(), ["one", "two", "three", "four"]);
    assert_eq!(said.times()[1], 12_000_000_000);
}

#[test]
fn ends_may_be_used_again_for_another_connection() {
    let frames = [
        segment(99, SYN, b""),
        data(100, b"one"),
        segment(103, FIN, b""),
        segment(4_000_000_000, SYN, b""),
        data(4_000_000_001, b"two"),
        data(100, b"far"),
        data(3_000_000_000, b"off"),
    ];
    let said = said(&frames);
    assert_eq!(said.texts(), ["one", "two", "far", "off"]);
}

#[test]
fn directions_are_streams_of_their_own() {
    let forward = data(1, b"ask");
    let mut back = data(1, b"answer");
    back.swap(29, 33);
    back[34..38].rotate_left(2);
    let said = said(&[forward, back]).clean();
    assert_eq!(said.channels(), ["10.0.0.1:7000>10.0.0.2:8000", "10.0.0.2:8000>10.0.0.1:7000"]);
}

#[test]
fn streams_without_end_are_bounded_in_what_they_hold() {
    let mut frames = Vec::new();
    for port in 0..20_000_u16 {
        let mut begin = data(1, b"x");
        begin[34..36].copy_from_slice(&port.to_be_bytes());
        let mut early = data(100, &[b'y'; 1_200]);
        early[34..36].copy_from_slice(&port.to_be_bytes());
        frames.extend([begin, early]);
    }
    let said = said(&frames);
    assert_eq!(said.counts.tcp_holes, 20_000);
    assert_eq!(said.columns.len(), 40_000);
}

fn soup(kind: u8, payload: &[u8]) -> Vec<u8> {
    let size = u16::try_from(payload.len() + 1).expect("short").to_be_bytes();
    [&size[..], &[kind], payload].concat()
}

fn logged_in(number: u64) -> Vec<u8> {
    soup(b'A', format!("SESSION001{number:>20}").as_bytes())
}

#[test]
fn soupbintcp_messages_are_received_when_their_last_byte_is() {
    let stream = [logged_in(7), soup(b'S', b"one"), soup(b'H', b""), soup(b'U', b"two")].concat();
    let mut frames = vec![segment(0, SYN, b"")];
    for (at, bytes) in (0..).zip(stream.chunks(5)) {
        frames.push(data(1 + at * 5, bytes));
    }
    let said = read(&frames, &framed(Framing::SoupBinTcp)).clean();
    assert_eq!(said.texts(), ["one", "two"]);
    // "one" ends 39 bytes in, "two" 48.
    assert_eq!(said.times(), [8_000, 10_000]);
}

#[test]
fn soupbintcp_numbers_go_on_from_the_login_and_gaps_between_logins_are_counted() {
    let connection = |number: u32, stream: &[u8]| {
        [segment(number - 1, SYN, b""), data(number, stream), segment(number, RST, b"")]
    };
    let first = [logged_in(1), soup(b'S', b"1"), soup(b'S', b"2")].concat();
    let second = [logged_in(5), soup(b'S', b"5"), soup(b'S', b"6")].concat();
    let frames = [connection(100, &first), connection(900_000, &second)].concat();
    let said = read(&frames, &framed(Framing::SoupBinTcp)).clean();
    assert_eq!(said.texts(), ["1", "2", "5", "6"]);
    assert_eq!((said.counts.gaps, said.counts.missing), (1, 2));
}

#[test]
fn soupbintcp_finds_its_step_again_behind_a_hole() {
    let (one, two) = (soup(b'S', b"one"), soup(b'S', b"two"));
    let frames = [
        segment(0, SYN, b""),
        data(1, &one),
        data(1 + 12, &two[2..]),
        data(1 + 12 + 4, &two),
        segment(1 + 12 + 4 + 6, FIN, b""),
    ];
    let said = read(&frames, &framed(Framing::SoupBinTcp));
    assert_eq!(said.texts(), ["one", "two"]);
    assert_eq!((said.bad.len(), said.counts.tcp_unframed_bytes), (1, 4));
}

#[test]
fn what_is_no_soupbintcp_is_bad_where_a_packet_must_be_and_passed_over_where_one_is_looked_for() {
    let frames = [segment(0, SYN, b""), data(1, b"GET / HTTP/1.1"), data(15, b"Host: here")];
    let said = read(&frames, &framed(Framing::SoupBinTcp));
    assert!(said.problems()[0].contains("expected a SoupBinTCP packet"));
    assert_eq!((said.bad.len(), said.counts.tcp_unframed_bytes), (1, 10));
    let said = read(&frames[1..], &framed(Framing::SoupBinTcp)).clean();
    assert_eq!(said.counts.tcp_unframed_bytes, 24);
}

proptest! {
    /// Segments of a stream, cut anywhere, some twice, shuffled within a window.
    #[test]
    fn any_disorder_gives_the_stream_in_order(
        stream in prop::collection::vec(any::<u8>(), 1..400),
        first in any::<u32>(),
        cuts in prop::collection::vec((0_usize..400, 1_usize..60), 0..40),
        seed in prop::collection::vec(0_usize..8, 60),
    ) {
        let mut segments: Vec<(usize, usize)> =
            (0..stream.len()).step_by(25).map(|at| (at, stream.len().min(at + 25))).collect();
        let cuts = cuts.into_iter().filter(|(at, _)| *at < stream.len());
        segments.extend(cuts.map(|(at, size)| (at, stream.len().min(at + size))));
        for (index, by) in seed.iter().enumerate() {
            let (a, b) = (index % segments.len(), (index + by) % segments.len());
            segments.swap(a, b);
        }
        let mut frames = vec![segment(first.wrapping_sub(1), SYN, b"")];
        for (start, end) in segments {
            let at = u32::try_from(start).expect("short");
            frames.push(data(first.wrapping_add(at), &stream[start..end]));
        }
        let said = said(&frames).clean();
        prop_assert_eq!(said.payloads().concat(), stream);
    }
}
