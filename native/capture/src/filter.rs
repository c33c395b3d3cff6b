//! Which packets are wanted.

use crate::ip::Endpoint;
use std::net::IpAddr;

/// Lets packets through that have one of the ports, one of the groups and one of the addresses;
/// where none are named, any will do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    /// Of source or destination.
    pub ports: Vec<u16>,
    /// Of the destination.
    pub groups: Vec<Network>,
    /// Of source or destination.
    pub addresses: Vec<Network>,
}

impl Filter {
    pub fn wants_addresses(&self, source: IpAddr, destination: IpAddr) -> bool {
        let among = |networks: &[Network], address| networks.iter().any(|it| it.has(address));
        (self.groups.is_empty() || among(&self.groups, destination))
            && (self.addresses.is_empty()
                || among(&self.addresses, source)
                || among(&self.addresses, destination))
    }

    pub fn wants_ports(&self, source: Endpoint, destination: Endpoint) -> bool {
        self.ports.is_empty()
            || self.ports.contains(&source.port)
            || self.ports.contains(&destination.port)
    }
}

/// An address, or all that begin alike.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Network {
    address: IpAddr,
    /// Bits that count.
    prefix: u8,
}

impl Network {
    /// Reads `224.0.31.1`, `224.0.31.0/24`, or the same of IPv6.
    pub fn parse(text: &str) -> Result<Self, String> {
        let expected = || {
            format!(
                "expected an address such as 224.0.31.1, 224.0.31.0/24 or ff15::1; found {text:?}"
            )
        };
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| expected())?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| expected())?,
            None => bits,
        };
        if prefix > bits { Err(expected()) } else { Ok(Self { address, prefix }) }
    }

    pub fn has(&self, address: IpAddr) -> bool {
        let (own, other, bits) = match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (u128::from(own.to_bits()), u128::from(other.to_bits()), 32)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => (own.to_bits(), other.to_bits(), 128),
            _ => return false,
        };
        let differs = own ^ other;
        self.prefix == 0 || differs >> (bits - u32::from(self.prefix)) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    fn has(network: &str, address: &str) -> bool {
        Network::parse(network).expect("a network").has(address.parse().expect("an address"))
    }

    #[test]
    fn a_network_has_the_addresses_that_begin_like_it() {
        assert!(has("224.0.31.1", "224.0.31.1"));
        assert!(!has("224.0.31.1", "224.0.31.2"));
        assert!(has("224.0.31.0/24", "224.0.31.255"));
        assert!(!has("224.0.31.0/24", "224.0.32.0"));
        assert!(has("0.0.0.0/0", "255.1.2.3"));
        assert!(has("ff15::/16", "ff15:1::9"));
        assert!(!has("ff15::/16", "ff16::"));
        assert!(!has("::/0", "1.2.3.4"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["", "224.0.31", "224.0.31.1/33", "ff15::/129", "224.0.31.1/", "a/8"] {
            assert!(Network::parse(text).is_err(), "{text}");
        }
    }
}
