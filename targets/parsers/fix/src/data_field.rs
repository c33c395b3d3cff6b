//! Fields of type `data`, whose value may hold any byte and is as long as the field before it says.

use crate::Fault;

/// The tag of the data field that the length field `tag` announces; pairs of FIX 4.0 to 5.0 SP2.
#[must_use]
pub const fn announced_by(tag: u32) -> Option<u32> {
    Some(match tag {
        // The number of the data field comes right after that of its length.
        90 | 95 | 212 | 348 | 350 | 352 | 354 | 356 | 358 | 360 | 362 | 364 | 445 | 618 | 621
        | 1184 | 1277 | 1280 | 1282 | 1397 | 1401 | 1403 | 1468 | 1578 | 1620 | 1664 | 1733
        | 1871 | 1874 | 2072 | 2074 | 2111 | 2179 | 2287 | 2351 | 2481 => tag + 1,
        93 => 89,
        1525 => 1527,
        1678 => 1697,
        2372 => 2371,
        2494 => 2493,
        2522 => 2521,
        _ => return None,
    })
}

/// A data field found in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataField {
    /// Its tag.
    pub tag: u32,
    /// Offset of its value.
    pub value: usize,
    /// Offset of the SOH after its value.
    pub end: usize,
}

/// Looks for the data field that a length field with this `tag` and `value` announces, at `next` in
/// `fields`, which end with a SOH.
///
/// Answers `None` where the length field announces nothing: it is a field like another then.
///
/// # Errors
///
/// [`Fault::NotAField`] where the value does not end where it should.
pub fn after(
    tag: u32,
    value: &[u8],
    fields: &[u8],
    next: usize,
) -> Result<Option<DataField>, Fault> {
    let (Some(data_tag), Some(length)) = (announced_by(tag), length(value)) else {
        return Ok(None);
    };
    let Some(text) = fields.get(next..) else { return Ok(None) };
    let mut digits = [0; 10];
    let prefix = written(data_tag, &mut digits);
    if !text.starts_with(prefix) || text.get(prefix.len()) != Some(&b'=') {
        return Ok(None);
    }
    let value = next + prefix.len() + 1;
    let end = value + length;
    if length > 0 && fields.get(end) == Some(&b'\x01') {
        Ok(Some(DataField { tag: data_tag, value, end }))
    } else {
        Err(Fault::NotAField)
    }
}

fn length(value: &[u8]) -> Option<usize> {
    let is_number = (1..=9).contains(&value.len()) && value.iter().all(u8::is_ascii_digit);
    is_number.then(|| value.iter().fold(0, |sum, &digit| sum * 10 + usize::from(digit - b'0')))
}

/// `tag` in decimal, without allocating.
fn written(tag: u32, digits: &mut [u8; 10]) -> &[u8] {
    let (mut rest, mut at) = (tag, digits.len());
    while rest > 0 && at > 0 {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
    &digits[at..]
}

#[cfg(test)]
mod tests {
    use super::{DataField, after, announced_by};
    use crate::Fault;

    #[test]
    fn a_length_field_announces_its_data_field_alone() {
        let pairs =
            [(90, 91), (93, 89), (95, 96), (354, 355), (621, 622), (1525, 1527), (2494, 2493)];
        for (length, data) in pairs {
            assert_eq!(announced_by(length), Some(data));
            assert_eq!(announced_by(data), None, "{data} is no length");
            let fields = format!("{length}=3\x01{data}=a\x01b\x01");
            let next = format!("{length}=3\x01").len();
            let value = next + format!("{data}=").len();
            let found = DataField { tag: data, value, end: value + 3 };
            assert_eq!(after(length, b"3", fields.as_bytes(), next), Ok(Some(found)));
            assert_eq!(after(length, b"2", fields.as_bytes(), next), Err(Fault::NotAField));
            assert_eq!(after(length, b"x", fields.as_bytes(), next), Ok(None));
            assert_eq!(after(data, b"3", fields.as_bytes(), next), Ok(None));
        }
    }
}
