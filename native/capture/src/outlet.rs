//! What comes of a capture.

use crate::bad::Bad;
use crate::channels::{Channel, Channels};
use crate::columns::Columns;
use crate::counts::Counts;
use crate::framing::Session;
use crate::sessions::Sessions;

/// Where messages and everything else that is to be told go.
pub(crate) struct Outlet {
    pub columns: Columns,
    pub bad: Vec<Bad>,
    pub counts: Counts,
    pub channels: Channels,
    pub sessions: Sessions,
}

impl Outlet {
    pub fn new(sessions: Sessions) -> Self {
        Self {
            columns: Columns::default(),
            bad: Vec::new(),
            counts: Counts::default(),
            channels: Channels::default(),
            sessions,
        }
    }

    pub fn bad(&mut self, offset: u64, problem: String, content: &[u8]) {
        self.counts.bad += 1;
        self.bad.push(Bad { offset, problem, content: content.to_vec() });
    }

    pub fn message(&mut self, offset: u64, recv_ns: i64, channel: Channel, payload: &[u8]) {
        match self.channels.number(channel) {
            Ok(number) => self.columns.push(offset, recv_ns, number, payload),
            Err(problem) => self.bad(offset, problem, payload),
        }
    }

    /// Takes note of the sequence number of a message that came over a stream.
    pub fn number(&mut self, offset: u64, channel: Channel, session: Session, number: u64) {
        let noted = self
            .channels
            .number(channel)
            .and_then(|channel| self.sessions.number(channel, session, number, &mut self.counts));
        if let Err(problem) = noted {
            self.bad(offset, problem, &[]);
        }
    }
}
