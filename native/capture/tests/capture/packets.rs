//! Links, IP of both versions, filters and UDP.

use crate::support::net::{
    GROUP, IPV4, IPV6, OTHER_GROUP, PORT, Part, TCP, UDP, datagram, ethernet, ipv4, ipv6, message,
    udp, vlan,
};
use crate::support::wire::ETHERNET;
use crate::support::{framed, read, read_link};
use latprobe_capture::{Framing, Options};

fn udp_in_ipv4(payload: &[u8]) -> Vec<u8> {
    ipv4(GROUP, UDP, Part::whole(&udp(PORT, payload)))
}

#[test]
fn tags_around_a_packet_are_looked_through() {
    let packet = udp_in_ipv4(b"a");
    let inner = vlan(905, IPV4, &packet);
    let frames = [
        ethernet(0x8100, &inner),
        ethernet(0x88a8, &vlan(7, 0x8100, &inner)),
        ethernet(0x9100, &vlan(7, 0x8100, &inner)),
    ];
    assert_eq!(read(&frames, &Options::default()).clean().texts(), ["a"; 3]);
}

#[test]
fn tags_without_end_are_bad() {
    let mut packet = vlan(1, IPV4, &udp_in_ipv4(b"a"));
    (0..8).for_each(|_| packet = vlan(1, 0x8100, &packet));
    let said = read(&[ethernet(0x8100, &packet)], &Options::default());
    assert!(said.problems()[0].contains("at most 8 VLAN tags"));
}

#[test]
fn every_link_that_carries_ip_is_read() {
    let packet = udp_in_ipv4(b"a");
    let under = |header: &[u8]| [header, &packet].concat();
    let cooked = [&[0; 14][..], &IPV4.to_be_bytes()].concat();
    let cooked_2 = [&IPV4.to_be_bytes()[..], &[0; 18]].concat();
    let links = [
        (0, under(&[2, 0, 0, 0])),
        (0, under(&[0, 0, 0, 2])),
        (108, under(&[0, 0, 0, 2])),
        (12, packet.clone()),
        (14, packet.clone()),
        (101, packet.clone()),
        (228, packet.clone()),
        (113, under(&cooked)),
        (276, under(&cooked_2)),
    ];
    for (link, frame) in links {
        assert_eq!(read_link(link, &[frame], &Options::default()).clean().texts(), ["a"], "{link}");
    }
    let packet = ipv6(9, UDP, &udp(PORT, b"a"));
    for (link, header) in [(229, &[][..]), (101, &[]), (0, &[30, 0, 0, 0])] {
        let frame = [header, &packet].concat();
        assert_eq!(read_link(link, &[frame], &Options::default()).clean().texts(), ["a"], "{link}");
    }
}

#[test]
fn padding_behind_a_packet_is_no_part_of_it() {
    let frame = [&message(b"a")[..], &[0; 18]].concat();
    assert_eq!(read(&[frame], &Options::default()).clean().texts(), ["a"]);
}

#[test]
fn channels_are_groups_and_ports() {
    let frames = [
        datagram(GROUP, 1, b"a"),
        datagram(OTHER_GROUP, 2, b"b"),
        ethernet(IPV6, &ipv6(9, UDP, &udp(3, b"c"))),
        datagram(GROUP, 1, b"d"),
    ];
    let said = read(&frames, &Options::default()).clean();
    assert_eq!(said.channels(), ["239.1.1.1:1", "239.1.2.1:2", "[ff15::9]:3", "239.1.1.1:1"]);
}

#[test]
fn extension_headers_of_ipv6_are_walked() {
    let inner = udp(PORT, b"a");
    let options = [&[UDP, 1][..], &[0; 14], &inner].concat();
    let routing = [&[60, 0][..], &[0; 6], &options].concat();
    let hop_by_hop = [&[43, 0][..], &[0; 6], &routing].concat();
    let authenticated = [&[UDP, 4][..], &[0; 22], &inner].concat();
    let atomic = [&[UDP, 0, 0, 0, 0, 0, 0, 1][..], &inner].concat();
    let frames = [
        ethernet(IPV6, &ipv6(9, 0, &hop_by_hop)),
        ethernet(IPV6, &ipv6(9, 51, &authenticated)),
        ethernet(IPV6, &ipv6(9, 44, &atomic)),
    ];
    assert_eq!(read(&frames, &Options::default()).clean().texts(), ["a"; 3]);
    let cut = ethernet(IPV6, &ipv6(9, 0, &[UDP, 9, 0, 0]));
    assert!(read(&[cut], &Options::default()).problems()[0].contains("extension header of type 0"));
}

