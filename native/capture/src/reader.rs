//! Reads a capture that is fed to it piece by piece.

use crate::bad::{Bad, Refused};
use crate::columns::Columns;
use crate::container::{Container, Format, Step};
use crate::counts::Counts;
use crate::options::{Options, OptionsError};
use crate::packets::Packets;

/// Reads one capture, from its first byte to its last.
///
/// What it gives depends on the bytes alone, not on the pieces that they come in.
pub struct Reader {
    container: Container,
    packets: Packets,
    /// Bytes that were not read yet, for a record to become whole.
    content: Vec<u8>,
    /// Where `content` begins in the capture.
    start: u64,
    /// The latest time of a packet, for those that have none.
    last_ns: Option<i64>,
    lost: bool,
}

impl Reader {
    /// Makes a reader of a capture.
    ///
    /// # Errors
    ///
    /// The options contradict each other, or one cannot be read.
    pub fn new(format: Format, options: &Options) -> Result<Self, OptionsError> {
        Ok(Self {
            container: Container::new(format),
            packets: Packets::new(options)?,
            content: Vec::new(),
            start: 0,
            last_ns: None,
            lost: false,
        })
    }

    /// Takes the next bytes of the capture.
    ///
    /// # Errors
    ///
    /// The bytes are no capture, or one of which nothing can be read.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        if self.lost {
            return Ok(());
        }
        self.content.extend_from_slice(bytes);
        let mut at = 0;
        while let Some((used, step)) = self.container.next(&self.content[at..]) {
            let offset = self.start + at as u64;
            let outlet = &mut self.packets.outlet;
            match step {
                Step::Packet(packet) => {
                    let next_ns = self.last_ns.map_or(0, |last| last.saturating_add(1));
                    let recv_ns = packet.recv_ns.unwrap_or(next_ns);
                    self.last_ns = Some(recv_ns);
                    outlet.counts.packets += 1;
                    outlet.counts.without_time += u64::from(packet.recv_ns.is_none());
                    self.packets.take(offset, recv_ns, &packet, &self.content[at..at + used]);
                }
                Step::Other => {}
                Step::Bad(problem) => {
                    outlet.counts.packets += 1;
                    outlet.bad(offset, problem, &self.content[at..at + used]);
                }
                Step::Lost(problem) if self.container.is_open() => {
                    outlet.bad(offset, problem, &self.content[at..at + used]);
                    self.lost = true;
                    self.content = Vec::new();
                    return Ok(());
                }
                Step::Lost(problem) => return Err(Refused { offset, problem }),
            }
            at += used;
        }
        self.content.drain(..at);
        self.start += at as u64;
        Ok(())
    }

    /// There are no more bytes: gives up what is waited for.
    ///
    /// # Errors
    ///
    /// The bytes so far are not the beginning of a capture.
    pub fn finish(&mut self) -> Result<(), Refused> {
        let left = std::mem::take(&mut self.content);
        if !self.container.is_open() {
            let problem = format!("expected the header of a capture; found {} bytes", left.len());
            return Err(Refused { offset: self.start, problem });
        }
        if !self.lost && (!left.is_empty() || !self.container.may_end()) {
            let problem = format!(
                "expected a whole packet; found the end of the capture after {} bytes of one",
                left.len()
            );
            self.packets.outlet.bad(self.start, problem, &left);
        }
        self.lost = true;
        self.packets.finish(self.last_ns.unwrap_or(0));
        Ok(())
    }

    /// Whether the rest of the capture cannot be read, and need not be fed.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.lost
    }

    /// The messages since the last call.
    pub fn take_columns(&mut self) -> Columns {
        let columns = std::mem::take(&mut self.packets.outlet.columns);
        self.packets.outlet.counts.messages += columns.len() as u64;
        columns
    }

    /// What was not as it should be, since the last call.
    pub fn take_bad(&mut self) -> Vec<Bad> {
        std::mem::take(&mut self.packets.outlet.bad)
    }

    /// Names of the channels so far: a column's number `i` is `channels()[i]`.
    #[must_use]
    pub fn channels(&self) -> &[String] {
        self.packets.outlet.channels.names()
    }

    /// What was seen so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.packets.counts()
    }
}
