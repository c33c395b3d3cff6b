//! One field, and what its value may be.

#![allow(clippy::inline_always)] // so that it is compiled for the caller's instructions

use super::fields::TRAILER;
use super::key::Key;
use crate::number;
use crate::text::Span;

/// One field, or its value.
///
/// Its end is the offset of a SOH after which at least the [`TRAILER`](super::fields::TRAILER)'s bytes
/// come, and its start is not over it, and over zero. So eight bytes can be read from any byte of its value, and five
/// from anywhere in it.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    message: &'a [u8],
    start: usize,
    end: usize,
}

impl<'a> Field<'a> {
    /// # Safety
    ///
    /// The offsets must be as the type says.
    #[inline(always)]
    pub unsafe fn new(message: &'a [u8], start: usize, end: usize) -> Self {
        debug_assert!(0 < start && start <= end && end + TRAILER < message.len());
        Self { message, start, end }
    }

    /// How many bytes it has.
    #[inline(always)]
    pub fn length(&self) -> usize {
        self.end - self.start
    }

    /// The five bytes from its start, the first being the lowest.
    #[inline(always)]
    pub fn five_bytes(&self) -> u64 {
        // SAFETY: its start is not over its end, which is the first of at least seven bytes.
        unsafe { five_bytes(self.message, self.start) }
    }

    /// Whether it, being a whole field, starts with `key`, one of those that are known.
    #[inline(always)]
    pub fn has(&self, key: Key) -> bool {
        let [first, second, third, fourth, ..] = key.bytes.to_le_bytes();
        // SAFETY: its start is over zero, and not over its end, which is the first of at least seven
        // bytes.
        unsafe {
            match key.length {
                // Before a field is a SOH: with it these are four bytes, which are compared at once.
                3 => {
                    let key = u32::from_le_bytes([b'\x01', first, second, third]);
                    four_bytes(self.message, self.start - 1) == key
                }
                length => {
                    let key = u32::from_le_bytes([first, second, third, fourth]);
                    four_bytes(self.message, self.start) == key
                        && (length == 4 || *self.message.get_unchecked(self.start + 4) == b'=')
                }
            }
        }
    }

    /// The eight bytes from its start and its length, where that is from one to eight.
    #[inline(always)]
    fn eight_bytes(&self) -> Option<(u64, usize)> {
        let length = self.length();
        if !(1..=8).contains(&length) {
            return None;
        }
        // SAFETY: `start` is under `end`, which is the first of at least seven bytes.
        let word = unsafe { self.message.as_ptr().add(self.start).cast::<[u8; 8]>().read() };
        Some((u64::from_le_bytes(word), length))
    }

    /// What follows the tag of `length` bytes that it starts with.
    ///
    /// # Safety
    ///
    /// It must start with a tag of this length, in which there is no SOH.
    #[inline(always)]
    pub unsafe fn value(self, length: usize) -> Self {
        debug_assert!(self.start + length <= self.end);
        Self { start: self.start + length, ..self }
    }
}

/// The four bytes of `message` from `start` on, the first being the lowest.
///
/// # Safety
///
/// They must be in it.
#[inline(always)]
unsafe fn four_bytes(message: &[u8], start: usize) -> u32 {
    debug_assert!(start + 4 <= message.len());
    // SAFETY: the caller says that these bytes are there.
    u32::from_le_bytes(unsafe { message.as_ptr().add(start).cast::<[u8; 4]>().read() })
}

/// The five bytes of `message` from `start` on, the first being the lowest.
///
/// # Safety
///
/// They must be in it.
#[inline(always)]
pub unsafe fn five_bytes(message: &[u8], start: usize) -> u64 {
    debug_assert!(start + 5 <= message.len());
    // SAFETY: the caller says that these bytes are there.
    unsafe {
        u64::from(four_bytes(message, start)) | u64::from(*message.get_unchecked(start + 4)) << 32
    }
}

/// What a field's value is read as.
pub trait Value: Sized {
    /// Reads a value. `None` where it is not of this type, or of no bytes.
    fn of(value: Field<'_>) -> Option<Self>;
}

impl Value for Span {
    #[inline(always)]
    fn of(value: Field<'_>) -> Option<Self> {
        if value.start >= value.end {
            return None;
        }
        Self::between(value.start, value.end)
    }
}

/// One character.
impl Value for u8 {
    #[inline(always)]
    fn of(value: Field<'_>) -> Option<Self> {
        let [character, ..] = value.five_bytes().to_le_bytes();
        (value.length() == 1).then_some(character)
    }
}

/// A count of up to 18 digits.
impl Value for u64 {
    #[inline(always)]
    fn of(value: Field<'_>) -> Option<Self> {
        if let Some((word, length)) = value.eight_bytes()
            && let Some(count) = number::short_count(word, length)
        {
            return Some(Self::from(count));
        }
        number::long_count(value.message, value.start, value.end)
    }
}

/// A count that fits 32 bits.
impl Value for u32 {
    #[inline(always)]
    fn of(value: Field<'_>) -> Option<Self> {
        if let Some((word, length)) = value.eight_bytes()
            && let Some(count) = number::short_count(word, length)
        {
            return Some(count);
        }
        number::long_count(value.message, value.start, value.end)
            .and_then(|count| Self::try_from(count).ok())
    }
}

/// A decimal number in units of 1e-8.
impl Value for i64 {
    /// What is before the point and after it is put together without asking whether there is a point:
    /// of prices, some have one and some have none.
    #[inline(always)]
    fn of(value: Field<'_>) -> Option<Self> {
        if let Some((word, length)) = value.eight_bytes()
            && let Some(number) = number::short_fixed_point(word, length)
        {
            return Some(number);
        }
        number::long_fixed_point(value.message, value.start, value.end)
    }
}

/// As `i64`, of what is mostly whole.
pub struct MostlyWhole(pub i64);

impl Value for MostlyWhole {
    #[inline(always)]
    fn of(value: Field<'_>) -> Option<Self> {
        if let Some((word, length)) = value.eight_bytes()
            && let Some(number) = number::short_whole(word, length)
        {
            return Some(Self(number));
        }
        i64::of(value).map(Self)
    }
}
