//! What a target says of a feed.

use latprobe_itch50::{Before, ZerocopyPeer};
use latprobe_sdk::{Outcome, Rehearsal, Target};

/// The outcome of each message, then the count and checksum of each kind.
#[derive(Debug, PartialEq, Eq)]
pub struct Report {
    pub outcomes: Vec<Outcome>,
    pub digests: Vec<(&'static str, u64, u64)>,
}

/// What target `T` says of `messages`.
pub fn report<T: Target>(messages: &[impl AsRef<[u8]>]) -> Report {
    let mut rehearsal = Rehearsal::<T>::new("{}").expect("the target takes an empty configuration");
    let outcomes = messages.iter().map(|message| rehearsal.message(message.as_ref())).collect();
    let digests = rehearsal
        .digests()
        .into_iter()
        .map(|(kind, digest)| (kind, digest.count, digest.checksum))
        .collect();
    Report { outcomes, digests }
}

/// What each variant but `After` says of `messages`, with its name.
pub fn reports(messages: &[impl AsRef<[u8]>]) -> [(&'static str, Report); 2] {
    [
        (Before::NAME, report::<Before>(messages)),
        (ZerocopyPeer::NAME, report::<ZerocopyPeer>(messages)),
    ]
}
