//! All that is wrong with a message, gathered without leaving the loop over its fields.

use crate::Fault;

/// A set of faults.
#[derive(Clone, Copy, Default)]
pub struct Faults(u32);

impl Faults {
    /// Adds `fault` where `is_so`.
    #[inline]
    pub fn note(&mut self, fault: Fault, is_so: bool) {
        self.0 |= u32::from(is_so) << fault as u32;
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The first in the order of [`Fault`].
    pub fn result(self) -> Result<(), Fault> {
        const ORDER: [Fault; 5] = [
            Fault::NotAField,
            Fault::BadGroup,
            Fault::RepeatedField,
            Fault::MissingField,
            Fault::BadValue,
        ];
        if self.is_empty() {
            return Ok(());
        }
        ORDER.into_iter().find(|&fault| self.0 >> fault as u32 & 1 == 1).map_or(Ok(()), Err)
    }
}
