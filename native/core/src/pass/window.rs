//! Messages that are under way between two looks at what a target's threads said of them.

use super::depth::{Stay, depths};
use super::walk::Progress;
use crate::tracks::Tracks;
use crate::{CoreError, Instance};
use std::ops::Range;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// A queue that is empty by then needs nobody to watch it.
const SOON: Duration = Duration::from_millis(2);

const LOOK: Duration = Duration::from_millis(50);

/// Waits until all messages are done with, the numbers of which are in `sequences`, and says through
/// `progress` which is the oldest that is not: as long as that goes on, nothing hangs.
pub(super) fn drain(instance: &Instance, sequences: Range<u64>, progress: Progress) {
    let Some(tracks) = instance.tracks() else { return };
    let (started, mut oldest) = (Instant::now(), sequences.start);
    while oldest < sequences.end && started.elapsed() < SOON {
        oldest = oldest_under_way(tracks, oldest..sequences.end);
        std::hint::spin_loop();
    }
    if oldest == sequences.end {
        instance.drain();
        return;
    }
    progress.at(oldest);
    std::thread::scope(|scope| {
        let (drained, is_drained) = channel::<()>();
        let end = sequences.end;
        scope.spawn(move || {
            let mut oldest = oldest;
            while is_drained.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                oldest = oldest_under_way(tracks, oldest..end);
                progress.at(oldest.min(end - 1));
            }
        });
        instance.drain();
        drop(drained);
    });
    progress.at(sequences.end - 1);
}

fn oldest_under_way(tracks: &'static Tracks, sequences: Range<u64>) -> u64 {
    let end = sequences.end;
    sequences.into_iter().find(|&it| tracks.track(it).is_under_way()).unwrap_or(end)
}

/// For each hop, how many messages each of those in `sequences` met in its queue; 0 for one that did
/// not come there.
pub(super) fn depths_of(tracks: &'static Tracks, sequences: Range<u64>) -> Vec<Vec<u64>> {
    tracks.hops().map(|hop| depths_at(tracks, hop, sequences.clone())).collect()
}

fn depths_at(tracks: &'static Tracks, hop: u32, sequences: Range<u64>) -> Vec<u64> {
    let came = sequences
        .clone()
        .filter(|&sequence| tracks.track(sequence).enqueued(hop).is_some())
        .collect::<Vec<u64>>();
    let stays: Vec<Stay> =
        came.iter().filter_map(|&sequence| stay(tracks, hop, sequence)).collect();
    let mut met = vec![0; usize::try_from(sequences.end - sequences.start).unwrap_or_default()];
    for (&sequence, depth) in came.iter().zip(depths(&stays)) {
        met[usize::try_from(sequence - sequences.start).unwrap_or_default()] = depth;
    }
    met
}

/// A message leaves a queue when it is taken out, or when the one is put in that takes its place. One
/// that was dropped before never stood there.
fn stay(tracks: &'static Tracks, hop: u32, sequence: u64) -> Option<Stay> {
    let track = tracks.track(sequence);
    let from = track.enqueued(hop)?;
    let newer = || tracks.track(track.superseded()?).enqueued(hop);
    Some(Stay { from, to: track.dequeued(hop).or_else(newer).unwrap_or(from) })
}

/// Waits until a message is done with, the only one under way.
///
/// # Errors
///
/// [`CoreError::Lost`] where it is not, all the same.
pub(super) fn settle(instance: &Instance, sequence: u64) -> Result<(), CoreError> {
    let Some(tracks) = instance.tracks() else { return Ok(()) };
    instance.drain();
    if tracks.track(sequence).is_under_way() {
        let problem = "it went to another thread, and when all was drained it was neither \
                       finished, nor superseded, nor dropped";
        return Err(lost(instance, sequence, problem.to_owned()));
    }
    Ok(())
}

pub(super) fn lost(instance: &Instance, sequence: u64, problem: String) -> CoreError {
    CoreError::Lost { name: instance.description().name.clone(), sequence, problem }
}
