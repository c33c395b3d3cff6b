//! Fields of the message itself.

#![allow(clippy::inline_always)] // so that it is compiled for the caller's instructions

use super::{HEAD_FIELDS, Reader, value};
use crate::after::cursor::{Cursor, Field};
use crate::after::instructions::Instructions;
use crate::after::slot::Slot;
use crate::after::value::Value;
use crate::text::Span;
use crate::{Kind, Update};

impl<I: Instructions> Reader<'_, I> {
    /// Reads the fields after the third, and the entries.
    #[inline(always)]
    pub(super) fn body(&mut self) {
        let has_entries = self.update.kind.has_entries();
        if self.known_body() {
            if has_entries {
                self.entries();
            }
            return;
        }
        while let Some(field) = self.cursor.next() {
            if field.slot == Slot::EntryCount && has_entries {
                value(&mut self.cursor, field).entry_count(&mut self.entry_count);
                if self.entry_count.is_some_and(|count| 0 < count && count < u64::MAX) {
                    self.learn_body();
                    return self.entries();
                }
            } else {
                self.body_field(field);
            }
        }
        if !has_entries {
            self.learn_body();
        }
    }

    #[inline(always)]
    fn learn_body(&mut self) {
        let Cursor { fields, done, faults, .. } = self.cursor;
        if faults.is_empty() {
            self.habits.learn_body(self.update.kind, &fields, HEAD_FIELDS, done);
        }
    }

    #[inline(always)]
    fn body_field(&mut self, field: Field) {
        let update = &mut *self.update;
        let value = value(&mut self.cursor, field);
        match field.slot {
            Slot::Nowhere => {}
            Slot::Sender => value.text(&mut update.sender),
            Slot::SequenceNumber => value.count(&mut update.sequence_number),
            Slot::SendingTime => value.text(&mut update.sending_time),
            Slot::TestRequest => {
                if update.kind == Kind::Heartbeat {
                    value.text(&mut update.test_request);
                }
            }
            slot => {
                if update.kind.has_instrument() {
                    about_instrument(update, slot, value);
                }
            }
        }
    }
}

#[inline(always)]
fn about_instrument(update: &mut Update<Span>, slot: Slot, value: Value<'_>) {
    match slot {
        Slot::SecurityId => value.text(&mut update.instrument.security_id),
        Slot::Symbol => value.text(&mut update.instrument.symbol),
        Slot::Description => value.text(&mut update.instrument.description),
        Slot::TradeDate => value.text(&mut update.trade_date),
        Slot::ReportSequence => value.count(&mut update.report_sequence),
        Slot::HighPrice => value.fixed_point(&mut update.high_price),
        Slot::LowPrice => value.fixed_point(&mut update.low_price),
        Slot::TradingStatus => value.small_count(&mut update.trading_status),
        Slot::Currency => value.text(&mut update.currency),
        Slot::Maturity => value.text(&mut update.maturity),
        Slot::SecurityType => value.text(&mut update.security_type),
        Slot::StrikePrice => value.fixed_point(&mut update.strike_price),
        Slot::PriceIncrement => value.fixed_point(&mut update.price_increment),
        _ => {}
    }
}