#[test]
fn what_carries_no_message_is_counted() {
    let frames = [
        ethernet(0x0806, &[0; 28]),
        ethernet(60, &[0; 60]),
        ethernet(IPV4, &ipv4(GROUP, 1, Part::whole(&[8; 16]))),
        message(b""),
    ];
    let said = read(&frames, &Options::default()).clean();
    let counts = said.counts;
    assert!(said.columns.is_empty());
    assert_eq!((counts.not_ip, counts.other_protocols, counts.empty), (2, 1, 1));
}

#[test]
fn a_framing_over_udp_leaves_tcp_out() {
    let tcp = ethernet(IPV4, &ipv4(GROUP, TCP, Part::whole(&[0x50; 20])));
    let said = read(&[tcp], &framed(Framing::CmeMdp3)).clean();
    assert_eq!(said.counts.other_protocols, 1);
    let said = read(&[message(b"a")], &framed(Framing::SoupBinTcp)).clean();
    assert_eq!(said.counts.other_protocols, 1);
}

#[test]
fn filters_let_through_what_has_one_of_each_kind() {
    let frames = [
        datagram([239, 1, 1, 1], 1, b"a"),
        datagram([239, 1, 1, 2], 1, b"b"),
        datagram([239, 1, 2, 1], 1, b"c"),
        datagram([239, 1, 2, 1], 2, b"d"),
    ];
    let passed = |ports: &[u16], groups: &[&str], addresses: &[&str]| {
        let owned = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect();
        let options = Options {
            ports: ports.to_vec(),
            groups: owned(groups),
            addresses: owned(addresses),
            ..Options::default()
        };
        let said = read(&frames, &options).clean();
        assert_eq!(said.counts.filtered_out + said.columns.len() as u64, 4);
        said.texts().concat()
    };
    assert_eq!(passed(&[], &[], &[]), "abcd");
    assert_eq!(passed(&[2], &[], &[]), "d");
    assert_eq!(passed(&[12_345], &[], &[]), "abcd", "the port that they come from");
    assert_eq!(passed(&[1], &["239.1.2.0/24"], &[]), "c");
    assert_eq!(passed(&[], &["239.1.1.2", "239.1.2.1"], &[]), "bcd");
    assert_eq!(passed(&[], &[], &["10.0.0.1"]), "abcd", "the address that they come from");
    assert_eq!(passed(&[], &["10.0.0.1"], &[]), "", "no group");
    assert_eq!(passed(&[2], &["239.1.2.1"], &["10.0.0.0/8"]), "d");
}

#[test]
fn a_filter_that_is_none_is_refused() {
    let options = Options { groups: vec!["239.1".to_owned()], ..Options::default() };
    let refused = latprobe_capture::Reader::new(latprobe_capture::Format::Pcap, &options);
    assert!(refused.err().expect("refused").to_string().contains("found \"239.1\""));
}

#[test]
fn lengths_that_do_not_agree_are_bad_and_reading_goes_on() {
    let good = message(b"good");
    let with = |at: usize, bytes: &[u8]| {
        let mut frame = good.clone();
        frame[at..at + bytes.len()].copy_from_slice(bytes);
        frame
    };
    let frames = [
        good[..10].to_vec(),
        good[..20].to_vec(),
        with(14, &[0x41]),
        with(14, &[0x75]),
        with(16, &[0, 19]),
        with(38, &[0, 7]),
        with(38, &[0, 99]),
        good[..40].to_vec(),
        good.clone(),
    ];
    let said = read(&frames, &Options::default());
    assert_eq!(said.texts(), ["good"]);
    let expected = [
        "an Ethernet header of 14",
        "an IPv4 header",
        "an IPv4 header",
        "found version 7",
        "found a total length of 19",
        "a UDP datagram as long as it says",
        "found 12 of 99 bytes",
        "a UDP header",
    ];
    assert_eq!(said.bad.len(), expected.len(), "{:#?}", said.problems());
    for (problem, part) in said.problems().iter().zip(expected) {
        assert!(problem.contains(part), "{problem} has no {part}");
    }
    // The record's header, and what is of the frame.
    assert_eq!(said.bad[0].content[16..], good[..10]);
}

#[test]
fn lengths_that_a_network_card_fills_in_later_are_those_of_the_packet() {
    let mut frame = message(b"large");
    frame[16..18].copy_from_slice(&[0, 0]);
    frame[38..40].copy_from_slice(&[0, 0]);
    assert_eq!(read_link(ETHERNET, &[frame], &Options::default()).clean().texts(), ["large"]);
}
