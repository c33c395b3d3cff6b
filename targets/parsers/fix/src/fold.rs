//! The family's digest.

use crate::text::Text;
use crate::{Entry, Instrument, Update};
use latprobe_sdk::Digest;

/// Folds all that `update` says into `digest`, in the order of its fields.
pub fn fold<T: Text>(update: &Update<T>, message: &[u8], digest: &mut Digest<'_>) {
    let mut fold = Fold { message, digest };
    fold.text(update.message_type.as_ref());
    fold.text(update.version.as_ref());
    fold.text(update.sender.as_ref());
    fold.number(update.sequence_number.map(u64::cast_signed));
    fold.text(update.sending_time.as_ref());
    fold.text(update.test_request.as_ref());
    fold.instrument(&update.instrument);
    fold.text(update.trade_date.as_ref());
    fold.number(update.report_sequence.map(u64::cast_signed));
    fold.number(update.high_price);
    fold.number(update.low_price);
    fold.number(update.trading_status.map(i64::from));
    fold.text(update.currency.as_ref());
    fold.text(update.maturity.as_ref());
    fold.text(update.security_type.as_ref());
    fold.number(update.strike_price);
    fold.number(update.price_increment);
    for entry in &update.entries {
        fold.entry(entry);
    }
}

struct Fold<'a, 'digest> {
    message: &'a [u8],
    digest: &'a mut Digest<'digest>,
}

impl Fold<'_, '_> {
    fn entry<T: Text>(&mut self, entry: &Entry<T>) {
        self.number(entry.action.map(i64::from));
        self.number(entry.entry_type.map(i64::from));
        self.text(entry.id.as_ref());
        self.instrument(&entry.instrument);
        self.number(entry.report_sequence.map(u64::cast_signed));
        self.number(entry.price);
        self.number(entry.size);
        self.text(entry.date.as_ref());
        self.text(entry.time.as_ref());
        self.text(entry.session.as_ref());
        self.number(entry.orders.map(i64::from));
        self.number(entry.position.map(i64::from));
        self.number(entry.level.map(i64::from));
    }

    fn instrument<T: Text>(&mut self, instrument: &Instrument<T>) {
        self.text(instrument.security_id.as_ref());
        self.text(instrument.symbol.as_ref());
        self.text(instrument.description.as_ref());
    }

    /// Absent text folds as empty text: no field is empty.
    fn text<T: Text>(&mut self, text: Option<&T>) {
        let bytes = text.map(|text| text.bytes(self.message)).unwrap_or_default();
        self.digest.bytes(&bytes);
    }

    fn number(&mut self, number: Option<i64>) {
        self.digest.integer(i64::from(number.is_some()));
        if let Some(number) = number {
            self.digest.integer(number);
        }
    }
}
