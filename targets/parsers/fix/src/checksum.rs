//! FIX's checksum.

/// The sum of `bytes` modulo 256. `CheckSum(10)` holds that of all bytes before its own tag, as three
/// digits.
///
/// ```
/// assert_eq!(latprobe_fix::checksum(b"8=FIX.4.2\x01"), 31);
/// ```
#[must_use]
pub fn checksum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, &byte| sum.wrapping_add(byte))
}
