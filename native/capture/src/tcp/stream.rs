//! One direction of a TCP connection, put in order (RFC 9293, section 3.4).
//!
//! Of bytes that come twice, those that are handed on first count; among those that are held, those
//! of the segment that begins earlier. A hole is given up when too much waits behind it, or for too
//! long, or when the stream ends: then the stream goes on behind the hole.

use super::Segment;
use std::collections::BTreeMap;

/// Most that waits behind a hole, in bytes and in segments.
const WAITING_BYTES: usize = 1 << 20;
const WAITING_SEGMENTS: usize = 4_096;
/// How long it waits, by the capture's time.
const WAITING_NS: u64 = 10_000_000_000;
/// A segment that is farther off than any window is of another place in time: of another
/// connection between the same ends, or behind a hole that nothing will fill.
const FAR: u64 = 16 << 20;

/// What a stream hands on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Event<'a> {
    /// A connection begins: the next byte is its first.
    Begin,
    /// Bytes that are new, and where their packet begins in the capture.
    Bytes(&'a [u8], u64),
    /// So many bytes are missing before the packet that begins there.
    Hole { bytes: u64, before: u64 },
    /// Nothing goes on from here.
    End,
}

/// What a segment was.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Kind {
    pub retransmitted: bool,
    pub early: bool,
}

/// Places are sequence numbers that do not wrap: they count on where those begin again.
#[derive(Debug, Default)]
pub(super) struct Stream {
    next: Option<u64>,
    /// Number of the segment that began the connection.
    first_number: Option<u32>,
    /// Where the connection ends, once that is known.
    end: Option<u64>,
    held: BTreeMap<u64, Held>,
    held_bytes: usize,
    waiting_since_ns: i64,
}

#[derive(Debug)]
struct Held {
    bytes: Vec<u8>,
    offset: u64,
}

type Out<'a> = &'a mut dyn FnMut(Event<'_>);

impl Stream {
    pub fn held_bytes(&self) -> usize {
        self.held_bytes
    }

    pub fn take(&mut self, segment: &Segment<'_>, out: Out<'_>) -> Kind {
        if segment.syn && self.first_number != Some(segment.number) {
            self.begin(segment.number, out);
        }
        // The number of a SYN is one before that of the first byte.
        let number = segment.number.wrapping_add(u32::from(segment.syn));
        let start = self.place(number, segment.offset, out);
        let mut kind = Kind::default();
        if !segment.payload.is_empty() {
            kind = self.data(start, segment, out);
        }
        if segment.fin && self.end.is_none() {
            self.end = Some(start + segment.payload.len() as u64);
        }
        if segment.rst {
            self.end(out);
        } else if self.end.is_some() && self.end <= self.next {
            self.end = None;
            out(Event::End);
        }
        kind
    }

    /// Gives up all holes.
    pub fn end(&mut self, out: Out<'_>) {
        while !self.held.is_empty() {
            self.give_up_hole(out);
        }
        self.end = None;
        out(Event::End);
    }

    fn begin(&mut self, number: u32, out: Out<'_>) {
        if self.next.is_some() {
            self.end(out);
        }
        *self = Self {
            first_number: Some(number),
            next: Some(first_place(number.wrapping_add(1))),
            ..Self::default()
        };
        out(Event::Begin);
    }

    /// Where a segment of that number belongs.
    fn place(&mut self, number: u32, offset: u64, out: Out<'_>) -> u64 {
        let Some(next) = self.next else {
            let place = first_place(number);
            self.next = Some(place);
            return place;
        };
        let low = u32::try_from(next & u64::from(u32::MAX)).unwrap_or(0);
        let ahead = u64::from(number.wrapping_sub(low));
        let behind = u64::from(low.wrapping_sub(number));
        if ahead.min(behind) <= FAR {
            return if ahead <= behind { next + ahead } else { next - behind };
        }
        while !self.held.is_empty() {
            self.give_up_hole(out);
        }
        if ahead <= behind {
            out(Event::Hole { bytes: ahead, before: offset });
        } else {
            out(Event::End);
        }
        let place = first_place(number);
        *self = Self { next: Some(place), ..Self::default() };
        place
    }

    fn data(&mut self, start: u64, segment: &Segment<'_>, out: Out<'_>) -> Kind {
        let next = self.next.unwrap_or(start);
        let end = start + segment.payload.len() as u64;
        if end <= next {
            return Kind { retransmitted: true, early: false };
        }
        if start <= next {
            out(Event::Bytes(&segment.payload[place_in(next - start)..], segment.offset));
            self.next = Some(end);
            self.hand_on_held(segment.recv_ns, out);
            return Kind::default();
        }
        let retransmitted = !self.hold(start, segment);
        if segment.recv_ns.abs_diff(self.waiting_since_ns) > WAITING_NS {
            self.give_up_hole(out);
            self.waiting_since_ns = segment.recv_ns;
        }
        while self.held_bytes > WAITING_BYTES || self.held.len() > WAITING_SEGMENTS {
            self.give_up_hole(out);
        }
        Kind { retransmitted, early: !retransmitted }
    }

    /// Keeps a segment until those before it have come; says whether it brings anything.
    fn hold(&mut self, start: u64, segment: &Segment<'_>) -> bool {
        if self.held.is_empty() {
            self.waiting_since_ns = segment.recv_ns;
        }
        let known = self.held.get(&start).map_or(0, |held| held.bytes.len());
        if segment.payload.len() <= known {
            return false;
        }
        let held = Held { bytes: segment.payload.to_vec(), offset: segment.offset };
        self.held.insert(start, held);
        self.held_bytes += segment.payload.len() - known;
        true
    }

    fn hand_on_held(&mut self, now_ns: i64, out: Out<'_>) {
        let next = self.next;
        self.hand_on(out);
        if self.next != next {
            self.waiting_since_ns = now_ns;
        }
    }

    fn hand_on(&mut self, out: Out<'_>) {
        while let Some(entry) = self.held.first_entry()
            && let Some(next) = self.next
            && *entry.key() <= next
        {
            let (start, held) = entry.remove_entry();
            self.held_bytes -= held.bytes.len();
            let end = start + held.bytes.len() as u64;
            if end > next {
                out(Event::Bytes(&held.bytes[place_in(next - start)..], held.offset));
                self.next = Some(end);
            }
        }
    }

    fn give_up_hole(&mut self, out: Out<'_>) {
        let Some((start, held)) = self.held.first_key_value() else { return };
        if let Some(next) = self.next
            && *start > next
        {
            out(Event::Hole { bytes: start - next, before: held.offset });
        }
        self.next = Some(*start);
        self.hand_on(out);
    }
}

/// The place of a number that nothing is known before. Far enough from 0 to go back from.
fn first_place(number: u32) -> u64 {
    (1 << 32) + u64::from(number)
}

fn place_in(distance: u64) -> usize {
    usize::try_from(distance).unwrap_or(usize::MAX)
}
