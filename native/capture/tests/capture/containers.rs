//! Both kinds of capture files, whoever wrote them.

use crate::support::net::message;
use crate::support::wire::{
    ETHERNET, Order, block, enhanced, interface, obsolete, option, pcap_header, pcap_record,
    section, simple,
};
use crate::support::{Said, read_in_pieces};
use latprobe_capture::{Format, Options, Reader};

const ORDERS: [Order; 2] = [Order::Little, Order::Big];

fn said(capture: &[u8], format: Format) -> Said {
    read_in_pieces(capture, format, &Options::default(), &[]).expect("a capture")
}

fn refusal(capture: &[u8], format: Format) -> String {
    let refused = read_in_pieces(capture, format, &Options::default(), &[]);
    refused.expect_err("no capture").problem
}

#[test]
fn pcap_is_read_in_either_order_and_resolution() {
    for order in ORDERS {
        for (nanoseconds, unit) in [(false, 1_000), (true, 1)] {
            let mut capture = pcap_header(order, nanoseconds, ETHERNET);
            capture.extend(pcap_record(order, 1_700_000_000, 5, &message(b"one")));
            capture.extend(pcap_record(order, 1_700_000_001, 999_999, &message(b"two")));
            let said = said(&capture, Format::Pcap).clean();
            let second = 1_000_000_000;
            assert_eq!(said.texts(), ["one", "two"]);
            assert_eq!(
                said.times(),
                [1_700_000_000 * second + 5 * unit, 1_700_000_001 * second + 999_999 * unit]
            );
            assert_eq!(said.channels(), ["239.1.1.1:5000"; 2]);
            assert_eq!(said.columns.places, [24, 24 + 16 + 45]);
        }
    }
}

#[test]
fn what_says_a_link_also_says_whether_there_is_a_frame_check_sequence() {
    let mut capture = pcap_header(Order::Little, true, 0x5400_0000 | ETHERNET);
    let frame = [&message(b"one")[..], &[9; 4]].concat();
    capture.extend(pcap_record(Order::Little, 0, 0, &frame));
    assert_eq!(said(&capture, Format::Pcap).clean().texts(), ["one"]);
}

#[test]
fn what_is_no_pcap_is_refused_in_words() {
    let mut header = pcap_header(Order::Little, false, ETHERNET);
    assert!(refusal(b"", Format::Pcap).contains("expected the header of a capture"));
    assert!(refusal(&header[..23], Format::Pcap).contains("found 23 bytes"));
    assert!(refusal(&[7; 24], Format::Pcap).contains("found 07 07 07 07"));
    header[..4].copy_from_slice(&[0x34, 0xcd, 0xb2, 0xa1]);
    assert!(refusal(&header, Format::Pcap).contains("modified pcap file, which is not supported"));
    let wifi = pcap_header(Order::Little, false, 105);
    assert!(refusal(&wifi, Format::Pcap).contains("link type 105 is not supported"));
    let mut old = pcap_header(Order::Little, false, ETHERNET);
    old[6] = 3;
    assert!(refusal(&old, Format::Pcap).contains("found version 2.3"));
}

#[test]
fn a_packet_that_is_cut_off_is_bad_and_those_before_are_read() {
    let mut capture = pcap_header(Order::Little, true, ETHERNET);
    capture.extend(pcap_record(Order::Little, 0, 0, &message(b"one")));
    let whole = capture.len();
    capture.extend(pcap_record(Order::Little, 0, 0, &message(b"two")));
    for end in whole + 1..capture.len() {
        let said = said(&capture[..end], Format::Pcap);
        assert_eq!(said.texts(), ["one"]);
        assert_eq!((said.bad.len(), said.bad[0].offset), (1, whole as u64));
        assert_eq!(said.bad[0].content, capture[whole..end]);
    }
    assert_eq!(said(&capture, Format::Pcap).clean().texts(), ["one", "two"]);
}

#[test]
fn an_impossible_length_ends_what_can_be_read() {
    let mut capture = pcap_header(Order::Little, true, ETHERNET);
    capture.extend(pcap_record(Order::Little, 0, 0, &message(b"one")));
    let at = capture.len();
    capture.extend([0; 8]);
    capture.extend(0x7fff_ffff_u32.to_le_bytes());
    capture.extend([0; 4_000]);
    let said = said(&capture, Format::Pcap);
    assert_eq!(said.texts(), ["one"]);
    assert_eq!(said.bad[0].offset, at as u64);
    assert!(said.problems()[0].contains("found a record of one of 2147483647"));
}

#[test]
fn a_fraction_of_more_than_a_second_is_bad_and_reading_goes_on() {
    let mut capture = pcap_header(Order::Big, false, ETHERNET);
    capture.extend(pcap_record(Order::Big, 0, 1_000_000, &message(b"one")));
    capture.extend(pcap_record(Order::Big, 0, 0, &message(b"two")));
    let said = said(&capture, Format::Pcap);
    assert_eq!(said.texts(), ["two"]);
    assert_eq!((said.bad.len(), said.bad[0].offset), (1, 24));
    assert_eq!(said.counts.packets, 2);
}

