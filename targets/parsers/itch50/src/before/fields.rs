//! A message as texts by field name.

use super::value::Value;
use crate::Reject;
use std::collections::HashMap;
use std::ops::Range;

/// What the bytes of a field mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A big-endian integer.
    Number,
    /// Text, padded with spaces on the right.
    Text,
    /// A single character, which may be a space.
    Code,
}

/// Where a field is in its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The field's name.
    pub name: &'static str,
    /// Its bytes, counted from the message's type.
    pub bytes: Range<usize>,
    /// What they mean.
    pub format: Format,
}

/// A message as texts by field name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    texts: HashMap<String, String>,
}

impl Fields {
    /// Cuts `message` up by `layout`.
    ///
    /// # Errors
    ///
    /// [`Reject::WrongLength`] unless the message ends where its last field does.
    pub fn cut(message: &[u8], layout: &[Position]) -> Result<Self, Reject> {
        let length = layout.iter().map(|position| position.bytes.end).max().unwrap_or_default();
        if message.len() != length {
            return Err(Reject::WrongLength);
        }
        let texts = layout
            .iter()
            .map(|position| {
                let bytes = message[position.bytes.clone()].to_vec();
                (position.name.to_owned(), to_text(&bytes, position.format))
            })
            .collect();
        Ok(Self { texts })
    }

    /// The field of a name, as what it stands for.
    pub(super) fn get<T: Value>(&self, name: &str) -> Result<T, Reject> {
        let text = self.texts.get(name).cloned().unwrap_or_default();
        T::from_text(text)
    }
}

/// Each byte of text becomes the character of its number (ISO 8859-1), so that bytes which are no
/// ASCII are kept too.
fn to_text(bytes: &[u8], format: Format) -> String {
    let characters = || bytes.iter().map(|&byte| char::from(byte)).collect::<String>();
    match format {
        Format::Number => {
            bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)).to_string()
        }
        Format::Text => characters().trim_end_matches(' ').to_owned(),
        Format::Code => characters(),
    }
}
