//! What the fields of a wire struct stand for.

use zerocopy::big_endian::{U16, U32, U64};
use zerocopy::{Immutable, KnownLayout, TryFromBytes, Unaligned};

/// A field as it lies on the wire.
pub(super) trait Value: Copy {
    /// The type that it is decoded to.
    type Decoded;

    /// Its value.
    fn value(self) -> Self::Decoded;
}

/// A big-endian integer of six bytes.
#[derive(Clone, Copy, TryFromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct U48 {
    high: U16,
    low: U32,
}

impl Value for U48 {
    type Decoded = u64;

    #[inline]
    fn value(self) -> u64 {
        u64::from(self.high.get()) << 32 | u64::from(self.low.get())
    }
}

/// A side, which `zerocopy` checks: there is none for most bytes.
#[derive(Clone, Copy, TryFromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(u8)]
#[allow(dead_code)] // made of bytes only
pub(super) enum Side {
    Buy = b'B',
    Sell = b'S',
}

impl Value for Side {
    type Decoded = crate::Side;

    #[inline]
    fn value(self) -> crate::Side {
        match self {
            Self::Buy => crate::Side::Buy,
            Self::Sell => crate::Side::Sell,
        }
    }
}

macro_rules! integer_values {
    ($($wire:ty => $decoded:ty),+) => {$(
        impl Value for $wire {
            type Decoded = $decoded;

            #[inline]
            fn value(self) -> $decoded {
                self.get()
            }
        }
    )+};
}

integer_values!(U16 => u16, U32 => u32, U64 => u64);

impl Value for u8 {
    type Decoded = Self;

    #[inline]
    fn value(self) -> Self {
        self
    }
}

impl<const SIZE: usize> Value for [u8; SIZE] {
    type Decoded = Self;

    #[inline]
    fn value(self) -> Self {
        self
    }
}
