//! The members of a frame's object that some kind of message has.

use super::scanner::{Scanner, Value};
use super::text::{Arena, RawText};
use crate::DecodeError;
use crate::DecodeError::BadField;
use crate::decimal::parse_e8;
use crate::message::Level;

/// Names that are looked at; a member's place here is its place in [`Fields`].
const NAMES: [&str; 28] = [
    "stream", "data", "e", "E", "T", "s", "t", "p", "q", "m", "M", "X", "b", "a", "ps", "st", "nq",
    "f", "l", "u", "B", "A", "U", "pu", "ap", "P", "i", "r",
];

/// Longest of [`NAMES`] with each byte written as `\uXXXX`.
const LONGEST_NAME_SIZE: usize = 6 * 6;

/// The values of [`NAMES`] in one object. Of a name that comes twice, the last counts.
pub(super) struct Fields<'frame> {
    values: [Option<Value<'frame>>; NAMES.len()],
}

impl<'frame> Fields<'frame> {
    /// Looks through `object`.
    pub(super) fn of(object: &'frame str, arena: &mut Arena<'_>) -> Result<Self, DecodeError> {
        let mut values = [None; NAMES.len()];
        let mut scanner = Scanner::inside(object);
        let mut first = true;
        while let Some((name, value)) = scanner.member(first)? {
            first = false;
            if name.raw.len() > LONGEST_NAME_SIZE {
                continue;
            }
            let name = arena.peek(name)?;
            if let Some(place) = NAMES.iter().position(|known| known.as_bytes() == name) {
                values[place] = Some(value);
            }
        }
        Ok(Self { values })
    }

    /// The value of one of [`NAMES`].
    pub(super) fn get(&self, name: &str) -> Option<Value<'frame>> {
        self.values[NAMES.iter().position(|known| *known == name)?]
    }

    /// As [`Fields::get`], with a `null` taken for nothing.
    fn given(&self, name: &str) -> Option<Value<'frame>> {
        self.get(name).filter(|value| !matches!(value, Value::Null))
    }

    pub(super) fn integer(&self, name: &str) -> Result<i64, DecodeError> {
        self.optional_integer(name)?.ok_or(BadField)
    }

    pub(super) fn optional_integer(&self, name: &str) -> Result<Option<i64>, DecodeError> {
        match self.given(name) {
            None => Ok(None),
            // A negative zero is a double to every reader of numbers.
            Some(Value::Number("-0")) => Err(BadField),
            Some(Value::Number(number)) => number.parse().map(Some).map_err(|_| BadField),
            Some(_) => Err(BadField),
        }
    }

    pub(super) fn boolean(&self, name: &str) -> Result<bool, DecodeError> {
        self.optional_boolean(name)?.ok_or(BadField)
    }

    pub(super) fn optional_boolean(&self, name: &str) -> Result<Option<bool>, DecodeError> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::Boolean(value)) => Ok(Some(value)),
            Some(_) => Err(BadField),
        }
    }

    fn optional_raw(&self, name: &str) -> Result<Option<RawText<'frame>>, DecodeError> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(BadField),
        }
    }

    pub(super) fn optional_text<'decoder>(
        &self,
        name: &str,
        arena: &mut Arena<'decoder>,
    ) -> Result<Option<&'decoder str>, DecodeError>
    where
        'frame: 'decoder,
    {
        self.optional_raw(name)?.map(|text| arena.keep(text)).transpose()
    }

    pub(super) fn text<'decoder>(
        &self,
        name: &str,
        arena: &mut Arena<'decoder>,
    ) -> Result<&'decoder str, DecodeError>
    where
        'frame: 'decoder,
    {
        self.optional_text(name, arena)?.ok_or(BadField)
    }

    pub(super) fn decimal(&self, name: &str, arena: &mut Arena<'_>) -> Result<i64, DecodeError> {
        self.optional_decimal(name, arena)?.ok_or(BadField)
    }

    pub(super) fn optional_decimal(
        &self,
        name: &str,
        arena: &mut Arena<'_>,
    ) -> Result<Option<i64>, DecodeError> {
        self.optional_raw(name)?.map(|text| decimal(text, arena)).transpose()
    }

    /// A decimal for which an empty string stands for none.
    pub(super) fn rate(
        &self,
        name: &str,
        arena: &mut Arena<'_>,
    ) -> Result<Option<i64>, DecodeError> {
        match self.optional_raw(name)? {
            None | Some(RawText { raw: "", .. }) => Ok(None),
            Some(text) => decimal(text, arena).map(Some),
        }
    }

    /// Reads an array of `[price, quantity]` into `levels`.
    pub(super) fn levels(
        &self,
        name: &str,
        arena: &mut Arena<'_>,
        levels: &mut Vec<Level>,
    ) -> Result<(), DecodeError> {
        levels.clear();
        let Some(Value::Array(array)) = self.get(name) else { return Err(BadField) };
        let mut scanner = Scanner::inside(array);
        while let Some(pair) = scanner.element(levels.is_empty())? {
            levels.push(level(pair, arena)?);
        }
        Ok(())
    }
}

fn level(pair: Value<'_>, arena: &mut Arena<'_>) -> Result<Level, DecodeError> {
    let Value::Array(pair) = pair else { return Err(BadField) };
    let mut scanner = Scanner::inside(pair);
    let Some(Value::Text(price)) = scanner.element(true)? else { return Err(BadField) };
    let Some(Value::Text(quantity)) = scanner.element(false)? else { return Err(BadField) };
    if scanner.element(false)?.is_some() {
        return Err(BadField);
    }
    Ok(Level { price_e8: decimal(price, arena)?, quantity_e8: decimal(quantity, arena)? })
}

fn decimal(text: RawText<'_>, arena: &mut Arena<'_>) -> Result<i64, DecodeError> {
    parse_e8(arena.peek(text)?).ok_or(BadField)
}
