//! Decimal text to fixed point.

use crate::words::{digit_count, leading_digits, padded_digits, word_at};

/// Decimals that a fixed-point number keeps.
const DECIMALS: usize = 8;

/// Units of one.
pub(crate) const ONE_E8: u64 = 100_000_000;

/// Reads `-?digits(.digits)?` as a number of 1e-8.
///
/// None where the text is anything else, has a digit other than zero after the eighth decimal, or
/// is beyond ±92233720368.54775807.
pub(crate) fn parse_e8(text: &[u8]) -> Option<i64> {
    let head = word_at(text, 0);
    let whole_size = digit_count(head);
    let tail = word_at(text, whole_size + 1);
    let fraction_size = digit_count(tail);
    let is_usual = matches!(whole_size, 1..8)
        && fraction_size > 0
        && text.len() == whole_size + 1 + fraction_size
        && text[whole_size] == b'.';
    if !is_usual {
        return parse_unusual_e8(text);
    }
    let whole = leading_digits(head, whole_size) * ONE_E8;
    i64::try_from(whole + padded_digits(tail, fraction_size)).ok()
}

/// [`parse_e8`] for negative and large numbers, and such as have no point.
#[inline(never)]
fn parse_unusual_e8(text: &[u8]) -> Option<i64> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let whole_size = digits_at_start(text);
    let (whole, rest) = text.split_at(whole_size);
    if whole.is_empty() {
        return None;
    }
    let fraction = match rest {
        [] => rest,
        [b'.', fraction @ ..] if !fraction.is_empty() => fraction,
        _ => return None,
    };
    if digits_at_start(fraction) != fraction.len() {
        return None;
    }
    let (kept, beyond) = fraction.split_at(fraction.len().min(DECIMALS));
    if beyond.iter().any(|&digit| digit != b'0') {
        return None;
    }
    let magnitude = appended(appended(0, whole)?, kept)?;
    let magnitude = (kept.len()..DECIMALS).try_fold(magnitude, |sum, _| sum.checked_mul(10))?;
    let magnitude = i64::try_from(magnitude).ok()?;
    Some(if negative { -magnitude } else { magnitude })
}

fn digits_at_start(text: &[u8]) -> usize {
    text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len())
}

/// `number` with `digits` written after it.
fn appended(number: u64, digits: &[u8]) -> Option<u64> {
    digits
        .iter()
        .try_fold(number, |sum, digit| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::parse_e8;

    #[test]
    fn a_decimal_becomes_a_count_of_hundred_millionths() {
        for (text, value) in [
            ("0", 0),
            ("-0.0", 0),
            ("61685.99000000", 6_168_599_000_000),
            ("0.060", 6_000_000),
            ("-0.00002760", -2_760),
            ("23", 2_300_000_000),
            ("007.5", 750_000_000),
            ("1.2345678900", 123_456_789),
            ("92233720368.54775807", i64::MAX),
            ("-92233720368.54775807", -i64::MAX),
        ] {
            assert_eq!(parse_e8(text.as_bytes()), Some(value), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_decimal_or_does_not_fit_is_refused() {
        for text in [
            "",
            "-",
            ".",
            ".5",
            "5.",
            "+1",
            "1e5",
            "1,5",
            "--1",
            "1.2.3",
            " 1",
            "1 ",
            "0x1",
            "1.123456789",
            "92233720368.54775808",
            "-92233720368.54775808",
            "100000000000000000000",
        ] {
            assert_eq!(parse_e8(text.as_bytes()), None, "{text:?}");
        }
    }
}
