//! Eight digits to the number that they write.

#![allow(clippy::inline_always)] // so that it is compiled for the caller's instructions

/// The number that the digits in the bytes of `digits` write, each a value and not a character, the
/// first being the lowest. `None` where one is over nine.
#[inline(always)]
pub fn joined(digits: u64) -> Option<u32> {
    // A byte over 9 carries into its top bit, or has it already.
    let over_nine = (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080;
    (over_nine == 0).then(|| join(digits))
}

/// Each step joins neighbours: to two digits, to four, to eight.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn join(digits: u64) -> u32 {
    use std::arch::x86_64::{
        _mm_cvtsi64_si128, _mm_cvtsi128_si32, _mm_madd_epi16, _mm_packs_epi32, _mm_set1_epi32,
        _mm_setzero_si128, _mm_unpacklo_epi8,
    };
    /// What the lower half of each 32 bits is multiplied with; the upper one is added to that.
    const fn lower_times(factor: i32) -> i32 {
        1 << 16 | factor
    }
    // SAFETY: these are SSE2's, which every x86_64 processor has.
    unsafe {
        let ones = _mm_unpacklo_epi8(_mm_cvtsi64_si128(digits.cast_signed()), _mm_setzero_si128());
        let twos = _mm_madd_epi16(ones, _mm_set1_epi32(lower_times(10)));
        let fours = _mm_madd_epi16(_mm_packs_epi32(twos, twos), _mm_set1_epi32(lower_times(100)));
        let factor = _mm_set1_epi32(lower_times(10_000));
        let eight = _mm_madd_epi16(_mm_packs_epi32(fours, fours), factor);
        _mm_cvtsi128_si32(eight).cast_unsigned()
    }
}

/// Each step joins neighbours: to two digits, to four, to eight. The upper half of a step is the lower
/// byte.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // the number has eight digits
fn join(digits: u64) -> u32 {
    let twos = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = twos.wrapping_mul(100).wrapping_add(twos >> 16) & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(10_000).wrapping_add(fours >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn each_digit_counts_at_its_place() {
        for number in (0..100_000_000).step_by(9_973).chain([99_999_999, 12_345_678]) {
            let text = format!("{number:08}");
            let mut digits = [0; 8];
            for (digit, character) in digits.iter_mut().zip(text.bytes()) {
                *digit = character - b'0';
            }
            assert_eq!(joined(u64::from_le_bytes(digits)), Some(number));
        }
    }

    #[test]
    fn a_byte_over_nine_is_no_digit() {
        for place in 0..8 {
            for byte in 10..=u8::MAX {
                let mut digits = [9; 8];
                digits[place] = byte;
                assert_eq!(joined(u64::from_le_bytes(digits)), None, "{byte} at {place}");
            }
        }
    }
}
