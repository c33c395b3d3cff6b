//! Where we stand in one market.

// A call here would cost as much as what it calls.
#![allow(clippy::inline_always)]

use super::{RestingList, SpreadWindow};
use crate::{Side, Standing};

/// All that an engine keeps of one market beside its book.
#[derive(Clone, Debug)]
pub struct Account {
    /// Bought less sold.
    pub position: i64,
    /// The last price that others are held against.
    pub reference_price: Option<i64>,
    /// The last spreads.
    pub spreads: SpreadWindow,
    buys: RestingList,
    sells: RestingList,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            position: 0,
            reference_price: None,
            spreads: SpreadWindow::default(),
            buys: RestingList::new(Side::Buy),
            sells: RestingList::new(Side::Sell),
        }
    }
}

impl Account {
    /// Our own orders of `side`.
    #[inline(always)]
    pub fn resting(&mut self, side: Side) -> &mut RestingList {
        match side {
            Side::Buy => &mut self.buys,
            Side::Sell => &mut self.sells,
        }
    }

    /// All our own orders.
    #[must_use]
    pub fn resting_count(&self) -> usize {
        self.buys.orders().len() + self.sells.orders().len()
    }

    /// The account in short.
    #[inline(always)]
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing {
            position: self.position,
            buys: self.buys.summary(),
            sells: self.sells.summary(),
            reference_price: self.reference_price,
        }
    }
}
