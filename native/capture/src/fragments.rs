//! Fragments, put together again.
//!
//! Overlaps: a fragment whose bytes are all known already is a copy and changes nothing; one that
//! has other bytes for any place makes the whole datagram worthless, which is then dropped (RFC
//! 8200, section 4.5, and what Linux does for IPv4 as well).

use crate::ip::Fragment;
use etherparse::IpNumber;
use etherparse::defrag::IpDefragBuf;
use std::collections::HashMap;
use std::net::IpAddr;

/// A datagram that is not whole after so long, by the capture's time, is given up. Linux's default.
const GIVEN_UP_AFTER_NS: i64 = 30_000_000_000;
/// Most datagrams that are waited for; where there are more, the older half is given up.
const DATAGRAMS: usize = 4_096;
/// Most bytes that are held for them.
const HELD_BYTES: usize = 32 << 20;

/// What the fragments of one datagram have in common.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Key {
    pub source: IpAddr,
    pub destination: IpAddr,
    pub identification: u32,
    /// Of IPv4 only: in IPv6, fragments may differ in it and the first one counts.
    pub protocol: u8,
    pub interface: u32,
    pub vlans: u32,
}

/// All datagrams that are not whole yet.
#[derive(Default)]
pub(crate) struct Fragments {
    datagrams: HashMap<Key, Partial>,
    held_bytes: usize,
    began: u64,
    swept_ns: i64,
    /// Datagrams that were given up.
    pub incomplete: u64,
}

struct Partial {
    buffer: IpDefragBuf,
    /// Of the fragment at offset 0.
    protocol: Option<IpNumber>,
    began_ns: i64,
    order: u64,
}

/// A datagram, put together.
#[derive(Debug)]
pub(crate) struct Whole {
    pub protocol: IpNumber,
    pub payload: Vec<u8>,
}

impl Fragments {
    /// Adds a fragment; gives the datagram that it completes.
    pub fn add(
        &mut self,
        key: Key,
        fragment: Fragment,
        protocol: IpNumber,
        payload: &[u8],
        now_ns: i64,
    ) -> Result<Option<Whole>, String> {
        self.give_up_old(now_ns);
        if payload.is_empty() {
            return Err("expected a fragment with a payload; found an empty one".to_owned());
        }
        self.make_room();
        self.began += 1;
        let (order, held) = (self.began, &mut self.held_bytes);
        let partial = self.datagrams.entry(key).or_insert_with(|| Partial {
            buffer: IpDefragBuf::new(protocol, Vec::new(), Vec::new()),
            protocol: None,
            began_ns: now_ns,
            order,
        });
        let before = partial.buffer.data().len();
        let added = add(partial, fragment, protocol, payload);
        *held = *held + partial.buffer.data().len() - before;
        if added.is_ok() && !partial.buffer.is_complete() {
            return Ok(None);
        }
        let done = self.datagrams.remove(&key);
        let Some(partial) = done else { return Ok(None) };
        self.held_bytes -= partial.buffer.data().len();
        added?;
        let protocol = partial.protocol.unwrap_or(protocol);
        Ok(Some(Whole { protocol, payload: partial.buffer.take_bufs().0 }))
    }

    /// Gives up what is still there.
    pub fn finish(&mut self) {
        self.incomplete += self.datagrams.len() as u64;
        self.datagrams.clear();
        self.held_bytes = 0;
    }

    fn give_up_old(&mut self, now_ns: i64) {
        if now_ns.abs_diff(self.swept_ns) < GIVEN_UP_AFTER_NS.unsigned_abs() / 8 {
            return;
        }
        self.swept_ns = now_ns;
        self.keep(|partial| now_ns.saturating_sub(partial.began_ns) < GIVEN_UP_AFTER_NS);
    }

    fn make_room(&mut self) {
        if self.datagrams.len() < DATAGRAMS && self.held_bytes < HELD_BYTES {
            return;
        }
        let mut orders: Vec<u64> = self.datagrams.values().map(|partial| partial.order).collect();
        orders.sort_unstable();
        let middle = orders.get(orders.len() / 2).copied().unwrap_or(0);
        self.keep(|partial| partial.order > middle);
    }

    fn keep(&mut self, kept: impl Fn(&Partial) -> bool) {
        let before = self.datagrams.len();
        self.datagrams.retain(|_, partial| kept(partial));
        self.incomplete += (before - self.datagrams.len()) as u64;
        self.held_bytes = self.datagrams.values().map(|it| it.buffer.data().len()).sum();
    }
}

fn add(
    partial: &mut Partial,
    fragment: Fragment,
    protocol: IpNumber,
    payload: &[u8],
) -> Result<(), String> {
    let start = usize::from(fragment.offset.byte_offset());
    let end = start + payload.len();
    let known = partial.buffer.sections().iter().filter_map(|section| {
        let from = start.max(usize::from(section.start));
        let to = end.min(usize::from(section.end));
        (from < to).then_some((from, to))
    });
    let data = partial.buffer.data();
    for (from, to) in known {
        if data.get(from..to) != Some(&payload[from - start..to - start]) {
            return Err(format!(
                "expected fragments of one datagram to agree; found bytes {from} to {to} to be \
                 others than before"
            ));
        }
    }
    if start == 0 {
        partial.protocol = Some(protocol);
    }
    partial
        .buffer
        .add(fragment.offset, fragment.more, payload)
        .map_err(|error| format!("expected fragments of one datagram; found {error}"))
}
