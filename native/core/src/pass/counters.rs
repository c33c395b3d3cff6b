//! The counters pass: events of the processor and the kernel over all messages, and for each stage
//! where a reading costs less than a stage.

use super::counted::Counted;
use super::observed::{Marked, watch_stages};
use super::walk::{Progress, Stretch, Volume, Walk};
use crate::builtin::quiet_probe;
use crate::counters::{Groups, Kernel, Reading};
use crate::{CoreError, Feed, Instance};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a counters pass found.
#[derive(Debug, Serialize)]
#[serde(tag = "collector", rename = "counters")]
pub struct CounterResult {
    /// Messages that were counted over.
    pub messages: u64,
    /// How the counters were read.
    pub reading: &'static str,
    /// The events that were counted at the same time.
    pub groups: Vec<Vec<String>>,
    /// Sums over all messages.
    pub events: BTreeMap<String, Counted>,
    /// Why an event was not counted, by its name.
    pub unsupported: BTreeMap<String, String>,
    /// Each stage; `None` where no message came to its end.
    pub stages: Vec<Option<Marked>>,
    /// Why there are none.
    pub stages_unsupported: Option<String>,
}

/// Counts the events called `names` over each message of `volume`.
///
/// # Errors
///
/// [`CoreError::Counters`] where the kernel stops answering; else as [`super::digest`].
pub fn counters(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    names: &[String],
    kernel: &impl Kernel,
    progress: Progress,
) -> Result<CounterResult, CoreError> {
    let mut groups = Groups::open(names, kernel);
    let (messages, readings) = count(feed, instance, volume, &groups, progress)?;
    let mut events = BTreeMap::new();
    for (group, reading) in groups.groups.iter().zip(&readings) {
        for (index, event) in group.events.iter().enumerate() {
            if let Some(value) = reading.scaled(index) {
                events.insert(event.name.clone(), Counted { value, share: reading.share() });
            } else {
                let reason = "it never had a counter: others (a watchdog, another program) hold \
                              them, or its group does not fit; name fewer events";
                groups.unsupported.insert(event.name.clone(), reason.to_owned());
            }
        }
    }
    instance.reset()?;
    let stages = watch_stages(feed, instance, volume, &groups, kernel, progress)?;
    let (stages, stages_unsupported) = match stages {
        Ok(stages) => (stages, None),
        Err(reason) => (Vec::new(), Some(reason)),
    };
    Ok(CounterResult {
        messages,
        reading: if stages_unsupported.is_none() { "rdpmc" } else { "read" },
        groups: groups
            .groups
            .iter()
            .map(|group| group.events.iter().map(|it| it.name.clone()).collect())
            .collect(),
        events,
        unsupported: std::mem::take(&mut groups.unsupported),
        stages,
        stages_unsupported,
    })
}

/// Replays with the groups switched on during the messages that count.
fn count(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    groups: &Groups<impl Kernel>,
    progress: Progress,
) -> Result<(u64, Vec<Reading>), CoreError> {
    let mut walk = Walk::new(feed, volume, usize::MAX, progress)?;
    let mut messages = 0;
    let before = groups.read()?;
    while let Some(stretch) = walk.next(instance)? {
        if stretch.measured {
            messages += stretch.range.len() as u64;
            groups.start()?;
        }
        let replayed = replay(instance, &stretch, progress);
        if stretch.measured {
            groups.stop()?;
        }
        replayed?;
    }
    let after = groups.read()?;
    Ok((messages, after.iter().zip(&before).map(|(after, before)| after.since(before)).collect()))
}

fn replay(instance: &Instance, stretch: &Stretch, progress: Progress) -> Result<(), CoreError> {
    let mut probe = quiet_probe();
    for (nth, index) in stretch.range.clone().enumerate() {
        let sequence = stretch.sequence + nth as u64;
        progress.at(sequence);
        let answer = instance.message(&stretch.batch, index, sequence, &mut probe);
        instance.answer(answer, sequence)?;
    }
    Ok(())
}
