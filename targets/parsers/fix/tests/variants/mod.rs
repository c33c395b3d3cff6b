//! All variants side by side.

#![allow(dead_code)] // each test binary uses some of these

use latprobe_fix::{After, Before, ERRORS, FixCodecRs, KINDS};
use latprobe_sdk::Rehearsal;

/// The three variants.
pub struct Variants {
    after: Rehearsal<After>,
    before: Rehearsal<Before>,
    peer: Rehearsal<FixCodecRs>,
}

impl Variants {
    pub fn new() -> Self {
        Self {
            after: Rehearsal::new("{}").expect("takes no configuration"),
            before: Rehearsal::new("{}").expect("takes no configuration"),
            peer: Rehearsal::new("{}").expect("takes no configuration"),
        }
    }

    /// What all variants say of `message`: a kind or an error, by name. They must agree, and so must
    /// the digests of all messages so far.
    pub fn read(&mut self, message: &[u8]) -> Result<&'static str, &'static str> {
        let outcome = self.after.message(message);
        let shown = || message.escape_ascii().to_string().replace("\\x01", "|");
        assert_eq!(self.before.message(message), outcome, "before and after on {}", shown());
        assert_eq!(self.peer.message(message), outcome, "peer and after on {}", shown());
        assert_eq!(self.before.digests(), self.after.digests(), "before and after on {}", shown());
        assert_eq!(self.peer.digests(), self.after.digests(), "peer and after on {}", shown());
        match outcome {
            Ok(kind) => Ok(KINDS[kind.0 as usize]),
            Err(reject) => Err(ERRORS[reject.0 as usize]),
        }
    }

    /// Checksum of all messages of a kind so far.
    pub fn checksum(&self, kind: &str) -> u64 {
        let digests = self.after.digests();
        let found = digests.iter().find(|(name, _)| *name == kind);
        found.map_or(0, |(_, digest)| digest.checksum)
    }
}
