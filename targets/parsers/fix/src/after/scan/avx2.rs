//! The scan of a message in blocks of 64 bytes.

use super::BLOCK;
use std::arch::x86_64::{
    __m256i, _mm_add_epi64, _mm_cvtsi128_si64, _mm_unpackhi_epi64, _mm256_add_epi64,
    _mm256_and_si256, _mm256_castsi256_si128, _mm256_cmpeq_epi8, _mm256_extracti128_si256,
    _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_sad_epu8, _mm256_set1_epi8,
    _mm256_setzero_si256,
};

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

/// As [`super::scan`], for at least a block of bytes; `ends` has room for a block more than there are
/// bytes.
#[target_feature(enable = "avx2,bmi1,popcnt")]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // offsets fit: see `Scan`
pub fn scan(bytes: &[u8], ends: &mut [u32]) -> (usize, u8) {
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

#[target_feature(enable = "avx2")]
fn halves(block: &[u8; BLOCK]) -> (__m256i, __m256i) {
    let start: *const __m256i = block.as_ptr().cast();
    // SAFETY: both loads are within the 64 bytes, and need no alignment.
    unsafe { (_mm256_loadu_si256(start), _mm256_loadu_si256(start.add(1))) }
}

#[target_feature(enable = "avx2")]
fn sum_of(low: __m256i, high: __m256i) -> __m256i {
    let zero = _mm256_setzero_si256();
    _mm256_add_epi64(_mm256_sad_epu8(low, zero), _mm256_sad_epu8(high, zero))
}

/// A bit for each SOH.
#[target_feature(enable = "avx2")]
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
#[target_feature(enable = "bmi1,popcnt")]
#[allow(clippy::cast_possible_truncation)] // offsets fit: see `Scan`
fn write_ends(base: usize, mut bits: u64, ends: &mut [u32], count: usize) -> usize {
    let found = bits.count_ones() as usize;
    let Some(out) = ends[count..].first_chunk_mut::<BLOCK>() else { return count };
    for slot in &mut out[..USUAL_ENDS] {
        *slot = (base as u32).wrapping_add(bits.trailing_zeros());
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
