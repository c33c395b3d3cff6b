//! The types of field that ITCH has, and how each is read and folded into a digest.

// Length checks vanish where the caller knows the length, which a call would hide.
#![allow(clippy::inline_always)]

use crate::{Reject, Side};
use latprobe_sdk::Digest;

/// A value that takes a fixed number of bytes on the wire.
pub(crate) trait Field: Copy {
    /// That number.
    const WIRE_SIZE: usize;

    /// Takes the value off the front of `rest`.
    fn take(rest: &mut &[u8]) -> Result<Self, Reject>;

    /// Folds the value into a digest: text without its padding, all else as a number.
    fn fold(self, digest: &mut Digest<'_>);
}

/// Takes `SIZE` bytes off the front of `rest`.
#[inline(always)]
fn take_bytes<const SIZE: usize>(rest: &mut &[u8]) -> Result<[u8; SIZE], Reject> {
    let (bytes, tail) = rest.split_first_chunk::<SIZE>().ok_or(Reject::WrongLength)?;
    *rest = tail;
    Ok(*bytes)
}

/// Takes the six bytes of a timestamp, in nanoseconds since midnight, off the front of `rest`.
#[inline(always)]
pub(crate) fn take_timestamp_ns(rest: &mut &[u8]) -> Result<u64, Reject> {
    let high = u64::from(u16::take(rest)?);
    let low = u64::from(u32::take(rest)?);
    Ok(high << 32 | low)
}

macro_rules! big_endian {
    ($($integer:ty),+) => {$(
        impl Field for $integer {
            const WIRE_SIZE: usize = size_of::<$integer>();

            #[inline(always)]
            fn take(rest: &mut &[u8]) -> Result<Self, Reject> {
                Ok(Self::from_be_bytes(take_bytes(rest)?))
            }

            fn fold(self, digest: &mut Digest<'_>) {
                // Eight bytes of a match number that fill an i64 keep all their bits.
                digest.integer(u64::from(self).cast_signed());
            }
        }
    )+};
}

big_endian!(u8, u16, u32, u64);

impl<const SIZE: usize> Field for [u8; SIZE] {
    const WIRE_SIZE: usize = SIZE;

    #[inline(always)]
    fn take(rest: &mut &[u8]) -> Result<Self, Reject> {
        take_bytes(rest)
    }

    fn fold(self, digest: &mut Digest<'_>) {
        let padding = self.iter().rev().take_while(|&&byte| byte == b' ').count();
        digest.bytes(&self[..SIZE - padding]);
    }
}

impl Field for Side {
    const WIRE_SIZE: usize = 1;

    #[inline(always)]
    fn take(rest: &mut &[u8]) -> Result<Self, Reject> {
        Self::from_code(u8::take(rest)?).ok_or(Reject::UnknownSide)
    }

    fn fold(self, digest: &mut Digest<'_>) {
        self.code().fold(digest);
    }
}
