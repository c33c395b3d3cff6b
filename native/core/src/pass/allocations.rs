//! The allocation pass: what the preloaded counting allocator saw around each message and mark.

use super::allocation_counter::{AllocationTotals, Counter, allocation_reading};
use super::elsewhere::Elsewhere;
use super::walk::{Progress, Stretch, Volume, Walk};
use super::window::settle;
use crate::builtin::quiet_probe;
use crate::instance::Answer;
use crate::tracks::ENDS;
use crate::{CoreError, Feed, Instance};
use latprobe_abi::{Column, MAX_STAGES, MODE_OBSERVED, Probe};
use serde::Serialize;
use std::cell::Cell;

/// What an allocation pass found. Counts are exact.
#[derive(Debug, Serialize)]
#[serde(tag = "collector", rename = "allocations")]
pub struct AllocationResult {
    /// Messages that were counted.
    pub messages: u64,
    /// Each kind that was seen, and the messages that were not understood.
    pub kinds: Vec<KindAllocations>,
    /// What latprobe's own loop asked for between the messages: 0, or a defect in latprobe.
    pub harness: AllocationTotals,
    /// What other threads of the process asked for meanwhile. Of a target with hops, what they asked
    /// for while a message was under way is that message's, and not in here.
    pub other_threads: AllocationTotals,
}

/// One kind's part.
#[derive(Debug, Serialize)]
pub struct KindAllocations {
    /// The kind's name; `None` for messages that were not understood.
    pub kind: Option<String>,
    /// The whole message.
    pub total: AllocationTally,
    /// Each stage, by its index.
    pub stages: Vec<AllocationTally>,
}

/// Sums over the messages that came through a stage, and the most in any one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AllocationTally {
    /// Messages that came to the end of the stage.
    pub messages: u64,
    /// Sums over them.
    pub sum: AllocationTotals,
    /// The most that any one message asked for, each figure by itself.
    pub most: AllocationTotals,
}

/// Counts the allocations of each message of `volume`.
///
/// # Errors
///
/// [`CoreError::NotCounting`] without the preloaded allocator; else as [`super::digest`].
pub fn allocations(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    progress: Progress,
) -> Result<AllocationResult, CoreError> {
    let counter = Counter::new()?;
    let stages = instance.description().stages.len();
    let mut tallies = vec![Tally::new(stages); instance.kind_count() + 1];
    let message = InHand::new(counter, elsewhere_of(instance));
    let mut probe = Probe {
        mode: MODE_OBSERVED,
        observe: Some(observe),
        context: (&raw const message).cast_mut().cast(),
        ..quiet_probe()
    };
    let mut walk = Walk::new(feed, volume, usize::MAX, progress)?;
    let mut messages = 0;
    let mut harness = AllocationTotals::default();
    let mut others_before = None;
    let mut others_within = AllocationTotals::default();
    while let Some(stretch) = walk.next(instance)? {
        if stretch.measured && others_before.is_none() {
            others_before = Some(counter.other_threads());
        }
        let own = count_stretch(instance, &stretch, &mut probe, &message, &mut tallies, progress)?;
        if stretch.measured {
            messages += stretch.range.len() as u64;
            harness.add(own.harness);
            others_within.add(own.others);
        }
    }
    let others = counter.other_threads();
    let kinds = instance
        .by_kind(tallies)
        .filter(|(_, tally)| tally.total.messages > 0)
        .map(|(kind, tally)| KindAllocations { kind, total: tally.total, stages: tally.stages })
        .collect();
    let other_threads = others.since(others_before.unwrap_or(others)).since(others_within);
    Ok(AllocationResult { messages, kinds, harness, other_threads })
}

/// Has what stages allocate on the target's other threads counted, where it has any.
fn elsewhere_of(instance: &Instance) -> Option<&'static Elsewhere> {
    let tracks = instance.tracks()?;
    let elsewhere = Elsewhere::leaked(allocation_reading()?);
    let observed = tracks.of_hops(Column::dequeued) | tracks.of_stages();
    tracks.listen_for(elsewhere, observed, ENDS | tracks.of_hops(Column::enqueued));
    Some(elsewhere)
}

/// What was asked for in a stretch.
#[derive(Default)]
struct Asked {
    /// By the loop itself.
    harness: AllocationTotals,
    /// By other threads, while a message was under way.
    others: AllocationTotals,
}

