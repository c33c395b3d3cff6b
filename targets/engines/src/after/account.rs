//! Where we stand in one market.

// A call here would cost as much as what it calls.
#![allow(clippy::inline_always)]

use super::{RestingList, SpreadWindow};
use crate::{Side, Standing, Tick};

/// All that an engine keeps of one market beside its book.
///
/// What every tick reads is together, from the start of a cache line.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct Account {
    /// Bought less sold.
    pub position: i64,
    /// The last price that others are held against.
    pub reference_price: Option<i64>,
    /// The last spreads.
    pub spreads: SpreadWindow,
    /// Our own orders by side.
    resting: [RestingList; 2],
}

impl Default for Account {
    fn default() -> Self {
        Self {
            position: 0,
            reference_price: None,
            spreads: SpreadWindow::default(),
            resting: [RestingList::new(Side::Buy), RestingList::new(Side::Sell)],
        }
    }
}

impl Account {
    /// Whether `tick` comes to the price of an order of ours.
    #[inline(always)]
    #[must_use]
    pub fn is_reached(&self, tick: &Tick) -> bool {
        let [buys, sells] = [Side::Buy, Side::Sell].map(|side| {
            let other = side.opposite();
            let (crossing, _) = tick.top.best(other);
            let crossed = if tick.top.is_market() { side.rank(crossing) } else { i64::MAX };
            let traded = match tick.print {
                Some(print) if print.aggressor == Some(other) => side.rank(print.price),
                _ => i64::MAX,
            };
            self.resting[side as usize].summary().best_rank >= crossed.min(traded)
        });
        buys || sells
    }

    /// Our own orders of `side`.
    #[inline(always)]
    pub fn resting(&mut self, side: Side) -> &mut RestingList {
        &mut self.resting[side as usize]
    }

    /// All our own orders.
    #[must_use]
    pub fn resting_count(&self) -> usize {
        self.resting.iter().map(|list| list.orders().len()).sum()
    }

    /// The account in short.
    #[inline(always)]
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing {
            position: self.position,
            resting: [*self.resting[0].summary(), *self.resting[1].summary()],
            reference_price: self.reference_price,
        }
    }
}
