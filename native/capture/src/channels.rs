//! Numbers for the channels that messages come over.

use crate::ip::Endpoint;
use std::collections::HashMap;
use std::fmt;

/// Most channels of one capture: a feed has no more.
pub(crate) const CHANNELS: usize = 65_536;

/// Where messages come from: a multicast group, or one direction of a TCP connection.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Channel {
    /// UDP to this endpoint, from wherever.
    Group(Endpoint),
    /// TCP from the one to the other.
    Stream(Endpoint, Endpoint),
}

impl fmt::Display for Channel {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(group) => write!(to, "{group}"),
            Self::Stream(source, destination) => write!(to, "{source}>{destination}"),
        }
    }
}

/// All channels so far, numbered in order of appearance.
#[derive(Default)]
pub(crate) struct Channels {
    number_of: HashMap<Channel, i32>,
    names: Vec<String>,
    last: Option<(Channel, i32)>,
}

impl Channels {
    /// The channel's number; a problem where there are too many.
    pub fn number(&mut self, channel: Channel) -> Result<i32, String> {
        if let Some((last, number)) = self.last
            && last == channel
        {
            return Ok(number);
        }
        let number = match self.number_of.get(&channel) {
            Some(number) => *number,
            None => self.learn(channel)?,
        };
        self.last = Some((channel, number));
        Ok(number)
    }

    pub fn names(&self) -> &[String] {
        &self.names
    }

    fn learn(&mut self, channel: Channel) -> Result<i32, String> {
        if self.names.len() >= CHANNELS {
            return Err(format!(
                "expected at most {CHANNELS} channels; {channel} is one more: filter by port, \
                 group or address"
            ));
        }
        let number = i32::try_from(self.names.len()).unwrap_or(i32::MAX);
        self.number_of.insert(channel, number);
        self.names.push(channel.to_string());
        Ok(number)
    }
}
