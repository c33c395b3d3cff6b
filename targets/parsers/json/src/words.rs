//! Eight bytes of text at a time, in one register (after Mycroft's test for a zero byte, and the
//! pairwise digit sums described by Lemire).

#![allow(clippy::inline_always)] // a call costs more than each of these

/// The lowest bit of each byte.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The highest bit of each byte.
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Eight bytes of `text` from `at` on, the first in the lowest place. Past the end of the text
/// there are zeros, which are neither digits nor quotes.
#[inline(always)]
pub(crate) fn word_at(text: &[u8], at: usize) -> u64 {
    match text.get(at..).and_then(<[u8]>::first_chunk) {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => last_word(text, at),
    }
}

/// [`word_at`] for the last seven bytes.
#[inline(never)]
fn last_word(text: &[u8], at: usize) -> u64 {
    let rest = text.get(at..).unwrap_or_default();
    if rest.is_empty() {
        return 0;
    }
    if let Some(bytes) = text.last_chunk() {
        return u64::from_le_bytes(*bytes) >> (8 * (8 - rest.len()));
    }
    if let (Some(first), Some(last)) = (rest.first_chunk(), rest.last_chunk()) {
        let last = u64::from(u32::from_le_bytes(*last));
        return u64::from(u32::from_le_bytes(*first)) | last << (8 * (rest.len() - 4));
    }
    rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
}

/// Digits that `word` starts with, at most 8.
#[inline(always)]
pub(crate) const fn digit_count(word: u64) -> usize {
    let values = word ^ (ONES * b'0' as u64);
    // Adding 0x76 carries 10 and more into the highest bit. What is carried out of a byte that is
    // no digit only reaches later ones.
    let others = (values.wrapping_add(ONES * 0x76) | values) & HIGHS;
    (others.trailing_zeros() / 8) as usize
}

/// The number that eight digits are.
#[inline(always)]
pub(crate) const fn eight_digits(word: u64) -> u64 {
    let digits = word & (ONES * 0x0F);
    let pairs = digits * 10 + (digits >> 8);
    let even = (pairs & 0x0000_00FF_0000_00FF).wrapping_mul(100 + (1_000_000 << 32));
    let odd = ((pairs >> 16) & 0x0000_00FF_0000_00FF).wrapping_mul(1 + (10_000 << 32));
    even.wrapping_add(odd) >> 32
}

/// The number that the first `count` digits of `word` are; `count` is 1 to 8.
#[inline(always)]
pub(crate) const fn leading_digits(word: u64, count: usize) -> u64 {
    // Moved to the end, so that zeros come before them.
    eight_digits(word << (64 - 8 * count))
}

/// The first `count` digits of `word` with zeros after them up to the eighth; `count` is 0 to 8.
#[inline(always)]
pub(crate) const fn padded_digits(word: u64, count: usize) -> u64 {
    let beyond = if count == 8 { 0 } else { u64::MAX << (8 * count) };
    eight_digits(word & !beyond)
}

/// Where in `word` the first byte is that a plain string does not have: a quote, a backslash, a
/// control character, or one that is not ASCII; 8 where there is none.
#[inline(always)]
pub(crate) const fn plain_count(word: u64) -> usize {
    let quotes = word ^ (ONES * b'"' as u64);
    let backslashes = word ^ (ONES * b'\\' as u64);
    // Each test may also mark bytes after the first one that it is true of, by a borrow.
    let found = (quotes.wrapping_sub(ONES) & !quotes)
        | (backslashes.wrapping_sub(ONES) & !backslashes)
        | (word.wrapping_sub(ONES * 0x20) & !word)
        | word;
    ((found & HIGHS).trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::{digit_count, eight_digits, leading_digits, padded_digits, plain_count, word_at};

    #[test]
    fn each_byte_is_a_digit_or_is_not() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut text = *b"01234567";
                text[place] = byte;
                let expected = if byte.is_ascii_digit() { 8 } else { place };
                assert_eq!(digit_count(word_at(&text, 0)), expected, "{byte} at {place}");
            }
        }
    }

    #[test]
    fn each_byte_is_plain_or_is_not() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut text = *b"@BTCusdt";
                text[place] = byte;
                let plain = matches!(byte, 0x20..0x80) && byte != b'"' && byte != b'\\';
                let expected = if plain { 8 } else { place };
                assert_eq!(plain_count(word_at(&text, 0)), expected, "{byte} at {place}");
            }
        }
    }

    #[test]
    fn digits_become_the_number_that_they_are() {
        let word = word_at(b"98765432", 0);
        assert_eq!(eight_digits(word), 98_765_432);
        assert_eq!(leading_digits(word, 1), 9);
        assert_eq!(leading_digits(word, 8), 98_765_432);
        assert_eq!(padded_digits(word, 0), 0);
        assert_eq!(padded_digits(word, 3), 98_700_000);
        assert_eq!(padded_digits(word, 8), 98_765_432);
    }

    #[test]
    fn past_the_end_there_are_zeros() {
        assert_eq!(word_at(b"abc", 0).to_le_bytes(), *b"abc\0\0\0\0\0");
        assert_eq!(word_at(b"abcdef", 0).to_le_bytes(), *b"abcdef\0\0");
        assert_eq!(word_at(b"abcdefghi", 1).to_le_bytes(), *b"bcdefghi");
        assert_eq!(word_at(b"abcdefghi", 4).to_le_bytes(), *b"efghi\0\0\0");
        assert_eq!(word_at(b"abcdefghi", 9), 0);
        assert_eq!(word_at(b"abcdefghi", usize::MAX), 0);
        assert_eq!(word_at(b"abc", 2).to_le_bytes(), *b"c\0\0\0\0\0\0\0");
        assert_eq!(word_at(b"abc", 3), 0);
        assert_eq!(word_at(b"abc", 9), 0);
    }
}
