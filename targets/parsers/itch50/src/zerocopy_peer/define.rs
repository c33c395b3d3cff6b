//! What the list of wire structs unfolds to.

/// Declares the structs as they lie on the wire: for each its type, its name, and its fields after
/// the common ones.
macro_rules! wire_messages {
    ($($code:literal $name:ident { $($field:ident: $type:ty,)+ })+) => {
        $(
            #[derive(TryFromBytes, Immutable, KnownLayout, Unaligned)]
            #[repr(C)]
            struct $name {
                message_type: u8,
                stock_locate: U16,
                tracking_number: U16,
                timestamp_ns: U48,
                $($field: $type,)+
            }

            impl $name {
                #[inline(always)]
                #[allow(clippy::inline_always)] // so that the message is made in its slot
                fn to_message(&self) -> crate::$name {
                    crate::$name {
                        stock_locate: self.stock_locate.value(),
                        tracking_number: self.tracking_number.value(),
                        timestamp_ns: self.timestamp_ns.value(),
                        $($field: self.$field.value(),)+
                    }
                }
            }
        )+

        /// Decodes one message into memory of the caller's, as [`crate::decode_into`] does.
        pub(super) fn decode_into<'slot>(
            bytes: &[u8],
            slot: &'slot mut MaybeUninit<Message>,
        ) -> Result<&'slot mut Message, Reject> {
            match bytes.first() {
                $(Some(&$code) => {
                    let wire = $name::try_ref_from_bytes(bytes).map_err(|error| reject(&error))?;
                    Ok(slot.write(Message::$name(wire.to_message())))
                })+
                Some(_) => Err(Reject::UnknownType),
                None => Err(Reject::Empty),
            }
        }
    };
}
