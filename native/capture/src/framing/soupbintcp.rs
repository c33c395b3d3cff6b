//! Nasdaq's `SoupBinTCP` 3.00 and 4.00: section 1.1, logical packets; 2.2, packets of the server; 2.3, of the
//! client. Lengths are big endian.
//!
//! Messages are what sequenced and unsequenced data packets carry. Packets need not begin where
//! TCP segments do. Where the beginning of a packet has to be found (a capture that began later
//! than the connection, a hole, damage), it is taken to be at the next segment that is a row of
//! packets from its first byte to its last, the last of which may go on.

use super::Session;

const LENGTH_BYTES: usize = 2;
/// Session (10), and the next sequence number in digits (20).
const LOGIN_ACCEPTED_BYTES: usize = 30;

/// What a stream has to say.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Soup<'a> {
    /// A sequenced message, with session and number where the login is in the capture.
    Sequenced(&'a [u8], Option<(Session, u64)>),
    Unsequenced(&'a [u8]),
    /// A packet without a message.
    Other,
    /// So many bytes were passed over to find a packet.
    Unframed(usize),
    Bad(String, &'a [u8]),
}

/// One direction of a connection.
#[derive(Debug, Default)]
pub(crate) struct SoupBinTcp {
    in_step: bool,
    partial: Vec<u8>,
    next: Option<(Session, u64)>,
}

impl SoupBinTcp {
    /// Bytes that are kept for a packet that goes on.
    pub fn held_bytes(&self) -> usize {
        self.partial.len()
    }

    /// The stream begins here: a packet does, too.
    pub fn begin(&mut self) {
        *self = Self { in_step: true, ..Self::default() };
    }

    /// Bytes are missing: where a packet begins is not known, nor its number.
    pub fn lose_step(&mut self) {
        *self = Self::default();
    }

    /// Takes the bytes that a segment brings.
    pub fn take(&mut self, bytes: &[u8], out: &mut dyn FnMut(Soup<'_>)) {
        if !self.in_step {
            if !is_row(bytes) {
                out(Soup::Unframed(bytes.len()));
                return;
            }
            self.in_step = true;
        }
        let mut partial = std::mem::take(&mut self.partial);
        if partial.is_empty() {
            partial.extend_from_slice(self.packets(bytes, out));
        } else {
            partial.extend_from_slice(bytes);
            let used = partial.len() - self.packets(&partial, out).len();
            partial.drain(..used);
        }
        self.partial = partial;
    }

    /// The stream ends; says how many bytes of a packet are left over.
    pub fn end(&mut self) -> usize {
        let left = self.partial.len();
        self.lose_step();
        left
    }

    fn packets<'a>(&mut self, bytes: &'a [u8], out: &mut dyn FnMut(Soup<'_>)) -> &'a [u8] {
        let mut rest = bytes;
        while let Some((kind, payload, after)) = first_packet(rest) {
            let Some(kind) = kind else {
                let found = &rest[..rest.len().min(3)];
                let expected = "expected a SoupBinTCP packet: a length from 1 and a known type";
                out(Soup::Bad(format!("{expected}; found {found:02x?}"), rest));
                self.lose_step();
                return &[];
            };
            self.packet(kind, payload, out);
            rest = after;
        }
        rest
    }

    fn packet(&mut self, kind: u8, payload: &[u8], out: &mut dyn FnMut(Soup<'_>)) {
        match kind {
            b'S' => {
                let number = self.next;
                if let Some((_, next)) = &mut self.next {
                    *next = next.saturating_add(1);
                }
                out(Soup::Sequenced(payload, number));
            }
            b'U' => out(Soup::Unsequenced(payload)),
            b'A' => {
                self.next = login(payload);
                out(Soup::Other);
            }
            _ => out(Soup::Other),
        }
    }
}

/// Type, payload and what follows of the first packet; no type where it cannot be one, and nothing
/// where it is not whole.
fn first_packet(bytes: &[u8]) -> Option<(Option<u8>, &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH_BYTES>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length == 0 || rest.first().is_some_and(|kind| !is_kind(*kind)) {
        return Some((None, &[], &[]));
    }
    let (packet, after) = rest.split_at_checked(length)?;
    Some((Some(packet[0]), &packet[1..], after))
}

/// Debug, login accepted and rejected, data, heartbeats of either side, end of session, login
/// request, logout request.
fn is_kind(kind: u8) -> bool {
    matches!(kind, b'+' | b'A' | b'J' | b'S' | b'U' | b'H' | b'R' | b'Z' | b'L' | b'O')
}

fn is_row(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    if rest.len() <= LENGTH_BYTES {
        return false;
    }
    while let Some((kind, _, after)) = first_packet(rest) {
        if kind.is_none() {
            return false;
        }
        rest = after;
    }
    true
}

fn login(payload: &[u8]) -> Option<(Session, u64)> {
    let (session, number) = payload.get(..LOGIN_ACCEPTED_BYTES)?.split_first_chunk()?;
    let number = std::str::from_utf8(number).ok()?.trim().parse().ok()?;
    Some((*session, number))
}

#[cfg(test)]
mod tests {
    use super::{Soup, SoupBinTcp};

    fn packet(kind: u8, payload: &[u8]) -> Vec<u8> {
        let length = u16::try_from(payload.len() + 1).expect("short").to_be_bytes();
        [&length[..], &[kind], payload].concat()
    }

    fn taken(soup: &mut SoupBinTcp, bytes: &[u8]) -> Vec<String> {
        let mut out = Vec::new();
        soup.take(bytes, &mut |it| {
            out.push(match it {
                Soup::Sequenced(message, number) => format!(
                    "{} {:?}",
                    String::from_utf8_lossy(message),
                    number.map(|(_, number)| number)
                ),
                Soup::Unsequenced(message) => format!("({})", String::from_utf8_lossy(message)),
                Soup::Other => "-".to_owned(),
                Soup::Unframed(bytes) => format!("passed over {bytes}"),
                Soup::Bad(..) => "bad".to_owned(),
            });
        });
        out
    }

    #[test]
    fn numbers_go_on_from_the_login() {
        let mut soup = SoupBinTcp::default();
        soup.begin();
        let login = [&b"SESSION001"[..], b"                  42"].concat();
        let stream = [packet(b'A', &login), packet(b'S', b"one"), packet(b'H', b"")].concat();
        assert_eq!(taken(&mut soup, &stream), ["-", "one Some(42)", "-"]);
        assert_eq!(taken(&mut soup, &packet(b'S', b"two")), ["two Some(43)"]);
        assert_eq!(taken(&mut soup, &packet(b'U', b"three")), ["(three)"]);
    }

    #[test]
    fn a_packet_may_come_a_byte_at_a_time() {
        let mut soup = SoupBinTcp::default();
        soup.begin();
        let stream = [packet(b'S', b"one"), packet(b'S', b"two")].concat();
        let said: Vec<_> = stream.iter().flat_map(|byte| taken(&mut soup, &[*byte])).collect();
        assert_eq!(said, ["one None", "two None"]);
        assert_eq!(soup.held_bytes(), 0);
    }

    #[test]
    fn step_is_found_at_the_next_segment_that_is_a_row_of_packets() {
        let mut soup = SoupBinTcp::default();
        let whole = packet(b'S', b"whole");
        assert_eq!(taken(&mut soup, &whole[2..]), ["passed over 6"]);
        assert_eq!(taken(&mut soup, &[&whole[..], &whole[..4]].concat()), ["whole None"]);
        assert_eq!(taken(&mut soup, &whole[4..]), ["whole None"]);
    }

    #[test]
    fn what_is_no_packet_is_bad_and_step_is_lost() {
        let mut soup = SoupBinTcp::default();
        soup.begin();
        assert_eq!(taken(&mut soup, b"\x00\x05?abcd"), ["bad"]);
        assert_eq!(taken(&mut soup, b"\x00\x05?abcd"), ["passed over 7"]);
        assert_eq!(taken(&mut soup, &packet(b'S', b"again")), ["again None"]);
    }
}
