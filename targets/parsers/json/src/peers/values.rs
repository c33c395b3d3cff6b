//! Values that the derived structs are made of.

use crate::decimal::parse_e8;
use crate::message::Level;
use serde::de::{Error, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

/// Levels a side for which there is room at once; most updates have fewer.
const LEVEL_CAPACITY: usize = 64;

/// A string, borrowed where it has no escapes.
#[derive(Debug)]
pub(crate) struct Text<'frame>(Cow<'frame, str>);

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'frame, 'frame> Deserialize<'de> for Text<'frame> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_string())))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}

/// Decimal text, in units of 1e-8.
#[derive(Debug)]
pub(super) struct Decimal(pub(super) i64);

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DecimalVisitor;

        impl Visitor<'_> for DecimalVisitor {
            type Value = Decimal;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a decimal number in a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                let value = parse_e8(text.as_bytes());
                value.map(Decimal).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_str(DecimalVisitor)
    }
}

/// Decimal text, or an empty string for none.
#[derive(Debug)]
pub(super) struct Rate(pub(super) Option<i64>);

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        if text.as_ref().is_empty() {
            return Ok(Self(None));
        }
        let value = parse_e8(text.as_ref().as_bytes());
        value.map(|value| Self(Some(value))).ok_or_else(|| D::Error::custom("not a decimal number"))
    }
}

/// `[[price, quantity], …]`.
#[derive(Debug)]
pub(super) struct Levels(pub(super) Vec<Level>);

impl<'de> Deserialize<'de> for Levels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LevelsVisitor;

        impl<'de> Visitor<'de> for LevelsVisitor {
            type Value = Levels;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("levels of price and quantity")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut levels = Vec::with_capacity(LEVEL_CAPACITY);
                while let Some((price, quantity)) = items.next_element::<(Decimal, Decimal)>()? {
                    levels.push(Level { price_e8: price.0, quantity_e8: quantity.0 });
                }
                Ok(Levels(levels))
            }
        }

        deserializer.deserialize_seq(LevelsVisitor)
    }
}
