//! Where the fields of a message lie in memory.

use crate::field::Field;

/// Bytes of a timestamp on the wire, which is a number.
const TIMESTAMP_SIZE: usize = 6;

/// Where a field lies in its struct, and what it is on the wire.
pub(crate) struct Place {
    /// From the start of the struct.
    pub(crate) offset: usize,
    /// Bytes on the wire: as many as in memory, but for a timestamp.
    pub(crate) wire_size: usize,
    /// Whether it is a number, and not text.
    pub(crate) is_number: bool,
    /// Whether it is a [`crate::Side`].
    pub(crate) is_side: bool,
}

impl Place {
    pub(super) const fn of<T: Field>(offset: usize) -> Self {
        Self { offset, wire_size: T::WIRE_SIZE, is_number: T::IS_NUMBER, is_side: T::IS_SIDE }
    }

    pub(super) const fn of_timestamp(offset: usize) -> Self {
        Self { offset, wire_size: TIMESTAMP_SIZE, is_number: true, is_side: false }
    }
}

/// The fields of one message type after the type itself, in the order of the wire.
pub(crate) struct Layout {
    /// Bytes of such a message, its type included.
    pub(crate) length: usize,
    /// The fields, without a gap between them on the wire.
    pub(crate) places: &'static [Place],
}
