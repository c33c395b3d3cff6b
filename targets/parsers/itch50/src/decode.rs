//! From bytes to a [`Message`].

#[cfg(target_arch = "x86_64")]
mod plan;
#[cfg(target_arch = "x86_64")]
mod shuffle;

use crate::{Message, Reject};
use std::mem::MaybeUninit;

/// Decodes one message, from its type to its end.
///
/// # Errors
///
/// The first [`Reject`] that holds.
#[inline]
pub fn decode(bytes: &[u8]) -> Result<Message, Reject> {
    #[cfg(target_arch = "x86_64")]
    {
        let mut slot = MaybeUninit::uninit();
        if shuffle::decode(bytes, &mut slot) {
            // SAFETY: `shuffle::decode` answers true where it has written a whole message.
            return Ok(unsafe { slot.assume_init() });
        }
    }
    // Another slot, since what a call is given the address of cannot stay in registers.
    Message::from_wire(bytes, &mut MaybeUninit::uninit()).copied()
}

/// Decodes one message, from its type to its end, into memory of the caller's.
///
/// This is [`decode`] for where nanoseconds count: a [`Message`] fills a cache line, and a copy of
/// what has just been written may wait for the writes.
///
/// # Errors
///
/// The first [`Reject`] that holds.
#[inline]
pub fn decode_into<'slot>(
    bytes: &[u8],
    slot: &'slot mut MaybeUninit<Message>,
) -> Result<&'slot mut Message, Reject> {
    #[cfg(target_arch = "x86_64")]
    if shuffle::decode(bytes, slot) {
        // SAFETY: `shuffle::decode` answers true where it has written a whole message.
        return Ok(unsafe { slot.assume_init_mut() });
    }
    Message::from_wire(bytes, slot)
}

#[cfg(test)]
mod tests;
