//! The verifying pass: what the target understood, nothing timed.

use super::walk::{Progress, Volume, Walk};
use super::window::settle;
use crate::builtin::quiet_probe;
use crate::instance::Answer;
use crate::tracks::ENDS;
use crate::{CoreError, Feed, Instance};
use latprobe_abi::{Column, FNV_OFFSET_BASIS, KindDigest, MAX_KINDS, MODE_DIGEST, Probe, fnv1a};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a target understood.
#[derive(Debug, Serialize)]
#[serde(tag = "collector", rename = "digest")]
pub struct DigestResult {
    /// Messages that were replayed: all of the feed.
    pub messages: u64,
    /// Each kind that was seen, in the order in which the target declares them.
    pub kinds: Vec<KindDigestResult>,
    /// Messages that were not understood, by the target's reason.
    pub errors: BTreeMap<String, u64>,
    /// What the target said of the first message of each error, where it says more than its name.
    pub error_examples: BTreeMap<String, String>,
    /// Number of the first message that was not understood.
    pub first_error: Option<u64>,
    /// The target's own figures after the last message.
    pub metrics: BTreeMap<String, f64>,
}

/// One kind's part.
#[derive(Debug, Serialize)]
pub struct KindDigestResult {
    /// The kind's name.
    pub kind: String,
    /// Messages that the target called by this kind.
    pub messages: u64,
    /// Messages of which it folded the fields into the digest.
    pub understood: u64,
    /// FNV-1a over the fields, 16 hexadecimal digits.
    pub checksum: String,
}

/// Replays the whole feed once, whatever other passes replay of it: then the digests of any two
/// targets on one feed can be compared.
///
/// # Errors
///
/// Where the feed is damaged or the target breaks the ABI.
pub fn digest(
    feed: &Feed,
    instance: &mut Instance,
    progress: Progress,
) -> Result<DigestResult, CoreError> {
    let messages = feed.messages();
    let mut digests = vec![KindDigest::default(); MAX_KINDS];
    let mut probe = Probe { mode: MODE_DIGEST, digests: digests.as_mut_ptr(), ..quiet_probe() };
    let mut kinds = vec![0; instance.kind_count()];
    let mut errors = vec![0; instance.error_count()];
    let mut first_error = None;
    let mut walk = Walk::new(feed, Volume { warmup: 0, measured: messages }, usize::MAX, progress)?;
    if let Some(tracks) = instance.tracks() {
        tracks.listen(ENDS | tracks.of_hops(Column::enqueued));
        tracks.fold_anew();
    }
    while let Some(stretch) = walk.next(instance)? {
        for (nth, index) in stretch.range.clone().enumerate() {
            let sequence = stretch.sequence + nth as u64;
            progress.at(sequence);
            let answer = instance.message(&stretch.batch, index, sequence, &mut probe);
            settle(instance, sequence)?;
            match instance.answer(answer, sequence)? {
                Answer::Kind(index) => kinds[index] += 1,
                Answer::Error(index) => {
                    errors[index] += 1;
                    first_error = first_error.or(Some(sequence));
                }
            }
        }
    }
    if let Some(tracks) = instance.tracks() {
        let others = tracks.folded();
        digests.iter_mut().zip(&others).for_each(|(own, other)| *own = together(*own, *other));
    }
    Ok(DigestResult {
        messages,
        kinds: described_kinds(&instance.kinds(), &kinds, &digests),
        errors: instance.errors().into_iter().zip(errors).filter(|it| it.1 > 0).collect(),
        error_examples: instance.error_examples(),
        first_error,
        metrics: instance.metrics(),
    })
}

/// What the market-data thread folded and what other threads did, as one digest. Where only one side
/// did, it is that one's.
fn together(own: KindDigest, other: KindDigest) -> KindDigest {
    let checksum = match (own.checksum, other.checksum) {
        (own, FNV_OFFSET_BASIS) => own,
        (FNV_OFFSET_BASIS, other) => other,
        (own, other) => fnv1a(own, &other.to_le_bytes()),
    };
    KindDigest { count: own.count + other.count, checksum }
}

fn described_kinds(
    names: &[String],
    counts: &[u64],
    digests: &[KindDigest],
) -> Vec<KindDigestResult> {
    names
        .iter()
        .zip(counts)
        .zip(digests)
        .filter(|((_, messages), digest)| **messages > 0 || digest.count > 0)
        .map(|((kind, &messages), digest)| KindDigestResult {
            kind: kind.clone(),
            messages,
            understood: digest.count,
            checksum: format!("{:016x}", digest.checksum),
        })
        .collect()
}
