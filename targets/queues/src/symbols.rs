//! A number for each symbol, without an allocation after the start.

/// Symbols that there is room for: an exchange lists some hundreds.
pub(crate) const CAPACITY: usize = 4_096;

const LONGEST: usize = 31;

/// Open addressing over twice as many places as symbols.
pub(crate) struct Symbols {
    places: Box<[Place]>,
    used: usize,
}

#[derive(Clone, Copy, Default)]
struct Place {
    text: [u8; LONGEST],
    /// 0 for a place that is free.
    length: u8,
    number: u32,
}

impl Symbols {
    pub fn new() -> Self {
        Self { places: vec![Place::default(); 2 * CAPACITY].into(), used: 0 }
    }

    /// The symbol's number, given now if it is new; `None` where it is not one that there is room for.
    pub fn number(&mut self, symbol: &str) -> Option<usize> {
        let (text, length) = (symbol.as_bytes(), u8::try_from(symbol.len()).ok()?);
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        let mut at = hash(text) % self.places.len();
        loop {
            let place = &mut self.places[at];
            if place.length == 0 {
                break;
            }
            if &place.text[..usize::from(place.length)] == text {
                return Some(place.number as usize);
            }
            at = (at + 1) % self.places.len();
        }
        if self.used == CAPACITY {
            return None;
        }
        let place = &mut self.places[at];
        place.text[..text.len()].copy_from_slice(text);
        place.length = length;
        place.number = u32::try_from(self.used).ok()?;
        self.used += 1;
        Some(self.used - 1)
    }

    pub fn clear(&mut self) {
        self.places.fill(Place::default());
        self.used = 0;
    }
}

/// FNV-1a.
fn hash(text: &[u8]) -> usize {
    let hash = text.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    usize::try_from(hash >> 32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_symbol_keeps_its_number_until_there_is_no_room() {
        let mut symbols = Symbols::new();
        let numbers: Vec<_> = (0..CAPACITY).map(|it| symbols.number(&format!("S{it}"))).collect();

        assert_eq!(numbers, (0..CAPACITY).map(Some).collect::<Vec<_>>());
        assert_eq!(symbols.number("S77"), Some(77));
        assert_eq!(symbols.number("one more"), None);
        symbols.clear();
        assert_eq!(symbols.number("one more"), Some(0));
    }

    #[test]
    fn what_is_no_symbol_has_no_number() {
        let mut symbols = Symbols::new();
        assert_eq!(symbols.number(""), None);
        assert_eq!(symbols.number(&"S".repeat(32)), None);
    }
}
