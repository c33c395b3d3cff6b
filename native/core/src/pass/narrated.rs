//! A pass that tells somebody else what happens, who watches the process by means of their own.

use super::walk::{Progress, Volume, Walk};
use crate::builtin::quiet_probe;
use crate::instance::Answer;
use crate::{CoreError, Feed, Instance};
use latprobe_abi::{MODE_OBSERVED, Probe};
use serde::Serialize;

/// Told what happens, when it does.
pub trait Narrator {
    /// The first message that counts comes next. Told once.
    fn measured(&mut self);
    /// A message is handed over.
    fn begin(&mut self);
    /// It is done with a stage.
    fn mark(&mut self, stage: u32);
    /// It is done with: the kind's index, or none for one that was not understood.
    fn end(&mut self, kind: Option<usize>);
}

/// What was told.
#[derive(Debug, Serialize)]
pub struct NarratedResult {
    /// Messages that counted.
    pub messages: u64,
    /// Names of the kinds, by their indices.
    pub kinds: Vec<String>,
    /// Names of the stages, by theirs.
    pub stages: Vec<String>,
}

/// Replays `volume`, and tells of the messages that count.
///
/// # Errors
///
/// As [`super::digest`].
pub fn narrated<N: Narrator>(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    mut narrator: N,
    progress: Progress,
) -> Result<NarratedResult, CoreError> {
    let mut walk = Walk::new(feed, volume, usize::MAX, progress)?;
    let mut probe = quiet_probe();
    let mut is_told = false;
    while let Some(stretch) = walk.next(instance)? {
        if stretch.measured && !is_told {
            is_told = true;
            narrator.measured();
            probe.mode = MODE_OBSERVED;
            probe.observe = Some(observe::<N>);
        }
        for (sequence, index) in (stretch.sequence..).zip(stretch.range.clone()) {
            progress.at(sequence);
            if is_told {
                narrator.begin();
            }
            probe.context = (&raw mut narrator).cast();
            let answer = instance.message(&stretch.batch, index, sequence, &mut probe);
            let answer = instance.answer(answer, sequence)?;
            if is_told {
                narrator.end(match answer {
                    Answer::Kind(kind) => Some(kind),
                    Answer::Error(_) => None,
                });
            }
        }
    }
    let stages = instance.description().stages.clone();
    Ok(NarratedResult { messages: volume.measured, kinds: instance.kinds(), stages })
}

/// Called by each mark.
unsafe extern "C" fn observe<N: Narrator>(probe: *mut Probe, stage: u32) {
    // SAFETY: `narrated` has put its narrator there, and holds no reference to it during a call.
    unsafe { &mut *(*probe).context.cast::<N>() }.mark(stage);
}
