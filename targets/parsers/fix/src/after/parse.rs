//! From a message to an update.

use super::fields::Fields;
use super::habits::Habits;
use super::instructions::Instructions;
use super::reader;
use crate::frame::{self, Frame};
use crate::text::Span;
use crate::{Fault, Update};

/// Parses `message` into `update`, guided by `habits`, with the help of `ends`, which has
/// room as [`super::scan::scan`] asks.
#[inline(always)]
#[allow(clippy::inline_always)] // so that it is compiled for the caller's instructions
pub fn parse<I: Instructions>(
    instructions: I,
    message: &[u8],
    ends: &mut [u32],
    update: &mut Update<Span>,
    habits: &mut Habits,
) -> Result<(), Fault> {
    let trailer = frame::trailer(message).ok_or(Fault::BadFrame)?;
    let (count, sum) = instructions.scan(&message[..trailer], ends);
    let ends = &ends[..count];
    let [first, second, ..] = *ends else { return Err(Fault::BadFrame) };
    let frame = Frame::between(message, (first as usize, second as usize))?;
    if u32::from(sum) != frame.checksum {
        return Err(Fault::BadChecksum);
    }
    // SAFETY: the scan wrote the offsets in order, of SOHs before the trailer; none is over 32 bits.
    let fields = unsafe { Fields::new(message, ends) };
    reader::read(instructions, fields, frame, update, habits)
}