#[test]
fn pcapng_is_read_in_either_order_with_every_kind_of_packet() {
    for order in ORDERS {
        let comment = option(order, 1, b"a comment");
        let capture = [
            section(order),
            block(order, 10, b"secrets"),
            interface(order, 1, 0, &[]),
            interface(order, 1, 0, &option(order, 9, &[9])),
            enhanced(order, 0, 5, &message(b"one"), &comment),
            block(order, 4, b"names of hosts"),
            enhanced(order, 1, 7, &message(b"two!"), &[]),
            block(order, 5, &[0; 20]),
            obsolete(order, 0, 9, &message(b"three")),
            block(order, 0x8000_0001, &[1; 33]),
            simple(order, 46, &message(b"four")),
        ]
        .concat();
        let said = said(&capture, Format::Pcapng).clean();
        assert_eq!(said.texts(), ["one", "two!", "three", "four"]);
        assert_eq!(said.times(), [5_000, 7, 9_000, 9_001]);
        assert_eq!((said.counts.packets, said.counts.without_time), (4, 1));
    }
}

#[test]
fn sections_have_their_own_order_interfaces_and_clocks() {
    let seconds_since_2000 = 946_684_800_i64;
    let mut capture = Vec::new();
    for order in ORDERS {
        let offset = match order {
            Order::Little => seconds_since_2000.to_le_bytes(),
            Order::Big => seconds_since_2000.to_be_bytes(),
        };
        let options = [option(order, 9, &[3]), option(order, 14, &offset), option(order, 0, &[])];
        capture.extend(section(order));
        capture.extend(interface(order, 1, 0, &options.concat()));
        capture.extend(enhanced(order, 0, 1_500, &message(b"a"), &[]));
    }
    let said = said(&capture, Format::Pcapng).clean();
    assert_eq!(said.times(), [946_684_801_500_000_000; 2]);
}

#[test]
fn a_snapped_simple_packet_is_as_long_as_its_interface_keeps() {
    let order = Order::Little;
    let frame = message(b"one");
    let kept = u32::try_from(frame.len()).expect("short");
    let padded = [&frame[..], &[0; 3]].concat();
    let capture =
        [section(order), interface(order, 1, kept, &[]), simple(order, 1_500, &padded)].concat();
    assert_eq!(said(&capture, Format::Pcapng).clean().texts(), ["one"]);
}

#[test]
fn bad_blocks_are_told_and_reading_goes_on() {
    let order = Order::Little;
    let mut lying = enhanced(order, 0, 0, &message(b"no"), &[]);
    lying[20..24].copy_from_slice(&60_000_u32.to_le_bytes());
    let capture = [
        section(order),
        enhanced(order, 0, 0, &message(b"no"), &[]),
        interface(order, 105, 0, &[]),
        interface(order, 1, 0, &option(order, 9, &[99])),
        interface(order, 1, 0, &[]),
        enhanced(order, 0, 0, &message(b"no"), &[]),
        enhanced(order, 1, 0, &message(b"no"), &[]),
        enhanced(order, 7, 0, &message(b"no"), &[]),
        lying,
        enhanced(order, 2, 0, &message(b"yes"), &[]),
    ]
    .concat();
    let said = said(&capture, Format::Pcapng);
    assert_eq!(said.texts(), ["yes"]);
    let expected = [
        "found number 0 of 0",
        "found 10^-99",
        "link type 105 is not supported",
        "expected the time of a packet",
        "found number 7 of 3",
        "expected an enhanced packet block whose lengths agree",
    ];
    assert_eq!(said.bad.len(), expected.len());
    for (problem, part) in said.problems().iter().zip(expected) {
        assert!(problem.contains(part), "{problem}");
    }
}

#[test]
fn where_the_next_block_begins_is_not_guessed() {
    let order = Order::Little;
    let begin = [section(order), interface(order, 1, 0, &[])].concat();
    let packet = enhanced(order, 0, 0, &message(b"no"), &[]);
    let with = |at: usize, value: u32| {
        let mut packet = packet.clone();
        packet[at..at + 4].copy_from_slice(&value.to_le_bytes());
        let said = said(&[&begin[..], &packet, &packet].concat(), Format::Pcapng);
        assert!(said.columns.is_empty());
        assert_eq!((said.bad.len(), said.bad[0].offset), (1, begin.len() as u64));
        said.bad[0].problem.clone()
    };
    assert!(with(4, 13).contains("a multiple of 4"));
    assert!(with(4, 8).contains("from 12"));
    assert!(with(4, 0x7fff_fffc).contains("from 12 to 1048576"));
    assert!(with(packet.len() - 4, 12).contains("to end with its length"));
}

#[test]
fn blocks_of_no_interest_are_passed_over_without_being_held() {
    let order = Order::Little;
    let mut reader = Reader::new(Format::Pcapng, &Options::default()).expect("options");
    let large = block(order, 0x0bad, &vec![0; 3 << 20]);
    let begin = [section(order), interface(order, 1, 0, &[])].concat();
    reader.feed(&begin).expect("a capture");
    large.chunks(1_000).for_each(|piece| reader.feed(piece).expect("a capture"));
    reader.feed(&enhanced(order, 0, 0, &message(b"one"), &[])).expect("a capture");
    assert_eq!(reader.take_columns().len(), 1);
    // An announced length that the capture does not have is a cut, not a wait without end.
    reader.feed(&large[..100]).expect("a capture");
    reader.finish().expect("a capture");
    assert_eq!(reader.take_bad().len(), 1);
}

#[test]
fn what_is_no_pcapng_is_refused_in_words() {
    assert!(refusal(&[0; 40], Format::Pcapng).contains("which begins with 0a 0d 0d 0a"));
    let mut capture = section(Order::Little);
    capture[8] = 0;
    assert!(refusal(&capture, Format::Pcapng).contains("byte-order magic"));
    let mut capture = section(Order::Little);
    capture[12] = 9;
    assert!(refusal(&capture, Format::Pcapng).contains("found version 9.0"));
}
