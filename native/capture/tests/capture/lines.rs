//! Lines that carry the same, made one.

use crate::framings::{cme, iex, mach, mold};
use crate::support::net::{GROUP, OTHER_GROUP, PORT, datagram};
use crate::support::{Said, arbitrated, framed, read};
use latprobe_capture::{Format, Framing, Options, Reader};

const SESSION: &str = "SESSION001";
const PAIR: &[&[&str]] = &[&["239.1.1.1:5000", "239.1.2.1:5000"]];

fn a(packet: &[u8]) -> Vec<u8> {
    datagram(GROUP, PORT, packet)
}

fn b(packet: &[u8]) -> Vec<u8> {
    datagram(OTHER_GROUP, PORT, packet)
}

fn cme_pair(frames: &[Vec<u8>]) -> Said {
    read(frames, &arbitrated(Framing::CmeMdp3, PAIR))
}

#[test]
fn the_first_copy_of_each_number_stays_and_is_of_the_first_line() {
    let (one, two) = (cme(1, 10, &["1a", "1b"]), cme(2, 20, &["2"]));
    let said = cme_pair(&[a(&one), b(&one), b(&two), a(&two)]).clean();
    assert_eq!(said.texts(), ["1a", "1b", "2"]);
    assert_eq!(said.times(), [0, 0, 2_000]);
    assert_eq!(said.channels(), ["239.1.1.1:5000"; 3]);
    assert_eq!((said.counts.duplicates, said.counts.gaps, said.counts.line_gaps), (2, 0, 0));
}

#[test]
fn a_gap_on_one_line_is_filled_from_the_other_and_a_gap_on_both_is_counted() {
    let packet = |number| cme(number, u64::from(number), &["x"]);
    let frames =
        [a(&packet(1)), a(&packet(3)), b(&packet(1)), b(&packet(2)), b(&packet(6)), a(&packet(6))];
    let said = cme_pair(&frames).clean();
    assert_eq!(said.columns.len(), 4);
    let counts = said.counts;
    assert_eq!((counts.gaps, counts.missing, counts.late, counts.duplicates), (1, 2, 1, 2));
    // A lacks 2, 4 and 5; B lacks 3 to 5.
    assert_eq!((counts.line_gaps, counts.line_missing), (3, 6));
}

#[test]
fn sessions_tell_which_lines_are_one() {
    let options = arbitrated(Framing::MoldUdp64, &[]);
    let frames = [
        a(&mold(SESSION, 1, &["1", "2"])),
        b(&mold(SESSION, 1, &["1"])),
        b(&mold(SESSION, 2, &["2", "3"])),
        b(&mold("SESSION002", 1, &["other"])),
        a(&mold(SESSION, 3, &["3", "4"])),
    ];
    let said = read(&frames, &options).clean();
    assert_eq!(said.texts(), ["1", "2", "3", "other", "4"], "each packet may be cut elsewhere");
    let (first, second) = ("239.1.1.1:5000", "239.1.2.1:5000");
    assert_eq!(said.channels(), [first, first, first, second, first]);
}

#[test]
fn lines_of_iex_may_send_the_same_in_other_segments_at_other_times() {
    let options = arbitrated(Framing::IexTp, &[]);
    let frames = [
        a(&iex(1, 1_000, &["1", "2", "3"])),
        b(&iex(1, 1_100, &["1", "2"])),
        b(&iex(3, 1_200, &["3"])),
        a(&iex(4, 1_150, &["4"])),
    ];
    let said = read(&frames, &options).clean();
    assert_eq!(said.texts(), ["1", "2", "3", "4"]);
    assert_eq!((said.counts.restarts, said.counts.duplicates), (0, 3));
}

#[test]
fn numbers_that_begin_again_do_so_on_both_lines() {
    let (old, older) = (cme(900, 10, &["old"]), cme(899, 9, &["older"]));
    let (new, newer) = (cme(1, 11, &["new"]), cme(2, 12, &["newer"]));
    let frames = [a(&older), a(&old), a(&new), b(&older), b(&old), a(&newer), b(&new), b(&newer)];
    let said = cme_pair(&frames).clean();
    assert_eq!(said.texts(), ["older", "old", "new", "newer"]);
    assert_eq!((said.counts.restarts, said.counts.duplicates, said.counts.gaps), (1, 4, 0));
}

#[test]
fn lines_that_do_not_carry_the_same_are_told() {
    let frames = [a(&cme(1, 10, &["apples"])), b(&cme(1, 10, &["pears"])), b(&cme(2, 11, &["x"]))];
    let said = cme_pair(&frames);
    assert_eq!(said.texts(), ["apples", "x"]);
    assert!(said.problems()[0].contains("found number 1 of 239.1.2.1:5000 to be another"));
    assert_eq!(said.bad.len(), 1);
}

#[test]
fn heartbeats_of_the_first_line_are_those_of_the_feed() {
    let options = arbitrated(Framing::MiaxMach, PAIR);
    let frames = [b(&mach(1, &["1"])), a(&mach(1, &["1"])), b(&mach(1, &[""])), a(&mach(1, &[""]))];
    let said = read(&frames, &options).clean();
    assert_eq!(said.payloads(), [mach(1, &["1"]), mach(1, &[""])]);
    assert_eq!(said.times(), [0, 3_000]);
}

#[test]
fn a_line_that_is_not_named_is_a_feed_of_its_own() {
    let other = datagram([239, 9, 9, 9], 1, &cme(1, 10, &["other"]));
    let said = cme_pair(&[a(&cme(1, 10, &["1"])), other.clone(), other]).clean();
    assert_eq!(said.texts(), ["1", "other"]);
    assert_eq!(said.channels(), ["239.1.1.1:5000", "239.9.9.9:1"]);
}

#[test]
fn what_cannot_be_arbitrated_is_refused_in_words() {
    let refused =
        |options: &Options| Reader::new(Format::Pcap, options).err().expect("refused").to_string();
    let line = |text: &str| arbitrated(Framing::CmeMdp3, &[&[text, "239.1.2.1:5000"]]);
    let cases = [
        (arbitrated(Framing::None, &[]), "without a framing there is none"),
        (arbitrated(Framing::SoupBinTcp, &[]), "has no lines to arbitrate"),
        (arbitrated(Framing::CmeMdp3, &[]), "name the lines of each with --lines A=B"),
        (arbitrated(Framing::CmeMdp3, &[&["239.1.1.1:1"]]), "two lines or more"),
        (arbitrated(Framing::CmeMdp3, &[PAIR[0], PAIR[0]]), "named twice"),
        (Options { arbitrate: false, ..arbitrated(Framing::CmeMdp3, PAIR) }, "add --arbitrate"),
        (line("239.1.1.1"), "expected a line such as"),
        (line("239.1.1.1:70000"), "expected a line such as"),
        (line("ff15::1:5000"), "expected a line such as"),
    ];
    for (options, words) in cases {
        assert!(refused(&options).contains(words), "{}", refused(&options));
    }
    assert!(Reader::new(Format::Pcap, &line("[ff15::1]:5000")).is_ok());
    assert!(Reader::new(Format::Pcap, &framed(Framing::SoupBinTcp)).is_ok());
}
