//! What the list of owned messages unfolds to.

/// Declares the owned messages: for each its type, its name, and its fields with their positions.
macro_rules! owned_messages {
    ($($code:literal $name:ident { $($field:ident: $type:ty = $bytes:expr,)+ })+) => {
        $(
            #[doc = concat!("As [`crate::", stringify!($name), "`], with owned text.")]
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $name {
                /// Code of the security for today; 0 where the message is about no security.
                pub stock_locate: u16,
                /// Nasdaq's own tracking number.
                pub tracking_number: u16,
                /// Nanoseconds since midnight, Eastern time.
                pub timestamp_ns: u64,
                $(
                    #[doc = concat!(
                        "As [`crate::", stringify!($name), "::", stringify!($field), "`]."
                    )]
                    pub $field: $type,
                )+
            }
        )+

        /// A decoded message that owns its text.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum OwnedMessage {
            $(#[doc = concat!("As [`crate::Message::", stringify!($name), "`].")] $name($name),)+
        }

        /// Where each field of a message of type `message_type` is; `None` where ITCH 5.0 has no
        /// such type.
        #[must_use]
        pub fn layout(message_type: u8) -> Option<&'static [Position]> {
            match message_type {
                $($code => Some(const {
                    &[
                        position::<u16>("stock_locate", 1..3),
                        position::<u16>("tracking_number", 3..5),
                        position::<u64>("timestamp_ns", 5..11),
                        $(position::<$type>(stringify!($field), $bytes),)+
                    ]
                }),)+
                _ => None,
            }
        }

        impl OwnedMessage {
            pub(super) fn from_fields(message_type: u8, fields: &Fields) -> Result<Self, Reject> {
                match message_type {
                    $($code => Ok(Self::$name($name {
                        stock_locate: fields.get("stock_locate")?,
                        tracking_number: fields.get("tracking_number")?,
                        timestamp_ns: fields.get("timestamp_ns")?,
                        $($field: fields.get(stringify!($field))?,)+
                    })),)+
                    _ => Err(Reject::UnknownType),
                }
            }

            /// Which of [`crate::KINDS`] it is.
            #[must_use]
            pub const fn kind(&self) -> Kind {
                match self {
                    $(Self::$name(_) => const { kind_of($code).unwrap() },)+
                }
            }

            /// Folds every field into a digest, as [`crate::Message::fold`] does.
            pub fn fold(&self, digest: &mut Digest<'_>) {
                match self {
                    $(Self::$name(message) => {
                        message.stock_locate.fold(digest);
                        message.tracking_number.fold(digest);
                        message.timestamp_ns.fold(digest);
                        $(message.$field.fold(digest);)+
                    })+
                }
            }
        }
    };
}
