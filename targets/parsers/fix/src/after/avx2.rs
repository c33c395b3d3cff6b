//! Parsing with the instructions of most processors of today.

use super::fields::Fields;
use super::habits::Habits;
use super::instructions::Instructions;
use super::parse;
use super::reader::known_entry;
use super::scan;
use super::shape::Shape;
use crate::text::Span;
use crate::{Entry, Fault, Update};
use std::arch::x86_64::{
    __m256i, _mm_add_epi64, _mm_cvtsi128_si64, _mm_unpackhi_epi64, _mm256_add_epi64,
    _mm256_and_si256, _mm256_castsi256_si128, _mm256_cmpeq_epi8, _mm256_extracti128_si256,
    _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_sad_epu8, _mm256_set1_epi8,
    _mm256_setzero_si256,
};

/// Length of a block.
const BLOCK: usize = 64;

/// Fields are about seven bytes long: most blocks end no more than this many of them.
const USUAL_ENDS: usize = 12;

/// 64 bytes to leave out, then 64 to keep: read at `n`, it keeps the last `n` of a block.
static KEEP_LAST: [u8; 2 * BLOCK] = {
    let mut mask = [0; 2 * BLOCK];
    let mut index = BLOCK;
    while index < 2 * BLOCK {
        mask[index] = 0xff;
        index += 1;
    }
    mask
};

/// The instructions of processors since 2013 (x86-64-v3). Whoever has one has them.
#[derive(Clone, Copy)]
pub struct Avx2(());

impl Avx2 {
    /// On a processor that has the instructions.
    pub fn detect() -> Option<Self> {
        let is_there = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt");
        is_there.then_some(Self(()))
    }

    /// As [`parse::parse`].
    #[inline]
    pub fn parse(
        self,
        message: &[u8],
        ends: &mut [u32],
        update: &mut Update<Span>,
        habits: &mut Habits,
    ) -> Result<(), Fault> {
        // SAFETY: an `Avx2` is made only where the instructions are there.
        unsafe { parse(self, message, ends, update, habits) }
    }
}

impl Instructions for Avx2 {
    #[inline]
    fn scan(self, bytes: &[u8], ends: &mut [u32]) -> (usize, u8) {
        // SAFETY: as above.
        unsafe { scan(bytes, ends) }
    }

    #[inline]
    fn read_entry(
        self,
        entry: &mut Entry<Span>,
        fields: &Fields<'_>,
        first: usize,
        shape: &Shape,
    ) -> bool {
        // SAFETY: as above.
        unsafe { read_entry(entry, fields, first, shape) }
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn parse(
    instructions: Avx2,
    message: &[u8],
    ends: &mut [u32],
    update: &mut Update<Span>,
    habits: &mut Habits,
) -> Result<(), Fault> {
    parse::parse(instructions, message, ends, update, habits)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline(never)]
fn read_entry(entry: &mut Entry<Span>, fields: &Fields<'_>, first: usize, shape: &Shape) -> bool {
    known_entry::read(entry, fields, first, shape).is_ok()
}

/// As [`scan::scan`], in blocks of 64 bytes.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // offsets fit: see `scan`
fn scan(bytes: &[u8], ends: &mut [u32]) -> (usize, u8) {
    if bytes.len() < BLOCK {
        return scan::scan(bytes, ends);
    }
    let mut sums = _mm256_setzero_si256();
    let mut count = 0;
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    for (index, block) in blocks.iter().enumerate() {
        let (low, high) = halves(block);
        sums = _mm256_add_epi64(sums, sum_of(low, high));
        count = write_ends(index * BLOCK, separators(low, high), ends, count);
    }
    if let (false, Some(last)) = (rest.is_empty(), bytes.last_chunk::<BLOCK>()) {
        // The rest is the end of a block that overlaps the one before.
        let (low, high) = halves(last);
        if let Some(keep) = KEEP_LAST[rest.len()..].first_chunk() {
            let (keep_low, keep_high) = halves(keep);
            let (low, high) = (_mm256_and_si256(low, keep_low), _mm256_and_si256(high, keep_high));
            sums = _mm256_add_epi64(sums, sum_of(low, high));
        }
        let separators = separators(low, high) >> (BLOCK - rest.len());
        count = write_ends(bytes.len() - rest.len(), separators, ends, count);
    }
    let halves = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
    let sum = _mm_add_epi64(halves, _mm_unpackhi_epi64(halves, halves));
    (count, _mm_cvtsi128_si64(sum) as u8)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn halves(block: &[u8; BLOCK]) -> (__m256i, __m256i) {
    let start: *const __m256i = block.as_ptr().cast();
    // SAFETY: both loads are within the 64 bytes, and need no alignment.
    unsafe { (_mm256_loadu_si256(start), _mm256_loadu_si256(start.add(1))) }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn sum_of(low: __m256i, high: __m256i) -> __m256i {
    let zero = _mm256_setzero_si256();
    _mm256_add_epi64(_mm256_sad_epu8(low, zero), _mm256_sad_epu8(high, zero))
}

/// A bit for each SOH.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn separators(low: __m256i, high: __m256i) -> u64 {
    let soh = _mm256_set1_epi8(1);
    let low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, soh)).cast_unsigned();
    let high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, soh)).cast_unsigned();
    u64::from(low) | u64::from(high) << 32
}

