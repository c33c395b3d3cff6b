//! One pass over a message's bytes: their sum, and where each field ends.

#[cfg(target_arch = "x86_64")]
mod avx2;

/// Most ends that one block of 64 bytes can add.
const BLOCK: usize = 64;

/// Finds the SOHs of a message. Offsets are `u32`, since [`crate::frame`] lets no longer body pass.
pub struct Scan {
    /// Offsets of the SOHs, and then what is left of messages before, and room for a block.
    ends: Vec<u32>,
    count: usize,
    #[cfg(target_arch = "x86_64")]
    has_avx2: bool,
}

impl Scan {
    /// Makes one with room for messages of up to `size` bytes.
    pub fn with_room_for(size: usize) -> Self {
        Self {
            ends: vec![0; size + BLOCK],
            count: 0,
            #[cfg(target_arch = "x86_64")]
            has_avx2: is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("popcnt"),
        }
    }

    /// Looks through `bytes`, and answers their sum modulo 256.
    #[inline]
    pub fn run(&mut self, bytes: &[u8]) -> u8 {
        if bytes.len() + BLOCK > self.ends.len() {
            self.ends.resize(bytes.len() + BLOCK, 0);
        }
        #[cfg(target_arch = "x86_64")]
        if self.has_avx2 && bytes.len() >= BLOCK {
            // SAFETY: `has_avx2` says that this processor has the instructions.
            let (count, sum) = unsafe { avx2::scan(bytes, &mut self.ends) };
            self.count = count;
            return sum;
        }
        let (count, sum) = scan(bytes, &mut self.ends);
        self.count = count;
        sum
    }

    /// Offsets of the SOHs that the last run found.
    #[inline]
    pub fn ends(&self) -> &[u32] {
        &self.ends[..self.count]
    }
}

/// As [`Scan::run`], for any processor; `ends` has an element for each byte.
#[allow(clippy::cast_possible_truncation)] // offsets fit: see `Scan`
fn scan(bytes: &[u8], ends: &mut [u32]) -> (usize, u8) {
    let (mut count, mut sum) = (0, 0_u8);
    for (offset, &byte) in bytes.iter().enumerate() {
        ends[count] = offset as u32;
        count += usize::from(byte == b'\x01');
        sum = sum.wrapping_add(byte);
    }
    (count, sum)
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Scan, scan};

    #[test]
    fn every_length_and_density_of_fields_scans_as_byte_by_byte() {
        for every in [1, 2, 3, 5, 8, 13, 64, 100] {
            let bytes: Vec<u8> =
                (0..300_u32).map(|i| if i % every == 0 { 1 } else { i.to_le_bytes()[0] }).collect();
            for length in 0..bytes.len() {
                let bytes = &bytes[..length];
                let mut expected = vec![0; length + BLOCK];
                let (count, sum) = scan(bytes, &mut expected);
                let mut scan = Scan::with_room_for(0);
                assert_eq!(scan.run(bytes), sum, "sum of {length} bytes, a SOH every {every}");
                assert_eq!(scan.ends(), &expected[..count], "ends in {length} bytes");
            }
        }
    }
}
