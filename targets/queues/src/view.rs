//! What is known of one symbol, as the worker gets it.

/// Prices in units of 1e-8, 0 where there is none yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The number of the message that made it.
    pub sequence: u64,
    /// Which symbol, see [`crate::symbols::Symbols`].
    pub symbol: u64,
    /// The best bid.
    pub bid_e8: i64,
    /// The best ask.
    pub ask_e8: i64,
    /// The last trade.
    pub last_e8: i64,
    /// The mark price.
    pub mark_e8: i64,
}

/// How many words a view is.
pub(crate) const WORDS: usize = 6;

impl View {
    pub fn words(self) -> [u64; WORDS] {
        let prices = [self.bid_e8, self.ask_e8, self.last_e8, self.mark_e8].map(i64::cast_unsigned);
        let [bid, ask, last, mark] = prices;
        [self.sequence, self.symbol, bid, ask, last, mark]
    }

    pub fn of(words: [u64; WORDS]) -> Self {
        let [sequence, symbol, bid, ask, last, mark] = words;
        let [bid_e8, ask_e8, last_e8, mark_e8] = [bid, ask, last, mark].map(u64::cast_signed);
        Self { sequence, symbol, bid_e8, ask_e8, last_e8, mark_e8 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_its_words() {
        let view =
            View { sequence: 1, symbol: 2, bid_e8: 3, ask_e8: -4, last_e8: i64::MIN, mark_e8: 6 };
        assert_eq!(View::of(view.words()), view);
    }
}
