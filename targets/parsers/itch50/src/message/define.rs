//! What the declaration of a message unfolds to.

/// Declares a message by its fields after the common ones, in the order of the wire.
///
/// Its length follows from the sizes of the fields.
macro_rules! message {
    (
        $(#[$meta:meta])*
        $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        // In the order of the wire, so that neighbours there are neighbours in memory.
        #[repr(C)]
        pub struct $name {
            /// Code of the security for today; 0 where the message is about no security.
            pub stock_locate: u16,
            /// Nasdaq's own tracking number.
            pub tracking_number: u16,
            /// Nanoseconds since midnight, Eastern time.
            pub timestamp_ns: u64,
            $($(#[$field_meta])* pub $field: $type,)+
        }

        impl $name {
            /// Bytes of such a message, its type included.
            pub const LENGTH: usize =
                $crate::message::COMMON_LENGTH $(+ <$type as $crate::field::Field>::WIRE_SIZE)+;

            pub(super) const LAYOUT: $crate::message::Layout = $crate::message::Layout {
                length: Self::LENGTH,
                places: &[
                    $crate::message::Place::of::<u16>(std::mem::offset_of!(Self, stock_locate)),
                    $crate::message::Place::of::<u16>(std::mem::offset_of!(Self, tracking_number)),
                    $crate::message::Place::of_timestamp(std::mem::offset_of!(Self, timestamp_ns)),
                    $($crate::message::Place::of::<$type>(std::mem::offset_of!(Self, $field)),)+
                ],
            };

            #[inline(always)]
            #[allow(clippy::inline_always)] // so that the message is made where the caller wants it
            pub(super) fn from_wire(bytes: &[u8]) -> Result<Self, $crate::Reject> {
                use $crate::field::{Field, take_timestamp_ns};
                if bytes.len() != Self::LENGTH {
                    return Err($crate::Reject::WrongLength);
                }
                let mut rest = &bytes[1..Self::LENGTH];
                let stock_locate = Field::take(&mut rest)?;
                let tracking_number = Field::take(&mut rest)?;
                let timestamp_ns = take_timestamp_ns(&mut rest)?;
                $(let $field = Field::take(&mut rest)?;)+
                Ok(Self { stock_locate, tracking_number, timestamp_ns, $($field),+ })
            }

            pub(super) fn fold(&self, digest: &mut latprobe_sdk::Digest<'_>) {
                use $crate::field::Field;
                self.stock_locate.fold(digest);
                self.tracking_number.fold(digest);
                self.timestamp_ns.fold(digest);
                $(self.$field.fold(digest);)+
            }
        }
    };
}
