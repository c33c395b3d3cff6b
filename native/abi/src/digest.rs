//! What a target understood, as one checksum per message kind.
//!
//! The checksum is 64-bit FNV-1a (Fowler, Noll and Vo; constants from draft-eastlake-fnv) over the
//! fields that the target decoded, in its family's order: every integer as 8 bytes, least first, and
//! every byte string after its length. It needs no table, so that a C or a Python target can do the
//! same in a few lines.

/// Where an FNV-1a checksum starts.
pub const FNV_OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// What FNV-1a multiplies with.
pub const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// The checksum of all messages of one kind so far.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindDigest {
    /// Messages folded in.
    pub count: u64,
    /// FNV-1a over their fields; [`FNV_OFFSET_BASIS`] before the first.
    pub checksum: u64,
}

impl Default for KindDigest {
    fn default() -> Self {
        Self { count: 0, checksum: FNV_OFFSET_BASIS }
    }
}

/// Folds `bytes` into an FNV-1a checksum.
#[must_use]
pub fn fnv1a(checksum: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(checksum, |sum, &byte| (sum ^ u64::from(byte)).wrapping_mul(FNV_PRIME))
}
