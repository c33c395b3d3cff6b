//! Fields that are not read, and data fields, whose end is not where the next SOH is.

use super::Reader;
use crate::Fault;
use crate::after::slot::key_of;
use crate::data_field;

impl Reader<'_> {
    /// Passes over the field from `start` to `end`, and over a data field behind it that it announces.
    /// Answers where the next field starts.
    pub(super) fn unknown_field(&mut self, fields: &[u8], start: usize, end: usize) -> usize {
        let field = &fields[start..end];
        let Some((tag, value)) = tag_and_value(field) else {
            self.faults.note(Fault::NotAField, true);
            return end + 1;
        };
        self.tag(key_of(tag));
        match data_field::after(tag, value, fields, end + 1) {
            Ok(None) => end + 1,
            Ok(Some(data)) => {
                self.tag(key_of(data.tag));
                data.end + 1
            }
            Err(fault) => {
                self.faults.note(fault, true);
                end + 1
            }
        }
    }
}

fn tag_and_value(field: &[u8]) -> Option<(u32, &[u8])> {
    let equals = field.iter().position(|&byte| byte == b'=')?;
    let (tag, value) = (&field[..equals], &field[equals + 1..]);
    if value.is_empty() || tag.is_empty() || tag[0] == b'0' {
        return None;
    }
    let number = tag.iter().try_fold(0_u32, |sum, &digit| {
        let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })?;
    Some((number, value))
}
