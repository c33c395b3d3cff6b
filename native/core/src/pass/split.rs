//! One message's time, cut at its marks.

use super::journey::Journey;
use super::rows::{Place, Row};
use super::scale::Scale;

/// Cuts one message's time at the marks that it came to: hands over the index and the nanoseconds
/// of each stage, and answers those of the whole message.
pub(super) fn split(scale: Scale, row: &Row, mut stage: impl FnMut(usize, f64)) -> f64 {
    if let Some(place) = row.place {
        return split_journey(scale, row, place, &mut stage);
    }
    let mut before = row.start;
    let mut intervals = 1;
    for (index, &stamp) in row.stamps.iter().enumerate() {
        if stamp != 0 {
            stage(index, scale.ns(before, stamp, 1));
            before = stamp;
            intervals += 1;
        }
    }
    scale.ns(row.start, row.end, intervals)
}

/// Apart from the above, which is done for each message: few targets have other threads.
#[inline(never)]
fn split_journey(scale: Scale, row: &Row, place: Place, stage: &mut dyn FnMut(usize, f64)) -> f64 {
    Journey::of(row, place.track).split(scale, stage)
}
