//! The way of one message through a target's threads, from what each of them said.
//!
//! A message is on one thread at a time: it goes from queue to queue. So of all the timestamps that
//! have its number, those that lie on its way are in order, and each interval between two of them
//! carries the clock's offset once.

use super::rows::Row;
use super::scale::Scale;
use crate::tracks::Track;
use std::ops::Range;

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum End {
    /// So many nanoseconds after it was handed over.
    Finished(f64),
    Superseded,
    Dropped,
}

/// How long a message took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    /// Until `on_message` returned.
    pub total_ns: f64,
    /// Until its last thread was done with it; `None` for a target without hops, and for a message
    /// that was not finished.
    pub end_to_end_ns: Option<f64>,
}

impl Taken {
    /// Of a message that took so long on the market-data thread.
    pub fn of(row: &Row, total_ns: f64, scale: Scale) -> Self {
        let end = row.place.map(|place| Journey::of(row, place.track).end(scale));
        let end_to_end_ns = if let Some(End::Finished(ns)) = end { Some(ns) } else { None };
        Self { total_ns, end_to_end_ns }
    }

    /// The longer of the two.
    pub fn longest_ns(self) -> f64 {
        self.end_to_end_ns.map_or(self.total_ns, |ns| ns.max(self.total_ns))
    }
}

/// One message.
#[derive(Clone, Copy)]
pub(super) struct Journey<'row> {
    row: &'row Row<'row>,
    track: Track,
    /// When it was first dequeued: from then on, what is enqueued is so by another thread.
    left: Option<(u32, u64)>,
    /// When it was first enqueued.
    handed_on: Option<u64>,
}

impl<'row> Journey<'row> {
    pub fn of(row: &'row Row<'row>, track: Track) -> Self {
        let left = track
            .hops()
            .filter_map(|hop| Some((hop, track.dequeued(hop)?)))
            .min_by_key(|&(_, at)| at);
        let handed_on = track.hops().filter_map(|hop| track.enqueued(hop)).min();
        Self { row, track, left, handed_on }
    }

    /// What is wrong with what was said of it, if anything. `window` are the numbers of the messages
    /// that there is something known of.
    pub fn problem(&self, window: Range<u64>, name: impl Fn(u32) -> String) -> Option<String> {
        let track = self.track;
        for hop in track.hops() {
            if track.dequeued(hop).is_some() && track.enqueued(hop).is_none() {
                return Some(format!("it was dequeued at '{}' and never enqueued", name(hop)));
            }
        }
        let ends = u32::from(track.finished().is_some())
            + u32::from(track.superseded().is_some())
            + u32::from(track.is_dropped());
        if ends > 1 {
            return Some("it ended more than once: finished, superseded or dropped".to_owned());
        }
        if ends == 0 && self.handed_on.is_some() {
            let hop = track.hops().rfind(|&hop| track.enqueued(hop).is_some());
            return Some(format!(
                "it was enqueued at '{}', and when all was drained it was neither finished, nor \
                 superseded, nor dropped",
                hop.map(name).unwrap_or_default(),
            ));
        }
        let newer = track.superseded()?;
        if window.contains(&newer) {
            return None;
        }
        Some(format!("it is said to be superseded by message {newer}, which was not handed over"))
    }

    /// The nanoseconds from its hand-over until `on_message` returned. Hands over the index and the
    /// nanoseconds of each stage, whatever thread it was on.
    pub fn split(&self, scale: Scale, mut stage: impl FnMut(usize, f64)) -> f64 {
        let mut before = self.row.start;
        let mut intervals = 1 + self.own_notes();
        for (index, &stamp) in self.row.stamps.iter().enumerate() {
            if stamp != 0 {
                stage(index, scale.ns(before, stamp, 1));
                before = stamp;
                intervals += 1;
            }
        }
        for index in self.track.stages() {
            if let Some(stamp) = self.track.marked(index) {
                stage(index as usize, scale.ns(self.begun(index, stamp), stamp, 1));
            }
        }
        scale.ns(self.row.start, self.row.end, intervals)
    }

    /// How long it stood in the queue of a hop, in nanoseconds.
    pub fn waited(&self, scale: Scale, hop: u32) -> Option<f64> {
        let (from, to) = (self.track.enqueued(hop)?, self.track.dequeued(hop)?);
        Some(scale.signed_ns(from, to))
    }

    pub fn end(&self, scale: Scale) -> End {
        if self.track.superseded().is_some() {
            return End::Superseded;
        }
        if self.track.is_dropped() {
            return End::Dropped;
        }
        match self.track.finished() {
            Some(finished) => {
                let intervals = 1 + self.on_the_way(finished);
                End::Finished(scale.ns(self.row.start, finished, intervals))
            }
            // It never went to another thread.
            None => End::Finished(self.split(scale, |_, _| ())),
        }
    }

    /// Timestamps beside its marks that the market-data thread took itself.
    fn own_notes(&self) -> usize {
        match self.handed_on {
            None => usize::from(self.track.finished().is_some()),
            Some(_) => self.track.hops().filter(|&hop| self.is_enqueued_by_driver(hop)).count(),
        }
    }

    /// Before it came to another thread there is only one that can put it into a queue. Its own queue
    /// does not count: it cannot leave that before it came, whatever the clocks of two CPUs say.
    fn is_enqueued_by_driver(&self, hop: u32) -> bool {
        self.track.enqueued(hop).is_some_and(|at| match self.left {
            Some((other, left)) => other == hop || at <= left,
            None => true,
        })
    }