/// Replays a stretch. Of a target with hops, a message is whatever thread it is on, and the next is
/// handed over when it is done with.
fn count_stretch(
    instance: &Instance,
    stretch: &Stretch,
    probe: &mut Probe,
    message: &InHand,
    tallies: &mut [Tally],
    progress: Progress,
) -> Result<Asked, CoreError> {
    let counter = message.counter;
    let start = counter.now();
    let (mut within, mut asked) = (AllocationTotals::default(), Asked::default());
    for (nth, index) in stretch.range.clone().enumerate() {
        let sequence = stretch.sequence + nth as u64;
        progress.at(sequence);
        let others_before = message.others();
        message.begin();
        let answer = instance.message(&stretch.batch, index, sequence, probe);
        settle(instance, sequence)?;
        let mut total = counter.now().since(message.start.get());
        within.add(total);
        let others = message.others().since(others_before);
        asked.others.add(others);
        total.add(others);
        message.collect();
        if !stretch.measured {
            continue;
        }
        let index = match instance.answer(answer, sequence)? {
            Answer::Kind(index) => index,
            Answer::Error(_) => tallies.len() - 1,
        };
        tallies[index].take(total, message);
    }
    asked.harness = counter.now().since(start).since(within);
    Ok(asked)
}

/// Called by each mark.
unsafe extern "C" fn observe(probe: *mut Probe, stage: u32) {
    // SAFETY: `allocations` has put an `InHand` there that outlives the pass.
    unsafe { &*(*probe).context.cast::<InHand>() }.mark(stage);
}

/// The message in hand. In cells, since marks reach it through the probe while the loop holds it.
struct InHand {
    counter: Counter,
    start: Cell<AllocationTotals>,
    last: Cell<AllocationTotals>,
    /// Bit for each stage that was marked.
    marked: Cell<u32>,
    stages: [Cell<AllocationTotals>; MAX_STAGES],
    /// What it does on other threads; `None` where there are none.
    elsewhere: Option<&'static Elsewhere>,
}

impl InHand {
    fn new(counter: Counter, elsewhere: Option<&'static Elsewhere>) -> Self {
        Self {
            counter,
            start: Cell::default(),
            last: Cell::default(),
            marked: Cell::default(),
            stages: [const { Cell::new(AllocationTotals::NONE) }; MAX_STAGES],
            elsewhere,
        }
    }

    /// What other threads have asked for so far, as far as that is this target's messages.
    fn others(&self) -> AllocationTotals {
        self.elsewhere.map_or(AllocationTotals::NONE, |_| self.counter.other_threads())
    }

    /// Takes over the stages of other threads.
    fn collect(&self) {
        if let Some(elsewhere) = self.elsewhere {
            elsewhere.take(|stage, totals| {
                self.stages[stage].set(totals);
                self.marked.set(self.marked.get() | 1 << stage);
            });
        }
    }

    fn begin(&self) {
        self.marked.set(0);
        self.start.set(self.counter.now());
        self.last.set(self.start.get());
    }

    fn mark(&self, stage: u32) {
        let now = self.counter.now();
        let stage = stage as usize & (MAX_STAGES - 1);
        self.stages[stage].set(now.since(self.last.get()));
        self.marked.set(self.marked.get() | 1 << stage);
        self.last.set(now);
    }
}

#[derive(Clone)]
struct Tally {
    total: AllocationTally,
    stages: Vec<AllocationTally>,
}

impl Tally {
    fn new(stages: usize) -> Self {
        Self { total: AllocationTally::default(), stages: vec![AllocationTally::default(); stages] }
    }

    fn take(&mut self, total: AllocationTotals, message: &InHand) {
        self.total.take(total);
        for (index, stage) in self.stages.iter_mut().enumerate() {
            if message.marked.get() & (1 << index) != 0 {
                stage.take(message.stages[index].get());
            }
        }
    }
}

impl AllocationTally {
    fn take(&mut self, one: AllocationTotals) {
        self.messages += 1;
        self.sum.add(one);
        self.most.allocations = self.most.allocations.max(one.allocations);
        self.most.frees = self.most.frees.max(one.frees);
        self.most.reallocations = self.most.reallocations.max(one.reallocations);
        self.most.bytes = self.most.bytes.max(one.bytes);
    }
}
