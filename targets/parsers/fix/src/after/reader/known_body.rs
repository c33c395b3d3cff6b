//! Fields of the message itself, in a known order.

#![allow(clippy::inline_always)] // so that it is compiled for the caller's instructions

use super::{HEAD_FIELDS, Reader};
use crate::after::instructions::Instructions;
use crate::after::known::{Known, Unlike};
use crate::after::slot::Slot;
use crate::text::Span;
use crate::{Update, tag};
use std::mem::take;

impl<I: Instructions> Reader<'_, I> {
    /// Reads the fields up to the entries, if they have a shape that is known.
    #[inline(always)]
    pub(super) fn known_body(&mut self) -> bool {
        let Self { cursor, update, habits, entry_count, .. } = self;
        let (kind, fields) = (update.kind, cursor.fields);
        let shapes = habits.bodies(kind);
        for index in 0..shapes.count() {
            let shape = shapes.get(index);
            let end = HEAD_FIELDS + shape.length;
            let Ok(known) = Known::new(&fields, HEAD_FIELDS, shape) else { continue };
            if !kind.has_entries() && end != fields.count() {
                continue;
            }
            match read(update, &known) {
                Ok(count) if kind.has_entries() == count.is_some_and(|count| count > 0) => {
                    cursor.done = end;
                    *entry_count = count;
                    shapes.used(index);
                    return true;
                }
                _ => forget(update),
            }
        }
        false
    }
}

/// Takes back what was read of fields that have another shape.
#[cold]
#[inline(never)]
fn forget(update: &mut Update<Span>) {
    let Update { kind, message_type, version, .. } = *update;
    *update = Update {
        kind,
        message_type,
        version,
        entries: take(&mut update.entries),
        ..Update::default()
    };
}

/// Reads the fields after the third up to the entries, and answers how many of those there are.
#[inline(always)]
fn read(update: &mut Update<Span>, known: &Known<'_>) -> Result<Option<u64>, Unlike> {
    known.read::<{ tag::SENDER_COMP_ID }, _>(&mut update.sender)?;
    known.read::<{ tag::MSG_SEQ_NUM }, _>(&mut update.sequence_number)?;
    known.read::<{ tag::SENDING_TIME }, _>(&mut update.sending_time)?;
    known.read::<{ tag::TEST_REQ_ID }, _>(&mut update.test_request)?;
    known.read::<{ tag::TRADE_DATE }, _>(&mut update.trade_date)?;
    if known.has_any(Slot::OF_INSTRUMENT_MESSAGES & !Slot::TradeDate.bit()) {
        about_instrument(update, known)?;
    }
    known.check_unread()?;
    let mut entry_count = None;
    known.read::<{ tag::NO_MD_ENTRIES }, _>(&mut entry_count)?;
    Ok(entry_count)
}

#[inline(always)]
fn about_instrument(update: &mut Update<Span>, known: &Known<'_>) -> Result<(), Unlike> {
    let instrument = &mut update.instrument;
    known.read::<{ tag::SECURITY_ID }, _>(&mut instrument.security_id)?;
    known.read::<{ tag::SYMBOL }, _>(&mut instrument.symbol)?;
    known.read::<{ tag::SECURITY_DESC }, _>(&mut instrument.description)?;
    known.read::<{ tag::RPT_SEQ }, _>(&mut update.report_sequence)?;
    known.read::<{ tag::HIGH_PX }, _>(&mut update.high_price)?;
    known.read::<{ tag::LOW_PX }, _>(&mut update.low_price)?;
    known.read::<{ tag::SECURITY_TRADING_STATUS }, _>(&mut update.trading_status)?;
    known.read::<{ tag::CURRENCY }, _>(&mut update.currency)?;
    known.read::<{ tag::MATURITY_MONTH_YEAR }, _>(&mut update.maturity)?;
    known.read::<{ tag::SECURITY_TYPE }, _>(&mut update.security_type)?;
    known.read::<{ tag::STRIKE_PRICE }, _>(&mut update.strike_price)?;
    known.read::<{ tag::MIN_PRICE_INCREMENT }, _>(&mut update.price_increment)?;
    Ok(())
}
