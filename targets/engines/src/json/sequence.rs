//! Which of two messages about one book is newer.
//!
//! A ticker comes at once, and the depth update that tells of the same change later and with
//! others. Both carry the number of the last change that they tell of (`u`).

use crate::Top;

/// What a book was last told, and by which change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sequence {
    last_depth: Option<i64>,
    last_ticker: Option<(i64, Top)>,
}

impl Sequence {
    /// Takes in a ticker; answers whether it is news.
    #[inline]
    pub fn ticker(&mut self, update_id: i64, top: &Top) -> bool {
        let last_ticker = self.last_ticker.map(|(last, _)| last);
        if Some(update_id) <= last_ticker || Some(update_id) <= self.last_depth {
            return false;
        }
        self.last_ticker = Some((update_id, *top));
        true
    }

    /// Takes in a depth update; answers whether it is news.
    #[inline]
    pub fn depth(&mut self, last_update_id: i64) -> bool {
        let is_news = Some(last_update_id) > self.last_depth;
        if is_news {
            self.last_depth = Some(last_update_id);
        }
        is_news
    }

    /// The top of the book where a ticker told of it that is newer than the last depth update,
    /// which may have brought back levels that are gone.
    #[inline]
    #[must_use]
    pub fn newer_top(&self) -> Option<&Top> {
        let (update_id, top) = self.last_ticker.as_ref()?;
        (Some(*update_id) > self.last_depth).then_some(top)
    }
}
