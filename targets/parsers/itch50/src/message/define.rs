//! What a declaration of a message, and of the list of all messages, unfolds to.

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

            #[inline(always)]
            #[allow(clippy::inline_always)] // so that the message is made where the caller wants it
            pub(super) fn decode(bytes: &[u8]) -> Result<Self, $crate::Reject> {
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

/// Declares the message types: for each its byte, its struct, and the name of its kind.
macro_rules! message_types {
    ($($code:literal => $name:ident $kind:literal,)+) => {
        /// Names of the message kinds, in the order of [`Message`].
        pub const KINDS: &[&str] = &[$($kind),+];

        /// A decoded message.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Message {
            $(#[doc = concat!("`", $kind, "`")] $name($name),)+
        }

        /// The kinds as numbers, which are their indices in [`KINDS`].
        #[repr(u32)]
        enum Index {
            $($name,)+
        }

        /// Bytes of a message of type `message_type`, which is one of them; `None` where ITCH 5.0
        /// has no such type.
        #[must_use]
        pub const fn message_length(message_type: u8) -> Option<usize> {
            match message_type {
                $($code => Some($name::LENGTH),)+
                _ => None,
            }
        }

        /// The kind of a message of type `message_type`; `None` where ITCH 5.0 has no such type.
        #[must_use]
        pub const fn kind_of(message_type: u8) -> Option<latprobe_sdk::Kind> {
            match message_type {
                $($code => Some(latprobe_sdk::Kind(Index::$name as u32)),)+
                _ => None,
            }
        }

        /// Decodes one message, from its type to its end.
        ///
        /// # Errors
        ///
        /// The first [`Reject`](crate::Reject) that holds.
        #[inline]
        pub fn decode(bytes: &[u8]) -> Result<Message, crate::Reject> {
            match bytes.first() {
                $(Some(&$code) => $name::decode(bytes).map(Message::$name),)+
                Some(_) => Err(crate::Reject::UnknownType),
                None => Err(crate::Reject::Empty),
            }
        }

        impl Message {
            /// Which of [`KINDS`] it is.
            #[inline]
            #[must_use]
            pub const fn kind(&self) -> latprobe_sdk::Kind {
                match self {
                    $(Self::$name(_) => latprobe_sdk::Kind(Index::$name as u32),)+
                }
            }

            /// Its first byte on the wire.
            #[must_use]
            pub const fn message_type(&self) -> u8 {
                match self {
                    $(Self::$name(_) => $code,)+
                }
            }

            /// Code of the security for today; 0 where the message is about no security.
            #[inline]
            #[must_use]
            pub const fn stock_locate(&self) -> u16 {
                match self {
                    $(Self::$name(message) => message.stock_locate,)+
                }
            }

            /// Nanoseconds since midnight, Eastern time.
            #[inline]
            #[must_use]
            pub const fn timestamp_ns(&self) -> u64 {
                match self {
                    $(Self::$name(message) => message.timestamp_ns,)+
                }
            }

            /// Folds every field into a digest, in the order of the wire and without the type:
            /// text without its padding, all else as numbers.
            pub fn fold(&self, digest: &mut latprobe_sdk::Digest<'_>) {
                match self {
                    $(Self::$name(message) => message.fold(digest),)+
                }
            }
        }
    };
}
