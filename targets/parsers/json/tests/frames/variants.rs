//! All variants of the family, side by side.

use latprobe_json::{After, Before, Peer, SerdeJson, SonicRs};
use latprobe_sdk::{Outcome, Rehearsal};

/// One instance of each variant.
pub struct Variants {
    before: Rehearsal<Before>,
    after: Rehearsal<After>,
    serde: Rehearsal<Peer<SerdeJson>>,
    sonic: Rehearsal<Peer<SonicRs>>,
}

impl Variants {
    pub fn new() -> Self {
        Self {
            before: Rehearsal::new("{}").unwrap(),
            after: Rehearsal::new("{}").unwrap(),
            serde: Rehearsal::new("{}").unwrap(),
            sonic: Rehearsal::new("{}").unwrap(),
        }
    }

    /// Hands a frame to all of them, and answers what they agree on.
    pub fn agree(&mut self, frame: &[u8]) -> Outcome {
        let expected = self.before.message(frame);
        let others =
            [self.after.message(frame), self.serde.message(frame), self.sonic.message(frame)];
        assert_eq!(others, [expected; 3], "{}", String::from_utf8_lossy(frame));
        let digests = self.before.digests();
        let others = [self.after.digests(), self.serde.digests(), self.sonic.digests()];
        for (variant, other) in ["after", "serde", "sonic"].into_iter().zip(others) {
            assert_eq!(other, digests, "{variant}: {}", String::from_utf8_lossy(frame));
        }
        expected
    }

    /// Messages of each kind so far.
    pub fn counts(&self) -> Vec<u64> {
        self.before.digests().into_iter().map(|(_, digest)| digest.count).collect()
    }
}
