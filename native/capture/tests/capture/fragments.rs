//! Datagrams in pieces.

use crate::support::net::{
    GROUP, IPV4, IPV6, PORT, Part, UDP, ethernet, ipv4, ipv6, ipv6_fragment, udp, vlan,
};
use crate::support::wire::{ETHERNET, pcap};
use crate::support::{Said, read, read_in_pieces};
use latprobe_capture::{Format, Options};

/// A datagram of 40 bytes in all.
fn whole() -> Vec<u8> {
    udp(PORT, b"abcdefghijklmnopqrstuvwxyz012345")
}

const TEXT: &str = "abcdefghijklmnopqrstuvwxyz012345";

fn part(id: u16, offset: usize, more: bool, bytes: &[u8]) -> Vec<u8> {
    ethernet(IPV4, &ipv4(GROUP, UDP, Part { id, offset, more, bytes }))
}

/// Fragments of 16, 16 and 8 bytes.
fn parts(id: u16) -> [Vec<u8>; 3] {
    let whole = whole();
    [
        part(id, 0, true, &whole[..16]),
        part(id, 16, true, &whole[16..32]),
        part(id, 32, false, &whole[32..]),
    ]
}

fn said(frames: &[Vec<u8>]) -> Said {
    read(frames, &Options::default())
}

#[test]
fn fragments_in_any_order_make_the_datagram_when_the_last_comes() {
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for order in orders {
        let said = said(&order.map(|at: usize| parts(1)[at].clone())).clean();
        assert_eq!(said.texts(), [TEXT], "{order:?}");
        assert_eq!(said.times(), [2_000]);
        assert_eq!((said.counts.fragments, said.counts.incomplete_datagrams), (3, 0));
    }
}

#[test]
fn fragments_of_different_datagrams_are_kept_apart() {
    let interleaved = |[first, second]: [[Vec<u8>; 3]; 2]| {
        let frames: Vec<_> = first.into_iter().zip(second).flat_map(<[_; 2]>::from).collect();
        said(&frames).clean()
    };
    assert_eq!(interleaved([parts(1), parts(2)]).texts(), [TEXT; 2]);
    let tagged = |frame: Vec<u8>| ethernet(0x8100, &vlan(7, IPV4, &frame[14..]));
    assert_eq!(interleaved([parts(1), parts(1).map(tagged)]).texts(), [TEXT; 2]);
}

#[test]
fn fragments_of_ipv6_are_put_together() {
    let whole = whole();
    let frame = |offset: usize, more: bool, bytes: &[u8]| {
        let fragment = ipv6_fragment(UDP, Part { id: 5, offset, more, bytes });
        ethernet(IPV6, &ipv6(9, 44, &fragment))
    };
    let frames = [frame(24, false, &whole[24..]), frame(0, true, &whole[..24])];
    let said = said(&frames).clean();
    assert_eq!((said.texts(), said.channels()), (vec![TEXT.to_owned()], vec!["[ff15::9]:5000"]));
}

#[test]
fn extension_headers_within_fragments_of_ipv6_are_walked() {
    let whole = [&[UDP, 0][..], &[0; 6], &whole()].concat();
    let frame = |next: u8, offset: usize, more: bool, bytes: &[u8]| {
        let fragment = ipv6_fragment(next, Part { id: 5, offset, more, bytes });
        ethernet(IPV6, &ipv6(9, 44, &fragment))
    };
    // What fragments other than the first say of the next header does not count.
    let frames = [frame(99, 24, false, &whole[24..]), frame(60, 0, true, &whole[..24])];
    assert_eq!(said(&frames).clean().texts(), [TEXT]);
}

#[test]
fn copies_of_fragments_change_nothing() {
    let [a, b, c] = parts(1);
    let overlapping = part(1, 8, true, &whole()[8..24]);
    let frames = [a.clone(), a, overlapping, b, c];
    assert_eq!(said(&frames).clean().texts(), [TEXT]);
}

#[test]
fn fragments_that_contradict_each_other_make_the_datagram_bad() {
    let [a, b, c] = parts(1);
    let other = part(1, 8, true, &[b'?'; 16]);
    let said = said(&[a, other, b, c]);
    assert!(said.columns.is_empty());
    assert_eq!(said.bad.len(), 1);
    assert!(said.problems()[0].contains("found bytes 8 to 16 to be others"));
    assert_eq!(said.counts.incomplete_datagrams, 1, "what came after it");
}

#[test]
fn a_datagram_that_ends_twice_or_is_too_long_is_bad() {
    let [a, _, c] = parts(1);
    let frames = [a.clone(), c, part(1, 40, false, &[0; 8])];
    assert!(said(&frames).problems()[0].contains("expected fragments of one datagram"));
    let frames = [a, part(1, 65_528, false, &[0; 100])];
    assert!(said(&frames).problems()[0].contains("expected fragments of one datagram"));
    let uneven = part(2, 0, true, &[0; 9]);
    assert!(said(&[uneven]).problems()[0].contains("expected fragments of one datagram"));
    let empty = part(3, 8, true, &[]);
    assert!(said(&[empty]).problems()[0].contains("found an empty one"));
}

#[test]
fn a_datagram_that_is_not_whole_in_half_a_minute_is_given_up() {
    let [a, b, c] = parts(1);
    let read_at = |last_s: u64| {
        let records = [(0, a.clone()), (0, b.clone()), (last_s * 1_000_000_000, c.clone())];
        let capture = pcap(ETHERNET, &records);
        read_in_pieces(&capture, Format::Pcap, &Options::default(), &[]).expect("a capture")
    };
    assert_eq!(read_at(29).clean().texts(), [TEXT]);
    let late = read_at(35).clean();
    assert!(late.columns.is_empty());
    assert_eq!(late.counts.incomplete_datagrams, 2, "what came, and what came too late");
}

#[test]
fn however_many_datagrams_are_begun_some_are_waited_for() {
    let [_, b, c] = parts(60_000);
    let mut frames: Vec<Vec<u8>> = (0..20_000).map(|id| part(id, 0, true, &[0; 1_480])).collect();
    frames.push(parts(60_000)[0].clone());
    frames.extend([b, c]);
    let said = said(&frames).clean();
    assert_eq!(said.texts(), [TEXT]);
    assert_eq!(said.counts.incomplete_datagrams, 20_000);
}
