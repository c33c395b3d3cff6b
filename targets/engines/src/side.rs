//! Buy or sell, for every feed.

/// The side of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A bid.
    Buy,
    /// An offer.
    Sell,
}

impl Side {
    /// The side that an order of this side trades with.
    #[inline]
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// `quantity` as a change of position: sales count below zero.
    #[inline]
    #[must_use]
    pub const fn signed(self, quantity: i64) -> i64 {
        match self {
            Self::Buy => quantity,
            Self::Sell => -quantity,
        }
    }

    /// A number that orders prices by how good they are to the other side: the higher, the sooner
    /// it trades. It is its own inverse, and no price overflows it.
    #[inline]
    #[must_use]
    pub const fn rank(self, price: i64) -> i64 {
        match self {
            Self::Buy => price,
            Self::Sell => !price,
        }
    }
}

impl From<latprobe_itch50::Side> for Side {
    #[inline]
    fn from(side: latprobe_itch50::Side) -> Self {
        match side {
            latprobe_itch50::Side::Buy => Self::Buy,
            latprobe_itch50::Side::Sell => Self::Sell,
        }
    }
}
