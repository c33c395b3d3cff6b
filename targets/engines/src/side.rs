//! Buy or sell, for every feed.

use std::hint::select_unpredictable;

/// The side of an order.
///
/// What it does to numbers is written without a branch, which feeds that jump from side to side
/// would have guessed wrong half of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Side {
    /// A bid.
    Buy = 0,
    /// An offer.
    Sell = 1,
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
        (quantity ^ self.mask()) - self.mask()
    }

    /// A number that orders prices by how good they are to the other side: the higher, the sooner
    /// it trades. It is its own inverse, and no price overflows it.
    #[inline]
    #[must_use]
    pub const fn rank(self, price: i64) -> i64 {
        price ^ self.mask()
    }

    /// The one of two that is for this side.
    #[inline]
    #[must_use]
    pub fn choose<T>(self, of_buys: T, of_sells: T) -> T {
        select_unpredictable(matches!(self, Self::Buy), of_buys, of_sells)
    }

    /// All bits for a sale, and none for a purchase.
    #[inline]
    const fn mask(self) -> i64 {
        -(self as i64)
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
