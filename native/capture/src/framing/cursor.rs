//! Fields of a datagram, one after the other.

use std::ops::Range;

/// A place in a datagram.
pub(super) struct Cursor<'a> {
    datagram: &'a [u8],
    at: usize,
    what: &'static str,
}

impl<'a> Cursor<'a> {
    /// `what` is expected of the datagram, in words.
    pub fn new(what: &'static str, datagram: &'a [u8]) -> Self {
        Self { datagram, at: 0, what }
    }

    pub fn at_end(&self) -> bool {
        self.at == self.datagram.len()
    }

    pub fn left(&self) -> usize {
        self.datagram.len() - self.at
    }

    pub fn bytes<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let rest = &self.datagram[self.at..];
        let Some(bytes) = rest.first_chunk::<N>() else {
            return Err(self.problem(&format!("an end within a field of {N} bytes")));
        };
        self.at += N;
        Ok(*bytes)
    }

    /// The place of so many bytes, which are passed over.
    pub fn range(&mut self, length: usize) -> Result<Range<usize>, String> {
        if length > self.left() {
            let left = self.left();
            return Err(
                self.problem(&format!("a message of {length} bytes of which {left} are there"))
            );
        }
        let start = self.at;
        self.at += length;
        Ok(start..self.at)
    }

    /// The places of all messages that are left: so many, each after its length.
    pub fn blocks(
        &mut self,
        count: u16,
        length: fn([u8; 2]) -> u16,
        into: &mut Vec<Range<usize>>,
    ) -> Result<(), String> {
        for _ in 0..count {
            let length = length(self.bytes()?);
            into.push(self.range(usize::from(length))?);
        }
        if self.at_end() {
            return Ok(());
        }
        Err(self.problem(&format!("{} bytes left over", self.left())))
    }

    pub fn problem(&self, found: &str) -> String {
        format!(
            "expected {}; found {found}, at byte {} of {}: a filter by port, group or address \
             leaves other traffic out",
            self.what,
            self.at,
            self.datagram.len()
        )
    }
}