    /// Timestamps between its hand-over and `finished`.
    fn on_the_way(&self, finished: u64) -> usize {
        let track = self.track;
        let until = self.handed_on.unwrap_or(finished);
        let own = self.row.stamps.iter().filter(|&&stamp| stamp != 0 && stamp <= until).count();
        let hops = track.hops().filter(|&hop| track.enqueued(hop).is_some()).count()
            + track.hops().filter(|&hop| track.dequeued(hop).is_some()).count();
        let is_before = |&stage: &u32| track.marked(stage).is_some_and(|at| at <= finished);
        own + hops + track.stages().filter(is_before).count()
    }

    /// Where a stage on another thread began: where the message was dequeued, or at the mark before.
    fn begun(&self, stage: u32, ended: u64) -> u64 {
        let track = self.track;
        let dequeued = track.hops().filter_map(|hop| track.dequeued(hop));
        let marked = (0..stage).filter_map(|stage| track.marked(stage));
        let by_others = dequeued.chain(marked).filter(|&at| at <= ended).max();
        let own = self.row.stamps.iter().copied().filter(|&at| at != 0 && at <= ended).max();
        by_others.or(own).unwrap_or(self.row.start)
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp)] // whole numbers of ticks, of a nanosecond each
mod tests {
    use super::*;
    use crate::Instrument;
    use crate::tracks::Tracks;
    use latprobe_abi::Column;

    const OFFSET_NS: f64 = 10.0;

    fn scale() -> Scale {
        let mut instrument = Instrument::scripted();
        instrument.calibration.offset_ns = OFFSET_NS;
        Scale::of(&instrument)
    }

    /// Two hops before the second and the third of four stages, of which the first and the last are
    /// on the market-data thread.
    fn track(said: &[(Column, u64)]) -> Track {
        let tracks = Tracks::leaked(2, 4);
        tracks.listen(u64::MAX);
        for &(column, at) in said {
            tracks.tracker().say(column, 7, at);
        }
        tracks.track(7)
    }

    fn row(stamps: &[u64]) -> Row<'_> {
        Row { start: 1_000, end: 1_190, answer: 0, index: 0, stamps, place: None }
    }

    fn stages(journey: &Journey) -> (f64, Vec<(usize, f64)>) {
        let mut found = Vec::new();
        let total = journey.split(scale(), |stage, ns| found.push((stage, ns)));
        (total, found)
    }

    #[test]
    fn each_interval_on_the_way_carries_the_offset_once() {
        // Marked at 1,100, enqueued, and marked again when it was with another thread already.
        let stamps = [1_100, 0, 0, 1_180];
        let row = row(&stamps);
        let journey = Journey::of(
            &row,
            track(&[
                (Column::enqueued(0), 1_150),
                (Column::dequeued(0), 1_200),
                (Column::marked(2, 1), 1_260),
                (Column::FINISHED, 1_300),
            ]),
        );

        let (total, stages) = stages(&journey);

        // From the start over two marks and the enqueuing to the end: four intervals.
        assert_eq!(total, 190.0 - 4.0 * OFFSET_NS);
        assert_eq!(stages, [(0, 90.0), (3, 70.0), (1, 50.0)]);
        assert_eq!(journey.waited(scale(), 0), Some(40.0));
        assert_eq!(journey.waited(scale(), 1), None);
        // Mark, enqueued, dequeued, mark, finished: the second mark of its own is not on the way.
        assert_eq!(journey.end(scale()), End::Finished(300.0 - 5.0 * OFFSET_NS));
    }

    #[test]
    fn what_a_worker_hands_on_is_no_interval_of_the_market_data_thread() {
        let stamps = [0; 4];
        let row = row(&stamps);
        let journey = Journey::of(
            &row,
            track(&[
                (Column::enqueued(0), 1_100),
                (Column::dequeued(0), 1_120),
                (Column::marked(2, 1), 1_140),
                (Column::enqueued(1), 1_150),
                (Column::dequeued(1), 1_250),
                (Column::marked(2, 2), 1_280),
                (Column::FINISHED, 1_290),
            ]),
        );

        let (total, stages) = stages(&journey);

        assert_eq!(total, 190.0 - 2.0 * OFFSET_NS, "the second was enqueued by another thread");
        assert_eq!(stages, [(1, 10.0), (2, 20.0)]);
        assert_eq!(journey.waited(scale(), 1), Some(90.0));
        assert_eq!(journey.end(scale()), End::Finished(290.0 - 7.0 * OFFSET_NS));
    }

    #[test]
    fn another_cpu_s_clock_that_is_behind_makes_a_negative_wait_and_no_other_thread_s_enqueuing() {
        let stamps = [0; 4];
        let row = row(&stamps);
        let journey = Journey::of(
            &row,
            track(&[
                (Column::enqueued(0), 1_150),
                (Column::dequeued(0), 1_130),
                (Column::FINISHED, 1_400),
            ]),
        );

        assert_eq!(journey.waited(scale(), 0), Some(-20.0 - OFFSET_NS));
        assert_eq!(stages(&journey).0, 190.0 - 2.0 * OFFSET_NS);
    }

    #[test]
    fn a_message_that_this_thread_says_to_be_finished_is_so_then() {
        let stamps = [1_050, 0, 0, 0];
        let row = row(&stamps);
        let journey = Journey::of(&row, track(&[(Column::FINISHED, 1_100)]));

        assert_eq!(journey.end(scale()), End::Finished(100.0 - 2.0 * OFFSET_NS));
        assert_eq!(stages(&journey).0, 190.0 - 3.0 * OFFSET_NS);
    }
}
