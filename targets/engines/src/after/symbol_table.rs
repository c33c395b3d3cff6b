//! A number for each symbol.

use crate::LONGEST_SYMBOL;

/// A symbol and its length, padded with zeros: compared as four integers.
type Name = [u64; 4];

/// Marks a slot without a symbol.
const EMPTY: u32 = u32::MAX;

/// Numbers symbols from 0 in the order in which they are first seen. A hash table with open
/// addressing, at most half full, that never grows: a symbol too many gets no number.
#[derive(Clone, Debug)]
pub struct SymbolTable {
    names: Vec<Name>,
    slots: Vec<u32>,
    limit: usize,
}

impl SymbolTable {
    /// A table for `limit` symbols.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        let slots = vec![EMPTY; (2 * limit).next_power_of_two()];
        Self { names: Vec::with_capacity(limit), slots, limit }
    }

    /// Symbols seen so far.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether no symbol was seen yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Forgets all symbols, keeping the memory.
    pub fn clear(&mut self) {
        self.names.clear();
        self.slots.fill(EMPTY);
    }

    /// The number of `symbol`, which is given one now if it has none. `None` where it is longer
    /// than [`LONGEST_SYMBOL`], or one too many.
    #[inline]
    pub fn number(&mut self, symbol: &[u8]) -> Option<usize> {
        let name = pack(symbol)?;
        let mask = self.slots.len() - 1;
        let mut index = hash(&name);
        loop {
            let number = self.slots[index & mask];
            if number == EMPTY {
                return self.add(name, index & mask);
            }
            if self.names[number as usize] == name {
                return Some(number as usize);
            }
            index = index.wrapping_add(1);
        }
    }

    #[cold]
    #[allow(clippy::cast_possible_truncation)] // the limit is a million symbols
    fn add(&mut self, name: Name, slot: usize) -> Option<usize> {
        let number = self.names.len();
        if number >= self.limit {
            return None;
        }
        self.names.push(name);
        self.slots[slot] = number as u32;
        Some(number)
    }
}

#[inline]
#[allow(clippy::cast_possible_truncation)] // at most LONGEST_SYMBOL
fn pack(symbol: &[u8]) -> Option<Name> {
    if symbol.len() > LONGEST_SYMBOL {
        return None;
    }
    let mut bytes = [0_u8; LONGEST_SYMBOL + 1];
    bytes[..symbol.len()].copy_from_slice(symbol);
    bytes[LONGEST_SYMBOL] = symbol.len() as u8;
    let mut name = [0; 4];
    for (word, chunk) in name.iter_mut().zip(bytes.as_chunks().0) {
        *word = u64::from_le_bytes(*chunk);
    }
    Some(name)
}

#[inline]
#[allow(clippy::cast_possible_truncation)] // the high half of a product, cut to an index
fn hash(name: &Name) -> usize {
    let folded = name.iter().fold(0_u64, |hash, word| {
        (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    });
    (folded >> 32) as usize
}