/// Writes the offset of each of `bits` behind the `count` that are there, and answers the new count.
///
/// It writes the usual number of them without asking how many there are, since a loop that ends
/// elsewhere each time is mispredicted each time; what it writes too much is overwritten.
#[inline(always)]
#[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
#[allow(clippy::cast_possible_truncation)] // offsets fit: see `scan`
fn write_ends(base: usize, mut bits: u64, ends: &mut [u32], count: usize) -> usize {
    let found = bits.count_ones() as usize;
    let Some(out) = ends[count..].first_chunk_mut::<BLOCK>() else { return count };
    for slot in &mut out[..USUAL_ENDS] {
        let end = (base as u32).wrapping_add(bits.trailing_zeros());
        // SAFETY: a reference can be written to. Volatile, lest the compiler gather the offsets in a
        // vector, which takes twice as long as to store them.
        unsafe { std::ptr::from_mut(slot).write_volatile(end) };
        bits &= bits.wrapping_sub(1);
    }
    if bits != 0 {
        for slot in &mut out[USUAL_ENDS..found] {
            *slot = base as u32 + bits.trailing_zeros();
            bits &= bits - 1;
        }
    }
    count + found
}

#[cfg(test)]
mod tests {
    use super::Avx2;
    use crate::after::habits::Habits;
    use crate::after::instructions::{Instructions, Plain};
    use crate::after::parse::parse as plain_parse;
    use crate::after::scan::{ROOM, scan as plain_scan};
    use crate::{Update, checksum};

    #[test]
    fn every_length_and_density_of_fields_scans_as_byte_by_byte() {
        let Some(avx2) = Avx2::detect() else {
            println!("skipped: this processor has no AVX2");
            return;
        };
        for every in [1, 2, 3, 5, 8, 13, 64, 100] {
            let at = |i: u32| if i.is_multiple_of(every) { 1 } else { i.to_le_bytes()[0] };
            let bytes: Vec<u8> = (0..300).map(at).collect();
            for length in 0..bytes.len() {
                let bytes = &bytes[..length];
                let (mut plain, mut fast) = (vec![0; length + ROOM], vec![0; length + ROOM]);
                let (count, sum) = plain_scan(bytes, &mut plain);
                let found = avx2.scan(bytes, &mut fast);
                assert_eq!(found, (count, sum), "{length} bytes, a SOH every {every}");
                assert_eq!(fast[..count], plain[..count], "{length} bytes, a SOH every {every}");
            }
        }
    }
    #[test]
    fn a_message_parses_as_with_any_processor() {
        let Some(avx2) = Avx2::detect() else {
            println!("skipped: this processor has no AVX2");
            return;
        };
        let mut habits = Habits::NONE;
        let entry = "279=0|269=1|55=EURUSD|270=1.0925|271=1000000|346=3|1023=1|";
        for entries in 0..12 {
            let count = format!("35=X|49=V|34=7|52=t|268={entries}|");
            let body = (count + &entry.repeat(entries)).replace('|', "\x01");
            let head = format!("8=FIX.4.4\x019={}\x01{body}", body.len());
            let message = format!("{head}10={:03}\x01", checksum(head.as_bytes())).into_bytes();
            for damaged in (0..message.len()).step_by(7).chain([0]) {
                let mut message = message.clone();
                message[damaged] ^= u8::from(damaged > 0);
                let mut ends = vec![0; message.len() + ROOM];
                let mut nothing = Habits::NONE;
                let (mut plain, mut fast) = (Update::default(), Update::default());
                let outcome = plain_parse(Plain, &message, &mut ends, &mut plain, &mut nothing);
                assert_eq!(outcome.is_ok(), damaged == 0, "{entries} entries, byte {damaged}");
                assert_eq!(avx2.parse(&message, &mut ends, &mut fast, &mut habits), outcome);
                assert_eq!(fast, plain, "{entries} entries, byte {damaged}");
            }
        }
    }
}
