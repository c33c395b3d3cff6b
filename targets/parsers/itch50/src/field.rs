//! The types of field that ITCH has, and how each is read and folded into a digest.

// Length checks vanish where the caller knows the length, which a call would hide.
#![allow(clippy::inline_always)]

use crate::{Reject, Side};
use latprobe_sdk::Digest;

/// A value that takes a fixed number of bytes on the wire.
pub(crate) trait Field: Copy {
    /// That number.
    const WIRE_SIZE: usize;

    /// Whether it is a number, whose bytes the wire has most significant first.
    const IS_NUMBER: bool;

    /// Whether it is a [`Side`], for which not every byte will do.
    const IS_SIDE: bool = false;

    /// Takes the value off the front of `rest`.
    fn take(rest: &mut &[u8]) -> Result<Self, Reject>;

    /// Folds the value into a digest: text without its padding, all else as a number.
    fn fold(self, digest: &mut Digest<'_>);
}

/// Takes `SIZE` bytes off the front of `rest`.
#[inline(always)]
fn take_bytes<'message, const SIZE: usize>(
    rest: &mut &'message [u8],
) -> Result<&'message [u8; SIZE], Reject> {
    let (bytes, tail) = rest.split_first_chunk::<SIZE>().ok_or(Reject::WrongLength)?;
    *rest = tail;
    Ok(bytes)
}

/// Takes the six bytes of a timestamp, in nanoseconds since midnight, off the front of `rest`.
#[inline(always)]
pub(crate) fn take_timestamp_ns(rest: &mut &[u8]) -> Result<u64, Reject> {
    let high = u64::from(u16::take(rest)?);
    let low = u64::from(u32::take(rest)?);
    Ok(high << 32 | low)
}

macro_rules! number_fields {
    ($($integer:ty),+) => {$(
        impl Field for $integer {
            const WIRE_SIZE: usize = size_of::<$integer>();
            const IS_NUMBER: bool = true;

            #[inline(always)]
            fn take(rest: &mut &[u8]) -> Result<Self, Reject> {
                Ok(Self::from_be_bytes(*take_bytes(rest)?))
            }

            fn fold(self, digest: &mut Digest<'_>) {
                // A number above i64::MAX keeps all its bits in the cast.
                digest.integer(u64::from(self).cast_signed());
            }
        }
    )+};
}

number_fields!(u8, u16, u32, u64);

impl<const SIZE: usize> Field for [u8; SIZE] {
    const WIRE_SIZE: usize = SIZE;
    const IS_NUMBER: bool = false;

    #[inline(always)]
    fn take(rest: &mut &[u8]) -> Result<Self, Reject> {
        take_bytes(rest).copied()
    }

    fn fold(self, digest: &mut Digest<'_>) {
        let padding = self.iter().rev().take_while(|&&byte| byte == b' ').count();
        digest.bytes(&self[..SIZE - padding]);
    }
}

impl Field for Side {
    const WIRE_SIZE: usize = 1;
    const IS_NUMBER: bool = false;
    const IS_SIDE: bool = true;

    #[inline(always)]
    fn take(rest: &mut &[u8]) -> Result<Self, Reject> {
        Self::from_code(u8::take(rest)?).ok_or(Reject::UnknownSide)
    }

    fn fold(self, digest: &mut Digest<'_>) {
        self.code().fold(digest);
    }
}
