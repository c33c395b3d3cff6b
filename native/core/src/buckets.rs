//! Counts in the buckets of an HDR histogram of three significant digits.
//!
//! The buckets are those of the standard layout: values below 2,048 have one each, and every
//! further power of two is cut into 1,024. So a value's bucket is a shift and an addition away,
//! which makes recording cheaper than in a histogram whose digits and unit are chosen at run time.

/// Values below it have a bucket of their own: the power of two from which on 1 in 1,000 is told
/// apart in buckets of two.
const SINGLE_VALUES: u64 = 2048;

/// Buckets of each power of two from there on.
const BUCKETS_OF_A_POWER: u64 = SINGLE_VALUES / 2;

/// As many counts as values were recorded for, and no fewer than for the single values.
#[derive(Clone, Debug)]
pub(crate) struct Buckets {
    counts: Vec<u64>,
}

/// A bucket that holds something.
#[derive(Clone, Copy)]
pub(crate) struct Bucket {
    pub lowest: u64,
    pub highest: u64,
    pub count: u64,
}

impl Default for Buckets {
    fn default() -> Self {
        Self { counts: vec![0; index_of(SINGLE_VALUES)] }
    }
}

impl Buckets {
    /// Counts `value` once.
    #[inline]
    pub fn count(&mut self, value: u64) {
        let index = index_of(value);
        match self.counts.get_mut(index) {
            Some(count) => *count += 1,
            None => self.grow(index, 1),
        }
    }

    /// Counts `value` so many times.
    pub fn count_times(&mut self, value: u64, times: u64) {
        let index = index_of(value);
        match self.counts.get_mut(index) {
            Some(count) => *count = count.saturating_add(times),
            None => self.grow(index, times),
        }
    }

    /// Sets all counts back to 0.
    pub fn clear(&mut self) {
        self.counts.fill(0);
    }

    /// Adds the counts of `other`.
    pub fn add(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count = count.saturating_add(*more);
        }
    }

    /// Values counted so far.
    pub fn total(&self) -> u64 {
        self.counts.iter().fold(0, |total, &count| total.saturating_add(count))
    }

    /// Values counted in the bucket of `value` and in those below it.
    pub fn total_up_to(&self, value: u64) -> u64 {
        let end = self.counts.len().min(index_of(value) + 1);
        self.counts[..end].iter().fold(0, |total, &count| total.saturating_add(count))
    }

    /// The buckets that hold something, the lowest first.
    pub fn filled(&self) -> impl DoubleEndedIterator<Item = Bucket> + '_ {
        self.counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(index, &count)| {
            let (lowest, highest) = bounds_of(index as u64);
            Bucket { lowest, highest, count }
        })
    }

    /// Apart from the counting, since it happens to a few values of a million.
    #[cold]
    fn grow(&mut self, index: usize, times: u64) {
        self.counts.resize(index + 1, 0);
        self.counts[index] = times;
    }
}

/// How far the values of a bucket are from being told apart: their number is two to this power.
#[inline]
fn shift_of(value: u64) -> u32 {
    (SINGLE_VALUES - 1).leading_zeros() - (value | (SINGLE_VALUES - 1)).leading_zeros()
}

#[inline]
#[allow(clippy::cast_possible_truncation)] // below 57,000
fn index_of(value: u64) -> usize {
    let shift = shift_of(value);
    (u64::from(shift) * BUCKETS_OF_A_POWER + (value >> shift)) as usize
}

/// The smallest and the largest value of a bucket.
fn bounds_of(index: u64) -> (u64, u64) {
    let shift = (index / BUCKETS_OF_A_POWER).saturating_sub(1);
    let lowest = (index - shift * BUCKETS_OF_A_POWER) << shift;
    (lowest, lowest + ((1 << shift) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bucket_starts_where_the_one_below_it_ends() {
        let last = index_of(u64::MAX) as u64;
        for index in 0..last {
            let (lowest, highest) = bounds_of(index);
            assert_eq!(bounds_of(index + 1).0, highest + 1);
            assert_eq!((index_of(lowest) as u64, index_of(highest) as u64), (index, index));
        }
        assert_eq!(bounds_of(last).1, u64::MAX);
    }
}
