//! From the crate's fields and groups to an update.

use super::read::Read;
use crate::faults::Faults;
use crate::number::count;
use crate::{Entry, Fault, Kind, Update, tag};
use fix_codec_rs::field::Field;
use fix_codec_rs::group::{Group, GroupSpec};
use fix_codec_rs::message::Message;

/// Fields that go before what an update is made of: 8 or 1128, 9, 35.
const HEAD: usize = 3;

/// Makes an update of a message whose frame is right.
pub fn update<'a>(decoded: &Message<'a>) -> Result<Update<&'a [u8]>, Fault> {
    let mut faults = Faults::default();
    let message_type = decoded.field(2).value;
    let mut update = Update {
        kind: Kind::of(message_type),
        message_type: Some(message_type),
        version: Some(decoded.field(0).value),
        ..Update::default()
    };
    let fields = HEAD..decoded.len() - 1;
    let is_count = |&index: &usize| decoded.field(index).tag == tag::NO_MD_ENTRIES;
    let count_at = fields.clone().find(|index| update.kind.has_entries() && is_count(index));
    for index in HEAD..count_at.unwrap_or(fields.end) {
        body_field(&mut update, &decoded.field(index), &mut faults);
    }
    match count_at {
        Some(index) => entries(&mut update, decoded, index, &mut faults),
        None => faults.note(Fault::MissingField, update.kind.has_entries()),
    }
    let is_whole = update.sender.is_some()
        && update.sequence_number.is_some()
        && update.sending_time.is_some();
    faults.note(Fault::MissingField, !is_whole);
    faults.result().map(|()| update)
}

/// Reads the entries that the field at `count_at` counts.
fn entries<'a>(
    update: &mut Update<&'a [u8]>,
    decoded: &Message<'a>,
    count_at: usize,
    faults: &mut Faults,
) {
    let value = decoded.field(count_at).value;
    let declared = count(value, 0, value.len());
    let following = count_at + 1..decoded.len() - 1;
    let tags = || following.clone().map(|index| decoded.field(index).tag);
    faults.note(Fault::RepeatedField, tags().any(|tag| tag == tag::NO_MD_ENTRIES));
    if declared == Some(0) {
        following.for_each(|index| body_field(update, &decoded.field(index), faults));
        return;
    }
    let delimiter = decoded.field(count_at + 1).tag;
    let found = tags().filter(|&tag| tag == delimiter).count() as u64;
    faults.note(Fault::BadGroup, declared != Some(found));
    let spec =
        GroupSpec { count_tag: tag::NO_MD_ENTRIES, delimiter_tag: delimiter, member_tags: &[] };
    for group in decoded.groups(&spec) {
        let entry = entry(update, &group, faults);
        let is_whole = match update.kind {
            Kind::IncrementalRefresh => entry.action.is_some(),
            _ => entry.entry_type.is_some(),
        };
        faults.note(Fault::MissingField, !is_whole);
        update.entries.push(entry);
    }
}

fn entry<'a>(
    update: &mut Update<&'a [u8]>,
    group: &Group<'a>,
    faults: &mut Faults,
) -> Entry<&'a [u8]> {
    let mut entry = Entry::default();
    for Field { tag, value } in group.fields() {
        let of_entry = update.kind == Kind::IncrementalRefresh;
        let instrument = if of_entry { &mut entry.instrument } else { &mut update.instrument };
        let mut read = Read { value, faults };
        match tag {
            tag::MD_UPDATE_ACTION => read.character(&mut entry.action, b'0'..=b'5'),
            tag::MD_ENTRY_TYPE => read.character(&mut entry.entry_type, 0..=u8::MAX),
            tag::MD_ENTRY_ID => read.text(&mut entry.id),
            tag::SECURITY_ID => read.text(&mut instrument.security_id),
            tag::SYMBOL => read.text(&mut instrument.symbol),
            tag::SECURITY_DESC => read.text(&mut instrument.description),
            tag::RPT_SEQ => read.count(&mut entry.report_sequence),
            tag::MD_ENTRY_PX => read.fixed_point(&mut entry.price),
            tag::MD_ENTRY_SIZE => read.fixed_point(&mut entry.size),
            tag::MD_ENTRY_DATE => read.text(&mut entry.date),
            tag::MD_ENTRY_TIME => read.text(&mut entry.time),
            tag::TRADING_SESSION_ID => read.text(&mut entry.session),
            tag::NUMBER_OF_ORDERS => read.small_count(&mut entry.orders),
            tag::MD_ENTRY_POSITION_NO => read.small_count(&mut entry.position),
            tag::MD_PRICE_LEVEL => read.small_count(&mut entry.level),
            tag::SENDER_COMP_ID => read.text(&mut update.sender),
            tag::MSG_SEQ_NUM => read.count(&mut update.sequence_number),
            tag::SENDING_TIME => read.text(&mut update.sending_time),
            _ => {}
        }
    }
    entry
}

fn body_field<'a>(update: &mut Update<&'a [u8]>, field: &Field<'a>, faults: &mut Faults) {
    let mut read = Read { value: field.value, faults };
    let kind = update.kind;
    match field.tag {
        tag::SENDER_COMP_ID => read.text(&mut update.sender),
        tag::MSG_SEQ_NUM => read.count(&mut update.sequence_number),
        tag::SENDING_TIME => read.text(&mut update.sending_time),
        tag::TEST_REQ_ID if kind == Kind::Heartbeat => read.text(&mut update.test_request),
        _ if !kind.has_instrument() => {}
        tag::SECURITY_ID => read.text(&mut update.instrument.security_id),
        tag::SYMBOL => read.text(&mut update.instrument.symbol),
        tag::SECURITY_DESC => read.text(&mut update.instrument.description),
        tag::TRADE_DATE => read.text(&mut update.trade_date),
        tag::RPT_SEQ => read.count(&mut update.report_sequence),
        tag::HIGH_PX => read.fixed_point(&mut update.high_price),
        tag::LOW_PX => read.fixed_point(&mut update.low_price),
        tag::SECURITY_TRADING_STATUS => read.small_count(&mut update.trading_status),
        tag::CURRENCY => read.text(&mut update.currency),
        tag::MATURITY_MONTH_YEAR => read.text(&mut update.maturity),
        tag::SECURITY_TYPE => read.text(&mut update.security_type),
        tag::STRIKE_PRICE => read.fixed_point(&mut update.strike_price),
        tag::MIN_PRICE_INCREMENT => read.fixed_point(&mut update.price_increment),
        _ => {}
    }
}
