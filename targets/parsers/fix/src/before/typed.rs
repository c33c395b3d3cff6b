//! From maps of strings to an update.

use super::fields::Field;
use super::group::{Fields, Grouped};
use super::number;
use crate::{Entry, Fault, Instrument, Kind, Update, tag};

/// Makes an update of the fields of a message.
pub fn update(fields: &[Field], grouped: &Grouped) -> Result<Update<String>, Fault> {
    let body = &grouped.body;
    let kind = Kind::of(fields[2].1.as_bytes());
    check_required(kind, grouped)?;
    let mut entries = Vec::new();
    for fields in &grouped.entries {
        entries.push(entry(fields)?);
    }
    Ok(Update {
        kind,
        message_type: Some(fields[2].1.clone()),
        version: Some(fields[0].1.clone()),
        sender: text(body, tag::SENDER_COMP_ID),
        sequence_number: count(body, tag::MSG_SEQ_NUM)?,
        sending_time: text(body, tag::SENDING_TIME),
        test_request: text(body, tag::TEST_REQ_ID),
        instrument: instrument(body),
        trade_date: text(body, tag::TRADE_DATE),
        report_sequence: count(body, tag::RPT_SEQ)?,
        high_price: fixed_point(body, tag::HIGH_PX)?,
        low_price: fixed_point(body, tag::LOW_PX)?,
        trading_status: small_count(body, tag::SECURITY_TRADING_STATUS)?,
        currency: text(body, tag::CURRENCY),
        maturity: text(body, tag::MATURITY_MONTH_YEAR),
        security_type: text(body, tag::SECURITY_TYPE),
        strike_price: fixed_point(body, tag::STRIKE_PRICE)?,
        price_increment: fixed_point(body, tag::MIN_PRICE_INCREMENT)?,
        entries,
    })
}

fn check_required(kind: Kind, grouped: &Grouped) -> Result<(), Fault> {
    let of_entry = match kind {
        Kind::IncrementalRefresh => tag::MD_UPDATE_ACTION,
        _ => tag::MD_ENTRY_TYPE,
    };
    let header = [tag::SENDER_COMP_ID, tag::MSG_SEQ_NUM, tag::SENDING_TIME];
    let is_whole = header.iter().all(|tag| grouped.body.contains_key(tag))
        && grouped.entries.iter().all(|entry| entry.contains_key(&of_entry));
    if is_whole { Ok(()) } else { Err(Fault::MissingField) }
}

fn entry(fields: &Fields) -> Result<Entry<String>, Fault> {
    let action = character(fields, tag::MD_UPDATE_ACTION)?;
    if action.is_some_and(|action| !('0'..='5').contains(&char::from(action))) {
        return Err(Fault::BadValue);
    }
    Ok(Entry {
        action,
        entry_type: character(fields, tag::MD_ENTRY_TYPE)?,
        id: text(fields, tag::MD_ENTRY_ID),
        instrument: instrument(fields),
        report_sequence: count(fields, tag::RPT_SEQ)?,
        price: fixed_point(fields, tag::MD_ENTRY_PX)?,
        size: fixed_point(fields, tag::MD_ENTRY_SIZE)?,
        date: text(fields, tag::MD_ENTRY_DATE),
        time: text(fields, tag::MD_ENTRY_TIME),
        session: text(fields, tag::TRADING_SESSION_ID),
        orders: small_count(fields, tag::NUMBER_OF_ORDERS)?,
        position: small_count(fields, tag::MD_ENTRY_POSITION_NO)?,
        level: small_count(fields, tag::MD_PRICE_LEVEL)?,
    })
}

fn instrument(fields: &Fields) -> Instrument<String> {
    Instrument {
        security_id: text(fields, tag::SECURITY_ID),
        symbol: text(fields, tag::SYMBOL),
        description: text(fields, tag::SECURITY_DESC),
    }
}

fn text(fields: &Fields, tag: u32) -> Option<String> {
    fields.get(&tag).cloned()
}

fn character(fields: &Fields, tag: u32) -> Result<Option<u8>, Fault> {
    let Some(text) = text(fields, tag) else { return Ok(None) };
    let characters: Vec<char> = text.chars().collect();
    match characters[..] {
        [character] => u8::try_from(character).map(Some).map_err(|_| Fault::BadValue),
        _ => Err(Fault::BadValue),
    }
}

fn count(fields: &Fields, tag: u32) -> Result<Option<u64>, Fault> {
    text(fields, tag).map(|text| number::count(&text).ok_or(Fault::BadValue)).transpose()
}

fn small_count(fields: &Fields, tag: u32) -> Result<Option<u32>, Fault> {
    match count(fields, tag)? {
        Some(count) => u32::try_from(count).map(Some).map_err(|_| Fault::BadValue),
        None => Ok(None),
    }
}

fn fixed_point(fields: &Fields, tag: u32) -> Result<Option<i64>, Fault> {
    text(fields, tag).map(|text| number::fixed_point(&text).ok_or(Fault::BadValue)).transpose()
}
