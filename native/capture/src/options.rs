//! What a user wants of a capture.

use crate::arbitration::Arbitration;
use crate::filter::{Filter, Network};
use crate::framing::Framing;
use crate::ip::Endpoint;
use serde::Deserialize;
use std::collections::HashSet;
use std::net::{IpAddr, Ipv6Addr};

/// Words of a user's that cannot be followed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct OptionsError(String);

/// What is wanted of a capture; by default every UDP datagram and what every TCP segment brings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// How messages lie in what is captured.
    pub framing: Framing,
    /// Ports, of source or destination, of which one is to be a packet's.
    pub ports: Vec<u16>,
    /// Addresses or networks of which one is to be a packet's destination.
    pub groups: Vec<String>,
    /// Addresses or networks of which one is to be a packet's source or destination.
    pub addresses: Vec<String>,
    /// Whether lines that carry the same feed are made one.
    pub arbitrate: bool,
    /// Lines that carry the same, as `group:port`; each inner list is one feed.
    pub lines: Vec<Vec<String>>,
}

impl Options {
    pub(crate) fn filter(&self) -> Result<Filter, OptionsError> {
        let networks = |texts: &[String]| -> Result<Vec<Network>, OptionsError> {
            texts.iter().map(|text| Network::parse(text).map_err(OptionsError)).collect()
        };
        Ok(Filter {
            ports: self.ports.clone(),
            groups: networks(&self.groups)?,
            addresses: networks(&self.addresses)?,
        })
    }

    pub(crate) fn arbitration(&self) -> Result<Option<Arbitration>, OptionsError> {
        let lines = self
            .lines
            .iter()
            .map(|feed| feed.iter().map(|line| endpoint(line)).collect())
            .collect::<Result<Vec<Vec<Endpoint>>, _>>()?;
        let mut known = HashSet::new();
        if let Some(twice) = lines.iter().flatten().find(|line| !known.insert(**line)) {
            return refused(format!("{twice} is named twice as a line"));
        }
        if lines.iter().any(|feed| feed.len() < 2) {
            return refused("a feed has two lines or more: A=B".to_owned());
        }
        if !self.arbitrate {
            return if lines.is_empty() {
                Ok(None)
            } else {
                refused("lines are only named for arbitration: add --arbitrate".to_owned())
            };
        }
        match self.framing {
            Framing::None => refused(
                "lines are arbitrated by sequence number, and without a framing there is none: \
                 name it with --framing"
                    .to_owned(),
            ),
            Framing::SoupBinTcp => refused(
                "soupbintcp has no lines to arbitrate: TCP loses nothing, and each connection has \
                 its own numbers"
                    .to_owned(),
            ),
            framing if lines.is_empty() && !framing.names_sessions() => refused(
                "packets of this framing do not say which feed they are of: name the lines of each \
                 with --lines A=B, such as 224.0.31.1:14310=224.0.32.1:15310"
                    .to_owned(),
            ),
            framing => Ok(Some(Arbitration::new(framing, &lines))),
        }
    }
}

fn refused<T>(problem: String) -> Result<T, OptionsError> {
    Err(OptionsError(problem))
}

/// Reads `224.0.31.1:14310` or `[ff15::1]:14310`.
fn endpoint(text: &str) -> Result<Endpoint, OptionsError> {
    let read = || {
        let (address, port) = text.rsplit_once(':')?;
        let inner = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let address = match inner {
            Some(inner) => inner.parse::<Ipv6Addr>().map(IpAddr::V6).ok()?,
            None => address.parse().ok().filter(IpAddr::is_ipv4)?,
        };
        Some(Endpoint { address, port: port.parse().ok()? })
    };
    read().ok_or_else(|| {
        OptionsError(format!(
            "expected a line such as 224.0.31.1:14310 or [ff15::1]:14310; found {text:?}"
        ))
    })
}
