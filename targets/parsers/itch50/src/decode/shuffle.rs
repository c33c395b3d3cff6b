//! Decoding without asking what the message is.
//!
//! Message types follow each other at random, so that a processor often guesses wrong where code
//! branches on them, and each wrong guess costs as much as decoding a message. Here every type
//! takes the same instructions, and only the [`Plan`] differs.

use super::plan::{LANE_SIZE, LANES, PLANS, Plan};
use crate::{Message, Side};
use std::arch::asm;
use std::arch::x86_64::{__m128i, _mm_loadu_si128, _mm_storeu_si128};
use std::mem::MaybeUninit;

const _: () = assert!(size_of::<Message>() >= LANES * LANE_SIZE);

/// 1 for each byte that is a side.
static IS_SIDE: [u8; 256] = {
    let mut is_side = [0; 256];
    is_side[Side::Buy.code() as usize] = 1;
    is_side[Side::Sell.code() as usize] = 1;
    is_side
};

/// Decodes `bytes` into `slot` and answers true, or answers false: where there is no plan for such
/// a message, where something is wrong with it, or where the processor lacks SSSE3 (of 2006).
#[inline]
pub(super) fn decode(bytes: &[u8], slot: &mut MaybeUninit<Message>) -> bool {
    let Some(&message_type) = bytes.first() else { return false };
    let plan = &PLANS[message_type as usize];
    if bytes.len() != plan.length as usize || !is_x86_feature_detected!("ssse3") {
        return false;
    }
    // SAFETY: the length is the plan's, and the processor has SSSE3.
    unsafe { apply(plan, bytes, slot) }
}

/// Decodes `bytes` into `slot` and answers true, or answers false where the side is none.
///
/// # Safety
///
/// `bytes` must be as long as `plan` says, and the processor must have SSSE3.
#[inline]
unsafe fn apply(plan: &Plan, bytes: &[u8], slot: &mut MaybeUninit<Message>) -> bool {
    // SAFETY: `side_at` is an offset in a message of this length.
    let side = unsafe { *bytes.get_unchecked(plan.side_at as usize) };
    // One branch for messages with and without a side, which is never taken on a sound feed.
    if IS_SIDE[side as usize] | plan.is_sideless == 0 {
        return false;
    }
    let lanes = slot.as_mut_ptr().cast::<[u8; LANE_SIZE]>();
    for lane in 0..LANES {
        // SAFETY: by the making of the plan, 16 bytes from `start` are in the message; the lanes
        // are in the `Message`, which is larger. Together they write the discriminant and every
        // field, and any bytes will do for a field but for the side, which has been checked.
        unsafe {
            let wire = bytes.as_ptr().add(plan.starts[lane] as usize);
            let moved = shuffle(
                _mm_loadu_si128(wire.cast()),
                _mm_loadu_si128(plan.indices[lane].as_ptr().cast()),
            );
            _mm_storeu_si128(lanes.add(lane).cast(), moved);
        }
    }
    true
}

/// Picks bytes of `source` by `indices`; zero for an index with the highest bit set.
///
/// `_mm_shuffle_epi8` does this, but cannot be inlined in code that runs on processors without it,
/// and the call costs as much as the rest of the decoding.
///
/// # Safety
///
/// The processor must have SSSE3.
#[inline]
unsafe fn shuffle(mut source: __m128i, indices: __m128i) -> __m128i {
    // SAFETY: the instruction is there, and touches nothing but its registers.
    unsafe {
        asm!(
            "pshufb {source}, {indices}",
            source = inout(xmm_reg) source,
            indices = in(xmm_reg) indices,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    source
}
