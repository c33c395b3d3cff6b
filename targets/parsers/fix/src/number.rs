//! Numbers out of decimal text, eight digits at once.

#![allow(clippy::inline_always)] // so that it is compiled for the caller's instructions

use crate::digits;

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const ZEROS: u64 = LOW_BITS * b'0' as u64;
/// What a point is where a digit is its value.
const POINTS: u64 = LOW_BITS * (b'.' ^ b'0') as u64;

/// Decimals of a price or size.
const DECIMALS: usize = 8;

static POWERS_OF_TEN: [i64; DECIMALS + 1] =
    [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// The count in `bytes[start..end]`: up to 18 digits. `None` where it is none.
#[inline(always)]
pub fn count(bytes: &[u8], start: usize, end: usize) -> Option<u64> {
    match (bytes[start..].first_chunk(), end - start) {
        (Some(&word), length @ 1..=8) => {
            short_count(u64::from_le_bytes(word), length).map(u64::from)
        }
        _ => long_count(bytes, start, end),
    }
}

/// The decimal number in `bytes[start..end]`, in units of 1e-8. `None` where it is none, or is too
/// large or too fine for that.
#[inline(always)]
pub fn fixed_point(bytes: &[u8], start: usize, end: usize) -> Option<i64> {
    let short = match (bytes[start..].first_chunk(), end - start) {
        (Some(&word), length @ 1..=8) => short_fixed_point(u64::from_le_bytes(word), length),
        _ => None,
    };
    short.or_else(|| long_fixed_point(bytes, start, end))
}

/// The count in the lowest `length` bytes of `word`, from 1 to 8. `None` where it is none.
#[inline(always)]
pub fn short_count(word: u64, length: usize) -> Option<u32> {
    digits::joined(digits_at_the_top(word, length))
}

/// The whole number in the lowest `length` bytes of `word`, from 1 to 8, in units of 1e-8. `None` where
/// it is none.
#[inline(always)]
pub fn short_whole(word: u64, length: usize) -> Option<i64> {
    Some(i64::from(short_count(word, length)?) * POWERS_OF_TEN[DECIMALS])
}

/// The decimal number in the lowest `length` bytes of `word`, from 1 to 8, in units of 1e-8. `None`
/// where it is none, or has a sign.
#[inline(always)]
pub fn short_fixed_point(word: u64, length: usize) -> Option<i64> {
    let digits = digits_at_the_top(word, length);
    let zero_at_point = digits ^ POINTS;
    let found = zero_at_point.wrapping_sub(LOW_BITS) & !zero_at_point & (LOW_BITS << 7);
    // All bits up to and with the point, or all there are; and how many characters come after it.
    let upto_point = found ^ found.wrapping_sub(1);
    let decimals = upto_point.leading_zeros() as usize >> 3;
    // What is before the point closes up with what is after it.
    let joined = (digits & !upto_point) | (digits & upto_point >> 8) << 8;
    let has_point = found != 0;
    if length == usize::from(has_point) {
        return None;
    }
    let value = digits::joined(if has_point { joined } else { digits })?;
    Some(i64::from(value) * POWERS_OF_TEN[DECIMALS - decimals])
}

/// The lowest `length` bytes of `word`, from 1 to 8, as its highest, with zeros below: those of a digit
/// are its value.
#[inline(always)]
const fn digits_at_the_top(word: u64, length: usize) -> u64 {
    (word ^ ZEROS) << (64 - 8 * length)
}

/// As [`count`], of text of any length.
#[cold]
#[inline(never)]
pub fn long_count(bytes: &[u8], start: usize, end: usize) -> Option<u64> {
    let text = &bytes[start..end];
    let is_count = (1..=18).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    is_count.then(|| text.iter().fold(0, |sum, &digit| sum * 10 + u64::from(digit - b'0')))
}

/// As [`fixed_point`], of text of any length.
#[cold]
#[inline(never)]
pub fn long_fixed_point(bytes: &[u8], start: usize, end: usize) -> Option<i64> {
    let (is_negative, text) = match &bytes[start..end] {
        [b'-', rest @ ..] => (true, rest),
        text => (false, text),
    };
    let (mut value, mut decimals, mut has_digit) = (0_i64, None, false);
    for &byte in text {
        match (byte, decimals) {
            (b'.', None) => decimals = Some(0),
            (b'0', Some(DECIMALS)) => {}
            (b'0'..=b'9', Some(DECIMALS)) => return None,
            (b'0'..=b'9', _) => {
                has_digit = true;
                decimals = decimals.map(|decimals| decimals + 1);
                value = value.checked_mul(10)?.checked_sub(i64::from(byte - b'0'))?;
            }
            _ => return None,
        }
    }
    let value = value.checked_mul(POWERS_OF_TEN[DECIMALS - decimals.unwrap_or(0)])?;
    // Summed below zero, where there is room for one more.
    let value = if is_negative { value } else { value.checked_neg()? };
    has_digit.then_some(value)
}

#[cfg(test)]
mod tests {
    use super::{count, fixed_point};

    fn price(text: &str) -> Option<i64> {
        let short = fixed_point(&[text.as_bytes(), b"\x0110=182\x01"].concat(), 0, text.len());
        let at_the_end = fixed_point(text.as_bytes(), 0, text.len());
        assert_eq!(short, at_the_end, "{text} reads alike wherever it stands");
        short
    }

    #[test]
    fn prices_are_in_units_of_1e_8() {
        for (text, value) in [
            ("79.75", 7_975_000_000),
            ("9999900", 999_990_000_000_000),
            ("0", 0),
            ("12345678", 1_234_567_800_000_000),
            ("1.234567", 123_456_700),
            (".5", 50_000_000),
            ("5.", 500_000_000),
            ("-0.25", -25_000_000),
            ("-7", -700_000_000),
            ("64250.12345678", 6_425_012_345_678),
            ("0.123456780000", 12_345_678),
            ("0000000000000000000000000001", 100_000_000),
            ("92233720368.54775807", i64::MAX),
            ("-92233720368.54775808", i64::MIN),
        ] {
            assert_eq!(price(text), Some(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for text in
            [".", "-", "-.", "1.2.3", "+1", "1e5", "1-", "--1", "12x", " 1", "0.123456789", "1,5"]
        {
            assert_eq!(price(text), None, "{text}");
        }
        assert_eq!(price("92233720368.54775808"), None);
        assert_eq!(price("100000000000"), None);
    }

    #[test]
    fn counts_have_up_to_18_digits() {
        for text in ["0", "7", "007", "12345678", "123456789", "999999999999999999"] {
            let padded = [text.as_bytes(), b"\x0110=000"].concat();
            assert_eq!(count(&padded, 0, text.len()), text.parse().ok(), "{text}");
        }
        for text in ["-1", "+1", "1.0", "x", "1:", "1/", "1000000000000000000", "\u{e9}"] {
            assert_eq!(count(text.as_bytes(), 0, text.len()), None, "{text}");
            assert_eq!(count(&[text.as_bytes(), &[0; 8]].concat(), 0, text.len()), None, "{text}");
        }
    }
}
