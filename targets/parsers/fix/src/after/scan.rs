//! One pass over a message's bytes: their sum, and where each field ends.

/// How many more elements than bytes the offsets have room for: a block is written whole.
pub const ROOM: usize = 64;

/// Writes the offset of each SOH of `bytes` to `ends`, and answers how many there are and the sum of
/// the bytes modulo 256. `ends` has [`ROOM`] for more elements than there are bytes.
#[allow(clippy::cast_possible_truncation)] // offsets fit: the frame lets no longer message pass
pub fn scan(bytes: &[u8], ends: &mut [u32]) -> (usize, u8) {
    let (mut count, mut sum) = (0, 0_u8);
    for (offset, &byte) in bytes.iter().enumerate() {
        ends[count] = offset as u32;
        count += usize::from(byte == b'\x01');
        sum = sum.wrapping_add(byte);
    }
    (count, sum)
}
