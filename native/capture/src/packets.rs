//! The way of a packet, from the link to messages.

use crate::channels::Channel;
use crate::container::Packet;
use crate::counts::Counts;
use crate::filter::Filter;
use crate::fragments::{Fragments, Key};
use crate::framing::{Framing, Unwrapped};
use crate::ip::{self, Datagram, Endpoint};
use crate::link;
use crate::options::{Options, OptionsError};
use crate::outlet::Outlet;
use crate::sessions::{Line, Sessions};
use crate::tcp::{Segment, Streams};
use etherparse::{IpNumber, TcpHeaderSlice, UdpHeaderSlice};

/// Takes packets, one after the other.
pub(crate) struct Packets {
    framing: Framing,
    filter: Filter,
    fragments: Fragments,
    streams: Streams,
    unwrapped: Unwrapped,
    pub outlet: Outlet,
}

/// A packet's place and time.
#[derive(Clone, Copy)]
struct Moment {
    offset: u64,
    recv_ns: i64,
}

type Taken = Result<(), String>;

impl Packets {
    pub fn new(options: &Options) -> Result<Self, OptionsError> {
        Ok(Self {
            framing: options.framing,
            filter: options.filter()?,
            fragments: Fragments::default(),
            streams: Streams::new(options.framing),
            unwrapped: Unwrapped::default(),
            outlet: Outlet::new(Sessions::new(options.arbitration()?)),
        })
    }

    /// `record` is all that the capture has of the packet.
    pub fn take(&mut self, offset: u64, recv_ns: i64, packet: &Packet<'_>, record: &[u8]) {
        let moment = Moment { offset, recv_ns };
        if let Err(problem) = self.packet(moment, packet) {
            let cut = usize::try_from(packet.wire_bytes).unwrap_or(usize::MAX);
            let problem = if cut > packet.data.len() {
                let kept = packet.data.len();
                format!("{problem}; the capture kept {kept} of the packet's {cut} bytes")
            } else {
                problem
            };
            self.outlet.bad(offset, problem, record);
        }
    }

    /// The capture is over.
    pub fn finish(&mut self, recv_ns: i64) {
        self.streams.finish(recv_ns, &mut self.outlet);
        self.fragments.finish();
    }

    /// What was seen so far, and what is missing as yet.
    pub fn counts(&self) -> Counts {
        let mut counts = self.outlet.counts;
        counts.incomplete_datagrams = self.fragments.incomplete;
        self.outlet.sessions.add_missing(&mut counts);
        counts
    }

    fn packet(&mut self, moment: Moment, packet: &Packet<'_>) -> Taken {
        let Some(tagged) = link::ip_in(packet.link, packet.data)? else {
            self.outlet.counts.not_ip += 1;
            return Ok(());
        };
        let datagram = ip::parse(tagged.ip)?;
        if !self.filter.wants_addresses(datagram.source, datagram.destination) {
            self.outlet.counts.filtered_out += 1;
            return Ok(());
        }
        let Some(fragment) = datagram.fragment else {
            return self.transport(moment, &datagram);
        };
        self.outlet.counts.fragments += 1;
        whole(&datagram)?;
        let version_4 = datagram.source.is_ipv4();
        let key = Key {
            source: datagram.source,
            destination: datagram.destination,
            identification: fragment.identification,
            protocol: if version_4 { datagram.protocol.0 } else { 0 },
            interface: packet.interface,
            vlans: tagged.vlans,
        };
        let protocol = datagram.protocol;
        let payload = datagram.payload;
        let added = self.fragments.add(key, fragment, protocol, payload, moment.recv_ns)?;
        let Some(put_together) = added else { return Ok(()) };
        let (protocol, payload) = if version_4 {
            (put_together.protocol, &put_together.payload[..])
        } else {
            let upper = ip::upper_layer(put_together.protocol, &put_together.payload)?;
            if upper.fragment.is_some() {
                return Err("expected a datagram within its fragments; found a fragment".to_owned());
            }
            (upper.protocol, upper.payload)
        };
        self.transport(moment, &Datagram { protocol, payload, fragment: None, ..datagram })
    }

