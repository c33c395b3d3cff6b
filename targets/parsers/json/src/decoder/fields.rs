//! The members of a frame's object that some kind of message has.

use super::scanner::{Scanner, Value};
use super::text::{Arena, RawText};
use crate::DecodeError;
use crate::DecodeError::BadField;
use crate::decimal::parse_e8;
use crate::message::Level;

/// Names that are looked at.
const NAME_COUNT: usize = 28;

/// Longest of the names with each byte written as `\uXXXX`.
const LONGEST_NAME_SIZE: usize = 6 * 6;

/// Where the value of a name is in [`Fields`]. None for a name that no kind of message has.
#[inline]
const fn place(name: &[u8]) -> Option<usize> {
    Some(match name {
        b"stream" => 0,
        b"data" => 1,
        b"e" => 2,
        b"E" => 3,
        b"T" => 4,
        b"s" => 5,
        b"t" => 6,
        b"p" => 7,
        b"q" => 8,
        b"m" => 9,
        b"M" => 10,
        b"X" => 11,
        b"b" => 12,
        b"a" => 13,
        b"ps" => 14,
        b"st" => 15,
        b"nq" => 16,
        b"f" => 17,
        b"l" => 18,
        b"u" => 19,
        b"B" => 20,
        b"A" => 21,
        b"U" => 22,
        b"pu" => 23,
        b"ap" => 24,
        b"P" => 25,
        b"i" => 26,
        b"r" => 27,
        _ => return None,
    })
}

/// [`place`] of the body of a frame from a combined stream.
const DATA: Option<usize> = place(b"data");

/// The values of known names in one object. Of a name that comes twice, the last counts.
pub(super) struct Fields<'frame> {
    values: [Option<Value<'frame>>; NAME_COUNT],
}

impl<'frame> Fields<'frame> {
    /// Those of an object that has none.
    pub(super) const fn none() -> Self {
        Self { values: [None; NAME_COUNT] }
    }

    /// Reads the object that `scanner` is inside of, to its end. Where `data` is an object, its
    /// fields are read into that as well.
    pub(super) fn read(
        &mut self,
        scanner: &mut Scanner<'frame>,
        arena: &mut Arena<'_>,
        mut data: Option<&mut Self>,
    ) -> Result<(), DecodeError> {
        self.values.fill(None);
        let mut first = true;
        while let Some(name) = scanner.name(first)? {
            first = false;
            let place =
                if name.raw.len() > LONGEST_NAME_SIZE { None } else { place(arena.peek(name)?) };
            let value = match &mut data {
                Some(data) if place == DATA && scanner.enters(b'{')? => {
                    data.read(scanner, arena, None)?;
                    Value::Object
                }
                _ => scanner.value()?,
            };
            if let Some(place) = place {
                self.values[place] = Some(value);
            }
        }
        Ok(())
    }

    /// The value of a name.
    #[inline]
    pub(super) fn get(&self, name: &str) -> Option<Value<'frame>> {
        self.values[place(name.as_bytes())?]
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
        let mut scanner = Scanner::new(array);
        scanner.enters(b'[')?;
        while !scanner.leaves(b']', levels.is_empty())? {
            levels.push(level(&mut scanner, arena)?);
        }
        Ok(())
    }
}

fn level(scanner: &mut Scanner<'_>, arena: &mut Arena<'_>) -> Result<Level, DecodeError> {
    if !scanner.enters(b'[')? {
        return Err(BadField);
    }
    let Some(Value::Text(price)) = scanner.element(true)? else { return Err(BadField) };
    let Some(Value::Text(quantity)) = scanner.element(false)? else { return Err(BadField) };
    if !scanner.leaves(b']', false)? {
        return Err(BadField);
    }
    Ok(Level { price_e8: decimal(price, arena)?, quantity_e8: decimal(quantity, arena)? })
}

fn decimal(text: RawText<'_>, arena: &mut Arena<'_>) -> Result<i64, DecodeError> {
    parse_e8(arena.peek(text)?).ok_or(BadField)
}
