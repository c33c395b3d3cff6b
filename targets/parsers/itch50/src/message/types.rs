//! What the list of message types unfolds to.

/// Declares the message types: for each its byte, its struct, and the name of its kind.
macro_rules! message_types {
    ($($code:literal => $name:ident $kind:literal,)+) => {
        /// Names of the message kinds, in the order of [`Message`].
        pub const KINDS: &[&str] = &[$($kind),+];

        /// A decoded message.
        ///
        /// Its discriminant is its type on the wire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Message {
            $(#[doc = concat!("`", $kind, "`")] $name($name) = $code,)+
        }

        // The struct of every type starts at the same offset in the enum, for which see
        // `Message::PAYLOAD_OFFSET`.
        $(const _: () = assert!(align_of::<$name>() == Message::PAYLOAD_OFFSET);)+

        /// Indices into [`KINDS`].
        #[repr(u32)]
        enum Index {
            $($name,)+
        }

        /// Where the fields of a message of type `message_type` lie in its struct.
        pub(crate) const fn layout(message_type: u8) -> Option<Layout> {
            match message_type {
                $($code => Some($name::LAYOUT),)+
                _ => None,
            }
        }

        /// The kind of a message of type `message_type`; `None` where ITCH 5.0 has no such type.
        #[inline]
        #[must_use]
        pub const fn kind_of(message_type: u8) -> Option<Kind> {
            match message_type {
                $($code => Some(Kind(Index::$name as u32)),)+
                _ => None,
            }
        }

        impl Message {
            /// Reads `bytes` field by field, and writes the message where it belongs: a large enum
            /// that is returned is copied once more.
            pub(crate) fn from_wire<'slot>(
                bytes: &[u8],
                slot: &'slot mut MaybeUninit<Message>,
            ) -> Result<&'slot mut Message, Reject> {
                match bytes.first() {
                    $(Some(&$code) => Ok(slot.write(Self::$name($name::from_wire(bytes)?))),)+
                    Some(_) => Err(Reject::UnknownType),
                    None => Err(Reject::Empty),
                }
            }

            /// Which of [`KINDS`] it is.
            #[inline]
            #[must_use]
            pub const fn kind(&self) -> Kind {
                match self {
                    $(Self::$name(_) => Kind(Index::$name as u32),)+
                }
            }

            /// Its first byte on the wire.
            #[inline]
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
            pub fn fold(&self, digest: &mut Digest<'_>) {
                match self {
                    $(Self::$name(message) => message.fold(digest),)+
                }
            }
        }
    };
}
