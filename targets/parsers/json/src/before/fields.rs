//! A frame's members in a map of strings.

use super::decimal::parse_e8;
use crate::DecodeError;
use crate::DecodeError::BadField;
use crate::message::Level;
use serde_json::Value;
use std::collections::HashMap;

/// Members by name.
pub(super) type Fields = HashMap<String, Value>;

pub(super) fn integer(fields: &Fields, name: &str) -> Result<i64, DecodeError> {
    fields.get(name).and_then(Value::as_i64).ok_or(BadField)
}

pub(super) fn boolean(fields: &Fields, name: &str) -> Result<bool, DecodeError> {
    fields.get(name).and_then(Value::as_bool).ok_or(BadField)
}

pub(super) fn text(fields: &Fields, name: &str) -> Result<String, DecodeError> {
    owned_text(fields.get(name).cloned())
}

pub(super) fn decimal(fields: &Fields, name: &str) -> Result<i64, DecodeError> {
    parse_e8(text(fields, name)?).ok_or(BadField)
}

/// A decimal for which an empty string stands for none.
pub(super) fn rate(fields: &Fields, name: &str) -> Result<Option<i64>, DecodeError> {
    if optional(fields, name, text)?.unwrap_or_default().is_empty() {
        return Ok(None);
    }
    decimal(fields, name).map(Some)
}

/// A member that may be missing or `null`, read with `read` where it is there.
pub(super) fn optional<T>(
    fields: &Fields,
    name: &str,
    read: impl FnOnce(&Fields, &str) -> Result<T, DecodeError>,
) -> Result<Option<T>, DecodeError> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(_) => read(fields, name).map(Some),
    }
}

/// An array of `[price, quantity]`.
pub(super) fn levels(fields: &Fields, name: &str) -> Result<Vec<Level>, DecodeError> {
    let Some(Value::Array(pairs)) = fields.get(name).cloned() else { return Err(BadField) };
    pairs.into_iter().map(level).collect()
}

fn level(pair: Value) -> Result<Level, DecodeError> {
    let texts: Vec<String> = match pair {
        Value::Array(pair) => pair.into_iter().map(|text| owned_text(Some(text))).collect(),
        _ => Err(BadField),
    }?;
    let [price, quantity] = texts.as_slice() else { return Err(BadField) };
    Ok(Level {
        price_e8: parse_e8(price.clone()).ok_or(BadField)?,
        quantity_e8: parse_e8(quantity.clone()).ok_or(BadField)?,
    })
}

fn owned_text(value: Option<Value>) -> Result<String, DecodeError> {
    match value {
        Some(Value::String(text)) => Ok(text),
        _ => Err(BadField),
    }
}
