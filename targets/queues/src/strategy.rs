//! What the worker decides of a view: whether the market has moved away from its own average.

use crate::symbols::CAPACITY;
use crate::view::View;

/// An average forgets a sixteenth with each view.
const WEIGHT: i64 = 16;

/// Parts in a million that the price has to be away from its average.
const BAND_PPM: i64 = 50;

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Nothing,
    Buy,
    Sell,
}

/// Follows the average price of each symbol.
pub(crate) struct Strategy {
    averages_e8: Box<[i64]>,
}

impl Strategy {
    pub fn new() -> Self {
        Self { averages_e8: vec![0; CAPACITY].into() }
    }

    pub fn decide(&mut self, view: &View) -> Decision {
        let price_e8 = price(view);
        let Ok(symbol) = usize::try_from(view.symbol) else { return Decision::Nothing };
        let Some(average_e8) = self.averages_e8.get_mut(symbol) else { return Decision::Nothing };
        if price_e8 == 0 || *average_e8 == 0 {
            *average_e8 = price_e8;
            return Decision::Nothing;
        }
        let away = price_e8 - *average_e8;
        *average_e8 += away / WEIGHT;
        let band = *average_e8 / (1_000_000 / BAND_PPM);
        match away {
            _ if away > band => Decision::Sell,
            _ if away < -band => Decision::Buy,
            _ => Decision::Nothing,
        }
    }
}

/// The middle of the market, or what there is of one.
fn price(view: &View) -> i64 {
    if view.bid_e8 > 0 && view.ask_e8 > 0 {
        return view.bid_e8 / 2 + view.ask_e8 / 2;
    }
    if view.last_e8 > 0 { view.last_e8 } else { view.mark_e8 }
}

#[cfg(test)]
mod tests {
    use super::Decision::{Buy, Nothing, Sell};
    use super::*;

    #[test]
    fn a_price_that_runs_away_from_its_average_is_leaned_against() {
        let mut strategy = Strategy::new();
        let at = |bid_e8, ask_e8| View { bid_e8, ask_e8, ..View::default() };

        let decisions: Vec<_> = [
            (1_000_000, 1_000_200),
            (1_000_000, 1_000_200),
            (1_002_000, 1_002_200),
            (998_000, 998_200),
        ]
        .map(|(bid, ask)| strategy.decide(&at(bid, ask)))
        .into();

        assert_eq!(decisions, [Nothing, Nothing, Sell, Buy]);
    }
}
