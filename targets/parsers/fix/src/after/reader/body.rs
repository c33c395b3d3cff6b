//! Fields of the message itself.

use super::{Delimiter, Reader};
use crate::after::slot::Slot;
use crate::after::value::Value;
use crate::text::Span;
use crate::{Kind, Update};

impl Reader<'_> {
    /// Reads a field before the entries.
    #[inline]
    pub(super) fn body_field(&mut self, slot: Slot, start: usize, end: usize) {
        let Self { message, update, faults, .. } = self;
        let value = Value { message, start, end, faults };
        match slot {
            Slot::Sender | Slot::SequenceNumber | Slot::SendingTime => header(update, slot, value),
            Slot::EntryCount => {
                if update.kind.has_entries() {
                    value.entry_count(&mut self.entry_count);
                    if self.entry_count.is_some_and(|count| 0 < count && count < u64::MAX) {
                        self.delimiter = Delimiter::Next;
                    }
                }
            }
            Slot::TestRequest => {
                if update.kind == Kind::Heartbeat {
                    value.text(&mut update.test_request);
                }
            }
            _ => {
                if update.kind.has_instrument() {
                    about_instrument(update, slot, value);
                }
            }
        }
    }
}

/// Reads a field of the header.
#[inline]
pub(super) fn header(update: &mut Update<Span>, slot: Slot, value: Value<'_>) {
    match slot {
        Slot::Sender => value.text(&mut update.sender),
        Slot::SequenceNumber => value.count(&mut update.sequence_number),
        Slot::SendingTime => value.text(&mut update.sending_time),
        _ => {}
    }
}

#[inline]
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
