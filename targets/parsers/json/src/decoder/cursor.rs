//! Steps through a frame that is written just as expected. None means "not so", and the frame is
//! read again by `general`, which knows whether it is an error.

use crate::decimal::{ONE_E8, parse_e8};
use crate::words::{digit_count, leading_digits, padded_digits, plain_count, word_at};

const POWERS_OF_TEN: [u64; 9] =
    [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// A place in a frame.
pub(super) struct Cursor<'frame> {
    frame: &'frame [u8],
    at: usize,
}

#[allow(clippy::inline_always)] // each step is a few instructions, and its place is in a register
impl<'frame> Cursor<'frame> {
    pub(super) const fn new(frame: &'frame [u8]) -> Self {
        Self { frame, at: 0 }
    }

    /// Nothing is left.
    #[inline(always)]
    pub(super) const fn is_at_end(&self) -> bool {
        self.at == self.frame.len()
    }

    /// The next byte.
    #[inline(always)]
    pub(super) fn peek(&self) -> Option<u8> {
        self.frame.get(self.at).copied()
    }

    /// Passes `literal`, or stays where it is.
    #[inline(always)]
    pub(super) fn passes<const SIZE: usize>(&mut self, literal: &[u8; SIZE]) -> bool {
        let rest = self.frame.get(self.at..).unwrap_or_default();
        let passed = rest.first_chunk() == Some(literal);
        if passed {
            self.at += SIZE;
        }
        passed
    }

    /// Passes `literal`.
    #[inline(always)]
    pub(super) fn expect<const SIZE: usize>(&mut self, literal: &[u8; SIZE]) -> Option<()> {
        self.passes(literal).then_some(())
    }

    /// Reads an integer of 1 to 16 digits.
    #[inline(always)]
    pub(super) fn integer(&mut self) -> Option<i64> {
        let head = word_at(self.frame, self.at);
        let count = digit_count(head);
        let starts_with_zero = head.to_le_bytes()[0] == b'0';
        if count == 0 || (starts_with_zero && count > 1) {
            return None;
        }
        self.at += count;
        let number = leading_digits(head, count);
        if count < 8 {
            return i64::try_from(number).ok();
        }
        let tail = word_at(self.frame, self.at);
        let count = digit_count(tail);
        self.at += count;
        // Eight more digits may be followed by a seventeenth, which no literal begins with.
        let tail = if count == 0 { 0 } else { leading_digits(tail, count) };
        i64::try_from(number * POWERS_OF_TEN[count] + tail).ok()
    }

    /// Reads decimal text as units of 1e-8, from after its opening quote to after its closing one.
    #[inline(always)]
    pub(super) fn decimal(&mut self) -> Option<i64> {
        let head = word_at(self.frame, self.at);
        let whole_size = digit_count(head);
        let point = self.at + whole_size;
        if whole_size == 0 || whole_size == 8 {
            return self.unusual_decimal();
        }
        let whole = leading_digits(head, whole_size) * ONE_E8;
        let tail = word_at(self.frame, point + 1);
        let fraction_size = digit_count(tail);
        let end = point + 1 + fraction_size;
        if self.frame.get(point) != Some(&b'.')
            || fraction_size == 0
            || self.frame.get(end) != Some(&b'"')
        {
            return self.unusual_decimal();
        }
        self.at = end + 1;
        i64::try_from(whole + padded_digits(tail, fraction_size)).ok()
    }

    /// Any other decimal text: a negative or a large one, one without a point.
    #[inline(never)]
    fn unusual_decimal(&mut self) -> Option<i64> {
        let rest = self.frame.get(self.at..)?;
        let size = rest.iter().position(|&byte| byte == b'"')?;
        self.at += size + 1;
        parse_e8(&rest[..size])
    }

    /// Reads a string of ASCII without escapes, from after its opening quote to after its closing
    /// one.
    #[inline(always)]
    pub(super) fn text(&mut self) -> Option<&'frame str> {
        let start = self.at;
        loop {
            let plain = plain_count(word_at(self.frame, self.at));
            self.at += plain;
            if plain < 8 {
                break;
            }
        }
        let text = self.frame.get(start..self.at)?;
        self.expect(b"\"")?;
        // SAFETY: `plain_count` passed each of these bytes, so that all are ASCII.
        Some(unsafe { str::from_utf8_unchecked(text) })
    }

    /// Reads `true` or `false`.
    #[inline(always)]
    pub(super) fn boolean(&mut self) -> Option<bool> {
        let value = self.passes(b"true");
        (value || self.passes(b"false")).then_some(value)
    }
}
