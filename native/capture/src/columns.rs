//! Messages, column by column, as a feed takes them.

use std::ops::Range;

/// Messages in arrival order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Columns {
    /// Receive times, in nanoseconds since 1970 (UTC).
    pub recv_ns: Vec<i64>,
    /// The channel of each, as its number among [`crate::Reader::channels`].
    pub channels: Vec<i32>,
    /// Where each begins in `payload`, and where the last ends: one more than there are messages.
    pub offsets: Vec<i64>,
    /// Where the packet that completed each begins in the capture, in bytes.
    pub places: Vec<i64>,
    /// All payloads, one after the other.
    pub payload: Vec<u8>,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            recv_ns: Vec::new(),
            channels: Vec::new(),
            offsets: vec![0],
            places: Vec::new(),
            payload: Vec::new(),
        }
    }
}

impl Columns {
    /// How many messages there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.recv_ns.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recv_ns.is_empty()
    }

    /// Receive time, channel and payload of each message.
    pub fn iter(&self) -> impl Iterator<Item = (i64, i32, &[u8])> {
        (0..self.len()).map(|index| {
            let range = self.range(index);
            (self.recv_ns[index], self.channels[index], &self.payload[range])
        })
    }

    pub(crate) fn push(&mut self, place: u64, recv_ns: i64, channel: i32, payload: &[u8]) {
        self.places.push(place.cast_signed());
        self.payload.extend_from_slice(payload);
        self.recv_ns.push(recv_ns);
        self.channels.push(channel);
        self.offsets.push(i64::try_from(self.payload.len()).unwrap_or(i64::MAX));
    }

    fn range(&self, index: usize) -> Range<usize> {
        let place = |at: usize| usize::try_from(self.offsets[at]).unwrap_or(0);
        place(index)..place(index + 1)
    }
}
