//! A timed replay, driven in any of the ways that there are.

use super::cold::Cold;
use super::idle::Idle;
use super::paced::Paced;
use super::pacer::{Closed, ClosedInterpreted, Every};
use super::pacing::Pacing;
use super::rows::Row;
use super::timed::{Counts, Origin, Timed, replay_timed};
use super::walk::{Progress, Volume};
use crate::instance::Answer;
use crate::timestamp::stamp;
use crate::{CoreError, Driving, Feed, Instance, Instrument, Pace, Schedule};

/// What is replayed, and with what it is timed.
#[derive(Clone, Copy)]
pub(super) struct Replay<'pass> {
    pub feed: &'pass Feed,
    pub volume: Volume,
    /// What takes a timestamp.
    pub timed: Timed,
    pub instrument: &'pass Instrument,
    pub progress: Progress<'pass>,
}

/// How many messages came of it, and how well a plan was kept if there was one.
pub(super) struct Replayed {
    pub counts: Counts,
    pub pacing: Option<Pacing>,
}

impl From<Counts> for Replayed {
    fn from(counts: Counts) -> Self {
        Self { counts, pacing: None }
    }
}

impl<'pass> Replay<'pass> {
    /// Hands messages over as `driving` says; see [`replay_timed`] for `record`.
    pub fn driven(
        self,
        instance: &mut Instance,
        driving: Driving,
        record: impl FnMut(Answer, &Row, u64, &Origin<'pass>),
    ) -> Result<Replayed, CoreError> {
        let Self { feed, volume, timed, instrument, progress } = self;
        let every = |nth| Every { first: volume.warmup, nth };
        Ok(match driving {
            Driving::Closed if instance.is_interpreted() => {
                let mut pacer = ClosedInterpreted::new();
                replay_timed(feed, instance, volume, timed, &mut pacer, progress, record)?.into()
            }
            Driving::Closed => {
                replay_timed(feed, instance, volume, timed, &mut Closed::new(), progress, record)?
                    .into()
            }
            Driving::Idle { gap_ns, every: nth } => {
                let mut idle = Idle::new(gap_ns, every(nth), instrument.clock);
                replay_timed(feed, instance, volume, timed, &mut idle, progress, record)?.into()
            }
            Driving::Cold { evict_bytes, every: nth } => {
                let mut cold = Cold::new(evict_bytes, every(nth))?;
                replay_timed(feed, instance, volume, timed, &mut cold, progress, record)?.into()
            }
            Driving::Paced(pace) => self.paced(instance, pace, stamp, record)?,
        })
    }

    /// Hands messages over by a plan, and reads the clock by `now`.
    pub fn paced(
        self,
        instance: &mut Instance,
        pace: Pace,
        now: impl Fn() -> u64,
        record: impl FnMut(Answer, &Row, u64, &Origin<'pass>),
    ) -> Result<Replayed, CoreError> {
        let Self { feed, volume, timed, instrument, progress } = self;
        let clock = instrument.clock;
        let mut pacer = Paced::new(Schedule::new(pace, clock.ns_per_tick), clock, now);
        let counts = replay_timed(feed, instance, volume, timed, &mut pacer, progress, record)?;
        Ok(Replayed { counts, pacing: Some(pacer.pacing()) })
    }
}
