//! What exchanges wrap messages in. The specification of each is named in its file.

mod cme_mdp3;
mod cursor;
mod iex_tp;
mod miax_mach;
mod moldudp64;
pub(crate) mod soupbintcp;

use serde::Deserialize;
use std::ops::Range;

/// How messages lie in datagrams or streams.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Framing {
    /// They do not: a datagram, or what a TCP segment brings, is a message.
    #[default]
    None,
    /// Nasdaq's, over UDP.
    #[serde(rename = "moldudp64")]
    MoldUdp64,
    /// Nasdaq's, over TCP.
    #[serde(rename = "soupbintcp")]
    SoupBinTcp,
    /// IEX's, over UDP.
    IexTp,
    /// CME's, over UDP.
    #[serde(rename = "cme-mdp3")]
    CmeMdp3,
    /// MIAX's, over UDP.
    MiaxMach,
}

impl Framing {
    /// Whether it goes over UDP.
    pub(crate) fn over_udp(self) -> bool {
        self != Self::SoupBinTcp
    }

    /// Whether it goes over TCP.
    pub(crate) fn over_tcp(self) -> bool {
        matches!(self, Self::None | Self::SoupBinTcp)
    }

    /// Whether packets say which session they are of, so that lines of one feed show themselves.
    pub(crate) fn names_sessions(self) -> bool {
        matches!(self, Self::MoldUdp64 | Self::IexTp)
    }

    /// Takes a datagram apart; gives nothing of one that is not right to its end.
    pub(crate) fn unwrap(self, datagram: &[u8], into: &mut Unwrapped) -> Result<(), String> {
        into.clear();
        match self {
            Self::MoldUdp64 => moldudp64::unwrap(datagram, into),
            Self::IexTp => iex_tp::unwrap(datagram, into),
            Self::CmeMdp3 => cme_mdp3::unwrap(datagram, into),
            Self::MiaxMach => miax_mach::unwrap(datagram, into),
            Self::None | Self::SoupBinTcp => {
                into.messages.push(0..datagram.len());
                into.units.push(Unit { numbers: Numbers::None, messages: 0..1 });
                Ok(())
            }
        }
    }
}

/// What tells one session's sequence numbers from another's.
pub(crate) type Session = [u8; 10];

/// When a datagram was sent, by the exchange's clock.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Sent {
    pub ns: u64,
    /// How far apart that may be for the same messages on different lines.
    pub apart_ns: u64,
}

/// The sequence numbers of a unit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Numbers {
    /// It has none.
    None,
    /// One for each message, from this one on. Where there are no messages, the next to come.
    From(u64),
    /// One for all messages together.
    All(u64),
}

/// Messages that stand or fall together.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Unit {
    pub numbers: Numbers,
    pub messages: Range<usize>,
}

/// A datagram, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Unwrapped {
    pub session: Session,
    /// None where the framing does not say.
    pub sent: Option<Sent>,
    pub units: Vec<Unit>,
    /// Where each message lies in the datagram.
    pub messages: Vec<Range<usize>>,
}

impl Unwrapped {
    fn clear(&mut self) {
        self.session = Session::default();
        self.sent = None;
        self.units.clear();
        self.messages.clear();
    }
}
