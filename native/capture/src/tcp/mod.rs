//! TCP connections, each direction a stream.

mod stream;

use crate::channels::Channel;
use crate::framing::Framing;
use crate::framing::soupbintcp::{Soup, SoupBinTcp};
use crate::ip::Endpoint;
use crate::outlet::Outlet;
use std::collections::HashMap;
use stream::{Event, Stream};

/// Most streams that are followed; where there are more, the half that was quiet for longest is
/// given up.
const STREAMS: usize = 16_384;
/// Most bytes that are held for all of them together.
const HELD_BYTES: usize = 64 << 20;

/// A segment, with what the stream needs of its header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment<'a> {
    pub number: u32,
    pub syn: bool,
    pub fin: bool,
    pub rst: bool,
    pub payload: &'a [u8],
    /// Where the packet begins in the capture.
    pub offset: u64,
    pub recv_ns: i64,
}

type Key = (Endpoint, Endpoint);

/// All streams of a capture.
pub(crate) struct Streams {
    framing: Framing,
    known: HashMap<Key, Framed>,
    held_bytes: usize,
    segments: u64,
}

struct Framed {
    stream: Stream,
    soup: SoupBinTcp,
    last_segment: u64,
}

impl Framed {
    fn held_bytes(&self) -> usize {
        self.stream.held_bytes() + self.soup.held_bytes()
    }
}

impl Streams {
    pub fn new(framing: Framing) -> Self {
        Self { framing, known: HashMap::new(), held_bytes: 0, segments: 0 }
    }

    /// Takes a segment; hands on the messages that it completes.
    pub fn take(&mut self, key: Key, segment: &Segment<'_>, outlet: &mut Outlet) {
        self.segments += 1;
        let is_known = self.known.contains_key(&key);
        if !is_known && segment.payload.is_empty() && !segment.syn {
            return;
        }
        if !is_known && self.known.len() >= STREAMS || self.held_bytes >= HELD_BYTES {
            self.give_up_half(segment.recv_ns, outlet);
        }
        let framed = self.known.entry(key).or_insert_with(|| Framed {
            stream: Stream::default(),
            soup: SoupBinTcp::default(),
            last_segment: 0,
        });
        framed.last_segment = self.segments;
        let before = framed.held_bytes();
        let (stream, soup, framing) = (&mut framed.stream, &mut framed.soup, self.framing);
        let recv_ns = segment.recv_ns;
        let what = stream.take(segment, &mut |event| {
            hand_on(framing, key, soup, event, recv_ns, outlet);
        });
        outlet.counts.tcp_retransmissions += u64::from(what.retransmitted);
        outlet.counts.tcp_out_of_order += u64::from(what.early);
        self.held_bytes = self.held_bytes + framed.held_bytes() - before;
    }

    /// Hands on what is held behind holes, and forgets all streams.
    pub fn finish(&mut self, recv_ns: i64, outlet: &mut Outlet) {
        self.give_up(u64::MAX, recv_ns, outlet);
    }

    fn give_up_half(&mut self, recv_ns: i64, outlet: &mut Outlet) {
        let mut ages: Vec<u64> = self.known.values().map(|framed| framed.last_segment).collect();
        ages.sort_unstable();
        if let Some(middle) = ages.get(ages.len() / 2) {
            self.give_up(*middle, recv_ns, outlet);
        }
    }

    /// Gives up the streams that had no segment after that number, the quietest first.
    fn give_up(&mut self, last_segment: u64, recv_ns: i64, outlet: &mut Outlet) {
        let mut gone: Vec<(Key, Framed)> =
            self.known.extract_if(|_, it| it.last_segment <= last_segment).collect();
        gone.sort_unstable_by_key(|(_, framed)| framed.last_segment);
        for (key, mut framed) in gone {
            let (soup, framing) = (&mut framed.soup, self.framing);
            framed.stream.end(&mut |event| hand_on(framing, key, soup, event, recv_ns, outlet));
        }
        self.held_bytes = self.known.values().map(Framed::held_bytes).sum();
    }
}

fn hand_on(
    framing: Framing,
    (source, destination): Key,
    soup: &mut SoupBinTcp,
    event: Event<'_>,
    recv_ns: i64,
    outlet: &mut Outlet,
) {
    let channel = Channel::Stream(source, destination);
    match event {
        Event::Begin => soup.begin(),
        Event::Bytes(bytes, offset) if framing == Framing::None => {
            outlet.message(offset, recv_ns, channel, bytes);
        }
        Event::Bytes(bytes, offset) => {
            soup.take(bytes, &mut |it| unwrapped(it, offset, recv_ns, channel, outlet));
        }
        Event::Hole { bytes, before } => {
            outlet.counts.tcp_holes += 1;
            outlet.counts.tcp_unframed_bytes += soup.end() as u64;
            let problem = format!(
                "expected a TCP stream without holes; found {bytes} bytes missing from {channel} \
                 before this packet"
            );
            outlet.bad(before, problem, &[]);
        }
        Event::End => outlet.counts.tcp_unframed_bytes += soup.end() as u64,
    }
}

fn unwrapped(it: Soup<'_>, offset: u64, recv_ns: i64, channel: Channel, outlet: &mut Outlet) {
    match it {
        Soup::Sequenced(message, numbered) => {
            outlet.message(offset, recv_ns, channel, message);
            if let Some((session, number)) = numbered {
                outlet.number(offset, channel, session, number);
            }
        }
        Soup::Unsequenced(message) => outlet.message(offset, recv_ns, channel, message),
        Soup::Other => outlet.counts.empty += 1,
        Soup::Unframed(bytes) => outlet.counts.tcp_unframed_bytes += bytes as u64,
        Soup::Bad(problem, content) => outlet.bad(offset, problem, content),
    }
}
