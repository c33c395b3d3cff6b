//! Events of each stage: the counters read at every mark, by an instruction.

use super::counted::Counted;
use super::walk::{Progress, Volume, Walk};
use crate::builtin::quiet_probe;
use crate::counters::{Groups, Kernel, Readers};
use crate::{CoreError, Feed, Instance};
use latprobe_abi::{MAX_STAGES, MODE_OBSERVED, Probe};
use serde::Serialize;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Events that are read at a mark: each takes its time, and processors have as many counters.
const MOST_EVENTS: usize = 4;

/// Readings that what a reading costs is found from.
const EMPTY_READINGS: usize = 1_001;

/// Events of one stage.
#[derive(Debug, Serialize)]
pub struct Marked {
    /// Messages that came to its end.
    pub messages: u64,
    /// Sums over them, with what reading costs taken off.
    pub events: BTreeMap<String, Counted>,
}

/// Replays with the first group's counters read at each mark.
///
/// Answers why not where that cannot be done, or would not be honest.
///
/// # Errors
///
/// As [`super::counters()`].
pub(super) fn watch_stages<K: Kernel>(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    groups: &Groups<K>,
    kernel: &K,
    progress: Progress,
) -> Result<Result<Vec<Option<Marked>>, String>, CoreError> {
    let Some(group) = groups.groups.iter().find(|it| !it.events[0].is_software()) else {
        return Ok(Err(
            "stages need the processor's counters: to ask the kernel at each mark takes \
                       longer than a stage"
                .to_owned(),
        ));
    };
    groups.start()?;
    let readers = match Readers::new(group, kernel) {
        Ok(readers) => readers,
        Err(reason) => {
            groups.stop()?;
            return Ok(Err(reason));
        }
    };
    let watch = Watch::new(&readers);
    let mut probe = Probe {
        mode: MODE_OBSERVED,
        observe: Some(observe::<K>),
        context: (&raw const watch).cast_mut().cast(),
        ..quiet_probe()
    };
    let mut walk = Walk::new(feed, volume, usize::MAX, progress)?;
    while let Some(stretch) = walk.next(instance)? {
        for (nth, index) in stretch.range.clone().enumerate() {
            let sequence = stretch.sequence + nth as u64;
            progress.at(sequence);
            watch.begin();
            let answer = instance.message(&stretch.batch, index, sequence, &mut probe);
            instance.answer(answer, sequence)?;
            if stretch.measured {
                watch.take();
            }
        }
    }
    groups.stop()?;
    let names: Vec<_> = group.events.iter().take(watch.events).map(|it| it.name.clone()).collect();
    let stages = instance.description().stages.len();
    Ok(Ok((0..stages).map(|stage| watch.marked(stage, &names)).collect()))
}

/// Called by each mark.
unsafe extern "C" fn observe<K: Kernel>(probe: *mut Probe, stage: u32) {
    // SAFETY: `watch_stages` has put a `Watch` of this kernel there that outlives the pass.
    unsafe { &*(*probe).context.cast::<Watch<K>>() }.mark(stage);
}

type Values = [u64; MOST_EVENTS];

/// In cells, since marks reach it through the probe while the loop holds it.
struct Watch<'readers, 'kernel, K: Kernel> {
    readers: &'readers Readers<'kernel, K>,
    events: usize,
    /// What lies between two readings with nothing between them.
    empty: Values,
    last: Cell<Values>,
    /// Whether a counter was away in this message, which is then left out.
    is_lost: Cell<bool>,
    /// Bit for each stage that was marked.
    marked: Cell<u32>,
    stages: [Cell<Values>; MAX_STAGES],
    sums: [Cell<(u64, Values)>; MAX_STAGES],
}

impl<'readers, 'kernel, K: Kernel> Watch<'readers, 'kernel, K> {
    fn new(readers: &'readers Readers<'kernel, K>) -> Self {
        let mut watch = Self {
            readers,
            events: readers.len().min(MOST_EVENTS),
            empty: [0; MOST_EVENTS],
            last: Cell::default(),
            is_lost: Cell::default(),
            marked: Cell::default(),
            stages: [const { Cell::new([0; MOST_EVENTS]) }; MAX_STAGES],
            sums: [const { Cell::new((0, [0; MOST_EVENTS])) }; MAX_STAGES],
        };
        watch.empty = watch.empty_reading();
        watch
    }

    fn empty_reading(&self) -> Values {
        let mut between: [Vec<u64>; MOST_EVENTS] = Default::default();
        for _ in 0..EMPTY_READINGS {
            let (first, second) = (self.now(), self.now());
            for event in 0..self.events {
                between[event].push(second[event].saturating_sub(first[event]));
            }
        }
        between.map(|mut values| {
            values.sort_unstable();
            values.get(values.len() / 2).copied().unwrap_or_default()
        })
    }

    #[inline]
    fn now(&self) -> Values {
        let mut values = [0; MOST_EVENTS];
        for (event, value) in values.iter_mut().enumerate().take(self.events) {
            match self.readers.read(event) {
                Some(read) => *value = read,
                None => self.is_lost.set(true),
            }
        }
        values
    }

    fn begin(&self) {
        self.marked.set(0);
        self.is_lost.set(false);
        self.last.set(self.now());
    }

    fn mark(&self, stage: u32) {
        let now = self.now();
        let stage = stage as usize & (MAX_STAGES - 1);
        let last = self.last.get();
        self.stages[stage].set(std::array::from_fn(|event| now[event].saturating_sub(last[event])));
        self.marked.set(self.marked.get() | 1 << stage);
        self.last.set(self.now());
    }

    fn take(&self) {
        if self.is_lost.get() {
            return;
        }
        for (stage, sum) in self.sums.iter().enumerate() {
            if self.marked.get() & (1 << stage) != 0 {
                let (messages, sums) = sum.get();
                let one = self.stages[stage].get();
                sum.set((messages + 1, std::array::from_fn(|event| sums[event] + one[event])));
            }
        }
    }

    fn marked(&self, stage: usize, names: &[String]) -> Option<Marked> {
        let (messages, sums) = self.sums[stage].get();
        let events = names.iter().enumerate().map(|(event, name)| {
            let value = sums[event].saturating_sub(messages * self.empty[event]);
            (name.clone(), Counted { value: value as f64, share: 1.0 })
        });
        (messages > 0).then(|| Marked { messages, events: events.collect() })
    }
}