    fn transport(&mut self, moment: Moment, datagram: &Datagram<'_>) -> Taken {
        match datagram.protocol {
            IpNumber::UDP if self.framing.over_udp() => self.udp(moment, datagram),
            IpNumber::TCP if self.framing.over_tcp() => self.tcp(moment, datagram),
            _ => {
                self.outlet.counts.other_protocols += 1;
                Ok(())
            }
        }
    }

    fn udp(&mut self, moment: Moment, datagram: &Datagram<'_>) -> Taken {
        let header = UdpHeaderSlice::from_slice(datagram.payload)
            .map_err(|error| format!("expected a UDP header; found {error}"))?;
        let (source, destination) = ends(datagram, header.source_port(), header.destination_port());
        if !self.filter.wants_ports(source, destination) {
            self.outlet.counts.filtered_out += 1;
            return Ok(());
        }
        let header_bytes = header.slice().len();
        // Datagrams that a network card is still to cut up, and jumbograms, have a length of 0.
        let length = match usize::from(header.length()) {
            0 => datagram.payload.len() + datagram.missing,
            length => length,
        };
        let Some(payload) = datagram.payload.get(header_bytes..length) else {
            let found = datagram.payload.len();
            return Err(format!(
                "expected a UDP datagram as long as it says; found {found} of {length} bytes"
            ));
        };
        self.datagram(moment, destination, payload)
    }

    fn datagram(&mut self, moment: Moment, group: Endpoint, payload: &[u8]) -> Taken {
        let outlet = &mut self.outlet;
        if self.framing == Framing::None {
            if payload.is_empty() {
                outlet.counts.empty += 1;
            } else {
                let number = outlet.channels.number(Channel::Group(group))?;
                outlet.columns.push(moment.offset, moment.recv_ns, number, payload);
            }
            return Ok(());
        }
        self.framing.unwrap(payload, &mut self.unwrapped)?;
        outlet.counts.empty += u64::from(self.unwrapped.messages.is_empty());
        let first_line = outlet.sessions.first_line(group).unwrap_or(group);
        let line = Line {
            group,
            feed_channel: outlet.channels.number(Channel::Group(first_line))?,
            channel: outlet.channels.number(Channel::Group(group))?,
        };
        let columns = &mut outlet.columns;
        outlet.sessions.take(
            line,
            &self.unwrapped,
            payload,
            &mut outlet.counts,
            |channel, message| columns.push(moment.offset, moment.recv_ns, channel, message),
        )
    }

    fn tcp(&mut self, moment: Moment, datagram: &Datagram<'_>) -> Taken {
        let header = TcpHeaderSlice::from_slice(datagram.payload)
            .map_err(|error| format!("expected a TCP header; found {error}"))?;
        let (source, destination) = ends(datagram, header.source_port(), header.destination_port());
        if !self.filter.wants_ports(source, destination) {
            self.outlet.counts.filtered_out += 1;
            return Ok(());
        }
        whole(datagram)?;
        let payload = &datagram.payload[header.slice().len()..];
        self.outlet.counts.empty += u64::from(payload.is_empty());
        let segment = Segment {
            number: header.sequence_number(),
            syn: header.syn(),
            fin: header.fin(),
            rst: header.rst(),
            payload,
            offset: moment.offset,
            recv_ns: moment.recv_ns,
        };
        self.streams.take((source, destination), &segment, &mut self.outlet);
        Ok(())
    }
}

fn ends(datagram: &Datagram<'_>, source: u16, destination: u16) -> (Endpoint, Endpoint) {
    (
        Endpoint { address: datagram.source, port: source },
        Endpoint { address: datagram.destination, port: destination },
    )
}

fn whole(datagram: &Datagram<'_>) -> Taken {
    if datagram.missing == 0 {
        return Ok(());
    }
    let (found, missing) = (datagram.payload.len(), datagram.missing);
    Err(format!(
        "expected an IP packet as long as it says; found {found} of {} bytes behind its header",
        found + missing
    ))
}
