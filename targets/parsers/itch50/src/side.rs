//! Buy or sell.

/// The side of an order. Any other byte in its place is [`crate::Reject::UnknownSide`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Side {
    /// A bid.
    Buy = b'B',
    /// An offer.
    Sell = b'S',
}

impl Side {
    /// The side that `code` stands for on the wire.
    #[inline]
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            b'B' => Some(Self::Buy),
            b'S' => Some(Self::Sell),
            _ => None,
        }
    }

    /// How the side is written on the wire: `B` or `S`.
    #[inline]
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}
