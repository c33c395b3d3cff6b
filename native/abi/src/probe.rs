//! What a target is handed with each message, and marks its stages on.

use crate::{KindDigest, stamp};
use core::ffi::c_void;

/// Most stages that one target may declare. A power of two, so that an index is made safe by a mask.
pub const MAX_STAGES: usize = 32;

/// Marks call [`Probe::observe`]: a pass that reads something other than the clock.
pub const MODE_OBSERVED: u32 = 1;
/// The target folds what it understood into [`Probe::digests`].
pub const MODE_DIGEST: u32 = 2;

/// One message's marks. The driver owns it; a target only writes through [`Probe::mark`].
#[repr(C)]
pub struct Probe {
    /// Which of the `MODE_` bits are on. Fixed for a pass, as `timed` is, so that the branches on
    /// them are predicted.
    pub mode: u32,
    /// A bit for each stage whose mark takes a timestamp: all, none, or the ends of one stretch of
    /// the path, so that what lies between is timed undisturbed.
    pub timed: u32,
    /// Called by a mark in [`MODE_OBSERVED`].
    pub observe: Option<unsafe extern "C" fn(probe: *mut Probe, stage: u32)>,
    /// For the driver alone.
    pub context: *mut c_void,
    /// One for each kind in [`MODE_DIGEST`], else null.
    pub digests: *mut KindDigest,
    /// When each stage was done, in ticks; zero where the message did not come to it.
    pub stamps: [u64; MAX_STAGES],
    /// The number that the driver gave the message: what other threads know it by. Counted from the
    /// start of the pass, and given to targets with hops alone.
    pub sequence: u64,
}

impl Probe {
    /// Says that `stage` is done. Costs one predicted branch when nothing is timed.
    #[inline(always)]
    #[allow(clippy::inline_always)] // a call would be timed with the work
    pub fn mark(&mut self, stage: u32) {
        let stage_index = stage as usize & (MAX_STAGES - 1);
        if self.timed & (1 << stage_index) != 0 {
            self.stamps[stage_index] = stamp();
        } else if self.mode & MODE_OBSERVED != 0 {
            self.mark_observed(stage);
        }
    }

    #[cold]
    fn mark_observed(&mut self, stage: u32) {
        if let Some(observe) = self.observe {
            // SAFETY: the driver sets `observe` to a function that takes its own probe.
            unsafe { observe(self, stage) }
        }
    }
}
