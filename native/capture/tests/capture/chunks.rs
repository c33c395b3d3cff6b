//! Whatever pieces a capture comes in, and whatever was done to it.

use crate::framings::{cme, iex, mach, mold};
use crate::support::net::{
    GROUP, IPV4, IPV6, OTHER_GROUP, PORT, Part, SYN, UDP, datagram, ethernet, ipv4, ipv6,
    ipv6_fragment, message, segment, udp, vlan,
};
use crate::support::wire::{
    ETHERNET, Order, enhanced, interface, obsolete, option, pcap, section, simple,
};
use crate::support::{arbitrated, framed, read_in_pieces};
use latprobe_capture::{Format, Framing, Options};
use proptest::prelude::*;

/// Frames of every kind.
fn frames() -> Vec<Vec<u8>> {
    let text = udp(PORT, b"a datagram in fragments, of which there are two");
    let part = |offset: usize, more, bytes| Part { id: 9, offset, more, bytes };
    let fragment = ipv6_fragment(UDP, part(0, true, &text[..24]));
    let soup = b"\x00\x04Sone\x00\x01H\x00\x04Stwo";
    vec![
        message(b"plain"),
        message(&cme(1, 5, &["one", "two"])),
        datagram(OTHER_GROUP, PORT, &cme(1, 5, &["one", "two"])),
        ethernet(IPV4, &ipv4(GROUP, UDP, part(0, true, &text[..32]))),
        ethernet(0x8100, &vlan(3, IPV4, &ipv4(GROUP, UDP, Part::whole(&text)))),
        message(&mold("SESSION001", 4, &["one", "two"])),
        ethernet(IPV6, &ipv6(9, 44, &fragment)),
        ethernet(IPV4, &ipv4(GROUP, UDP, part(32, false, &text[32..]))),
        segment(99, SYN, b""),
        segment(107, 0, &soup[7..]),
        message(&iex(4, 7, &["one", "two"])),
        segment(100, 0, &soup[..7]),
        message(&mach(4, &["one", "two"])),
        segment(500, 0, b"behind a hole"),
    ]
}

fn captures() -> Vec<(Format, Vec<u8>)> {
    let frames = frames();
    let records: Vec<_> = (0..).zip(frames.clone()).collect();
    let ng = [Order::Little, Order::Big].map(|order| {
        let resolution = option(order, 9, &[9]);
        let mut blocks = vec![section(order), interface(order, 1, 0, &resolution)];
        for (at, frame) in (0..).zip(&frames) {
            blocks.push(match at % 3 {
                0 => enhanced(order, 0, at, frame, &[]),
                1 => obsolete(order, 0, at, frame),
                _ => simple(order, u32::try_from(frame.len()).expect("short"), frame),
            });
        }
        blocks.concat()
    });
    let [little, big] = ng;
    let both = [little, big].concat();
    vec![(Format::Pcap, pcap(ETHERNET, &records)), (Format::Pcapng, both)]
}

fn options() -> impl Strategy<Value = Options> {
    let pair: &[&[&str]] = &[&["239.1.1.1:5000", "239.1.2.1:5000"]];
    let filtered = Options { groups: vec!["239.0.0.0/8".to_owned()], ..Options::default() };
    prop::sample::select(vec![
        Options::default(),
        filtered,
        framed(Framing::SoupBinTcp),
        framed(Framing::MoldUdp64),
        arbitrated(Framing::MoldUdp64, &[]),
        arbitrated(Framing::CmeMdp3, pair),
        arbitrated(Framing::IexTp, pair),
        arbitrated(Framing::MiaxMach, pair),
    ])
}

fn damaged(mut capture: Vec<u8>, damage: &[(prop::sample::Index, u8)], end: usize) -> Vec<u8> {
    for (at, bits) in damage {
        let at = at.index(capture.len());
        capture[at] ^= bits;
    }
    capture.truncate(end);
    capture
}

#[test]
fn a_byte_at_a_time_gives_the_same() {
    for (format, capture) in captures() {
        let options = Options::default();
        let whole = read_in_pieces(&capture, format, &options, &[]).expect("a capture");
        let pieces = vec![1; capture.len()];
        let bytes = read_in_pieces(&capture, format, &options, &pieces).expect("a capture");
        assert!(whole.columns.len() > 8);
        assert_eq!(whole, bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// An error or messages, never a panic; and the same in any pieces.
    #[test]
    fn damage_and_pieces_do_no_harm(
        which in 0_usize..2,
        options in options(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        end in prop_oneof![3 => Just(usize::MAX), 1 => 0_usize..4_000],
        pieces in prop::collection::vec(0_usize..300, 0..40),
    ) {
        let (format, capture) = captures().swap_remove(which);
        let capture = damaged(capture, &damage, end);
        let whole = read_in_pieces(&capture, format, &options, &[]);
        if let Ok(said) = &whole {
            let offsets = &said.columns.offsets;
            prop_assert!(offsets.is_sorted());
            prop_assert_eq!(offsets.len(), said.columns.len() + 1);
            prop_assert_eq!(offsets.last().copied(), i64::try_from(said.columns.payload.len()).ok());
            prop_assert_eq!(said.counts.messages, said.columns.len() as u64);
            prop_assert_eq!(said.counts.bad, said.bad.len() as u64);
            let known = said.channels.len();
            let is_known = |it: &i32| usize::try_from(*it).is_ok_and(|number| number < known);
            prop_assert!(said.columns.channels.iter().all(is_known));
        }
        // What is told of a capture that ends early depends on where it ends alone.
        prop_assert_eq!(whole, read_in_pieces(&capture, format, &options, &pieces));
    }
}
