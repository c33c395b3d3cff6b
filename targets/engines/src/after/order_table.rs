//! The orders of the market, by their reference.

use crate::Side;

/// An order that stands in the book of the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarketOrder {
    /// Index of its symbol.
    pub symbol: u32,
    /// Buy or sell.
    pub side: Side,
    /// Limit, with four decimals.
    pub price: u32,
    /// Shares that remain; over zero.
    pub shares: u32,
}

/// Marks a slot without an order.
const EMPTY: u32 = u32::MAX;

/// References in a row that are put side by side. New orders are numbered in a row, and find their
/// part of a large table in the cache.
const NEIGHBOURS: usize = 16;

/// One slot: an order packed with its reference, or [`EMPTY`] as its owner.
#[derive(Clone, Copy, Debug)]
struct Slot {
    order_ref: u64,
    price: u32,
    shares: u32,
    /// Twice the symbol, and one more for a sale.
    owner: u32,
}

const FREE: Slot = Slot { order_ref: 0, price: 0, shares: 0, owner: EMPTY };

impl Slot {
    const fn order(&self) -> MarketOrder {
        let side = if self.owner & 1 == 0 { Side::Buy } else { Side::Sell };
        MarketOrder { symbol: self.owner >> 1, side, price: self.price, shares: self.shares }
    }
}

/// A hash table with open addressing, at most three quarters full.
///
/// A removal moves later orders of its run up, so that no markers of removed orders pile up over a
/// day. It grows, at the cost of one allocation and a pause, when there are more orders at once
/// than it was made for.
#[derive(Clone, Debug)]
pub struct OrderTable {
    slots: Vec<Slot>,
    /// Takes a 64-bit product to the index of a stretch of neighbours.
    shift: u32,
    length: usize,
    growths: usize,
}

impl OrderTable {
    /// A table for `capacity` orders at once.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self::with_slots((capacity * 4 / 3 + 1).next_power_of_two().max(2 * NEIGHBOURS))
    }

    fn with_slots(count: usize) -> Self {
        let shift = u64::BITS - (count / NEIGHBOURS).trailing_zeros();
        Self { slots: vec![FREE; count], shift, length: 0, growths: 0 }
    }

    /// Orders in the table.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no order.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// How often the table had to be made larger.
    #[must_use]
    pub const fn growths(&self) -> usize {
        self.growths
    }

    /// Forgets all orders, keeping the memory.
    pub fn clear(&mut self) {
        self.slots.fill(FREE);
        self.length = 0;
        self.growths = 0;
    }

    /// Puts an order in; answers whether there was none of that reference.
    #[inline]
    pub fn insert(&mut self, order_ref: u64, order: MarketOrder) -> bool {
        let Err(free) = self.find(order_ref) else { return false };
        let owner = order.symbol << 1 | u32::from(order.side == Side::Sell);
        self.slots[free] = Slot { order_ref, price: order.price, shares: order.shares, owner };
        self.length += 1;
        if self.length * 4 > self.slots.len() * 3 {
            self.grow();
        }
        true
    }

    /// Takes `shares` off an order, and answers what it was before; the order goes when nothing
    /// remains of it.
    #[inline]
    pub fn reduce(&mut self, order_ref: u64, shares: u32) -> Option<MarketOrder> {
        let index = self.find(order_ref).ok()?;
        let order = self.slots[index].order();
        if shares < order.shares {
            self.slots[index].shares -= shares;
        } else {
            self.remove_at(index);
        }
        Some(order)
    }

    /// Takes an order out.
    #[inline]
    pub fn remove(&mut self, order_ref: u64) -> Option<MarketOrder> {
        self.reduce(order_ref, u32::MAX)
    }

    /// Where the order is, or where it would go.
    #[inline]
    fn find(&self, order_ref: u64) -> Result<usize, usize> {
        let mask = self.slots.len() - 1;
        let mut index = self.home(order_ref);
        loop {
            let slot = &self.slots[index & mask];
            if slot.owner == EMPTY {
                return Err(index & mask);
            }
            if slot.order_ref == order_ref {
                return Ok(index & mask);
            }
            index += 1;
        }
    }

    /// Where the search for an order starts: Fibonacci hashing (Knuth, The Art of Computer
    /// Programming, volume 3, section 6.4) of a stretch of neighbours.
    #[inline]
    #[allow(clippy::cast_possible_truncation)] // the shift leaves fewer bits than an index has
    fn home(&self, order_ref: u64) -> usize {
        let stretch = order_ref / NEIGHBOURS as u64;
        let place = stretch.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift;
        place as usize * NEIGHBOURS + order_ref as usize % NEIGHBOURS
    }

    /// Empties a slot, and moves up what was put behind it only because it was taken.
    #[inline]
    fn remove_at(&mut self, index: usize) {
        let mask = self.slots.len() - 1;
        let mut hole = index;
        let mut next = index;
        loop {
            next = (next + 1) & mask;
            let slot = self.slots[next];
            if slot.owner == EMPTY {
                break;
            }
            let distance_from_home = next.wrapping_sub(self.home(slot.order_ref)) & mask;
            if distance_from_home >= next.wrapping_sub(hole) & mask {
                self.slots[hole] = slot;
                hole = next;
            }
        }
        self.slots[hole] = FREE;
        self.length -= 1;
    }

    #[cold]
    fn grow(&mut self) {
        let mut larger = Self::with_slots(2 * self.slots.len());
        for slot in self.slots.iter().filter(|slot| slot.owner != EMPTY) {
            larger.insert(slot.order_ref, slot.order());
        }
        larger.growths = self.growths + 1;
        *self = larger;
    }
}
