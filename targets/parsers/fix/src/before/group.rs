//! From a list of fields to maps: one of the message's own fields, and one of each entry.

use super::fields::Field;
use super::number;
use crate::{Fault, Kind, tag};
use std::collections::HashMap;

/// Values by tag.
pub type Fields = HashMap<u32, String>;

const HEADER: &[u32] = &[tag::SENDER_COMP_ID, tag::MSG_SEQ_NUM, tag::SENDING_TIME];

const INSTRUMENT: &[u32] = &[tag::SECURITY_ID, tag::SYMBOL, tag::SECURITY_DESC];

const BODY: &[u32] = &[
    tag::TRADE_DATE,
    tag::RPT_SEQ,
    tag::HIGH_PX,
    tag::LOW_PX,
    tag::SECURITY_TRADING_STATUS,
    tag::CURRENCY,
    tag::MATURITY_MONTH_YEAR,
    tag::SECURITY_TYPE,
    tag::STRIKE_PRICE,
    tag::MIN_PRICE_INCREMENT,
];

const ENTRY: &[u32] = &[
    tag::MD_UPDATE_ACTION,
    tag::MD_ENTRY_TYPE,
    tag::MD_ENTRY_ID,
    tag::RPT_SEQ,
    tag::MD_ENTRY_PX,
    tag::MD_ENTRY_SIZE,
    tag::MD_ENTRY_DATE,
    tag::MD_ENTRY_TIME,
    tag::TRADING_SESSION_ID,
    tag::NUMBER_OF_ORDERS,
    tag::MD_ENTRY_POSITION_NO,
    tag::MD_PRICE_LEVEL,
];

/// The fields of a message that are read.
pub struct Grouped {
    /// Those of the message.
    pub body: Fields,
    /// Those of each entry.
    pub entries: Vec<Fields>,
}

/// Sorts `fields` into maps, and checks the number of entries.
pub fn group(fields: &[Field]) -> Result<Grouped, Fault> {
    let kind = Kind::of(fields[2].1.as_bytes());
    let mut grouped = Grouped { body: Fields::new(), entries: Vec::new() };
    let mut count = None;
    let mut delimiter = None;
    let mut is_repeated = false;
    for (tag, value) in fields.iter().skip(3) {
        let entries_follow = matches!(count, Some(Some(1..)));
        if entries_follow && *delimiter.get_or_insert(*tag) == *tag {
            grouped.entries.push(Fields::new());
        }
        if kind.has_entries() && *tag == tag::NO_MD_ENTRIES {
            is_repeated |= count.is_some();
            count = count.or(Some(number::count(value)));
            continue;
        }
        let into = match grouped.entries.last_mut() {
            Some(entry) if belongs_to_entry(kind, *tag) => entry,
            Some(_) if !belongs_to_message(kind, *tag) => continue,
            None if !is_read_before_entries(kind, *tag) => continue,
            _ => &mut grouped.body,
        };
        is_repeated |= into.insert(*tag, value.clone()).is_some();
    }
    let entry_count = grouped.entries.len() as u64;
    match count {
        Some(count) if count != Some(entry_count) => Err(Fault::BadGroup),
        _ if is_repeated => Err(Fault::RepeatedField),
        None if kind.has_entries() => Err(Fault::MissingField),
        _ => Ok(grouped),
    }
}

/// Whether a field after `NoMDEntries(268)` is read as an entry's.
fn belongs_to_entry(kind: Kind, tag: u32) -> bool {
    ENTRY.contains(&tag) || kind == Kind::IncrementalRefresh && INSTRUMENT.contains(&tag)
}

/// Whether a field after `NoMDEntries(268)` is read as the message's.
fn belongs_to_message(kind: Kind, tag: u32) -> bool {
    HEADER.contains(&tag) || kind == Kind::Snapshot && INSTRUMENT.contains(&tag)
}

fn is_read_before_entries(kind: Kind, tag: u32) -> bool {
    HEADER.contains(&tag)
        || kind == Kind::Heartbeat && tag == tag::TEST_REQ_ID
        || kind.has_instrument() && (INSTRUMENT.contains(&tag) || BODY.contains(&tag))
}
