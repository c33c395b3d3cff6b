//! Strict JSON (RFC 8259), value by value, without building anything.

use super::text::{RawText, escape_size};
use crate::DecodeError;
use crate::DecodeError::Malformed;

/// Arrays and objects that may lie inside each other, the outermost included; `serde_json` has the
/// same limit.
const DEEPEST_NESTING: u32 = 127;

/// Below this size a number without an exponent cannot leave a double's range.
const SURELY_FINITE_SIZE: usize = 300;

/// One value of a JSON text, checked in full.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'frame> {
    Null,
    Boolean(bool),
    /// As it is written.
    Number(&'frame str),
    /// What is between the quotes, as it is written.
    Text(RawText<'frame>),
    /// From `[` to `]`.
    Array(&'frame str),
    /// From `{` to `}`.
    Object(&'frame str),
}

/// Reads a JSON text from front to back. After an error it is of no more use.
pub(super) struct Scanner<'frame> {
    text: &'frame str,
    at: usize,
    nesting: u32,
}

impl<'frame> Scanner<'frame> {
    /// Starts at the first item of an array or object.
    pub(super) const fn inside(container: &'frame str) -> Self {
        Self { text: container, at: 1, nesting: 1 }
    }

    /// Reads a whole text: one value with nothing but space around it.
    pub(super) fn document(text: &'frame str) -> Result<Value<'frame>, DecodeError> {
        let mut scanner = Self { text, at: 0, nesting: 0 };
        let value = scanner.value()?;
        if scanner.token().is_some() { Err(Malformed) } else { Ok(value) }
    }

    /// Reads the next element of an array, or its end.
    pub(super) fn element(&mut self, first: bool) -> Result<Option<Value<'frame>>, DecodeError> {
        if self.ends(b']', first)? { Ok(None) } else { self.value().map(Some) }
    }

    /// Reads the next name and value of an object, or its end.
    pub(super) fn member(
        &mut self,
        first: bool,
    ) -> Result<Option<(RawText<'frame>, Value<'frame>)>, DecodeError> {
        if self.ends(b'}', first)? {
            return Ok(None);
        }
        if self.token() != Some(b'"') {
            return Err(Malformed);
        }
        let name = self.quoted()?;
        if self.token() != Some(b':') {
            return Err(Malformed);
        }
        self.at += 1;
        Ok(Some((name, self.value()?)))
    }

    fn value(&mut self) -> Result<Value<'frame>, DecodeError> {
        match self.token().ok_or(Malformed)? {
            b'"' => self.quoted().map(Value::Text),
            b'{' | b'[' => self.container(),
            b't' => self.word("true", Value::Boolean(true)),
            b'f' => self.word("false", Value::Boolean(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.number().map(Value::Number),
        }
    }

    fn container(&mut self) -> Result<Value<'frame>, DecodeError> {
        if self.nesting == DEEPEST_NESTING {
            return Err(Malformed);
        }
        self.nesting += 1;
        let start = self.at;
        let is_array = self.text.as_bytes()[start] == b'[';
        self.at += 1;
        let mut first = true;
        while if is_array { self.element(first)?.is_some() } else { self.member(first)?.is_some() }
        {
            first = false;
        }
        self.nesting -= 1;
        let span = &self.text[start..self.at];
        Ok(if is_array { Value::Array(span) } else { Value::Object(span) })
    }

    /// Passes the end of a container, or what separates its items.
    fn ends(&mut self, closing: u8, first: bool) -> Result<bool, DecodeError> {
        match self.token() {
            Some(token) if token == closing => {
                self.at += 1;
                return Ok(true);
            }
            Some(b',') if !first => self.at += 1,
            Some(_) if first => {}
            _ => return Err(Malformed),
        }
        Ok(false)
    }

    /// Passes space, and answers the byte after it.
    fn token(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    fn word(&mut self, word: &str, value: Value<'frame>) -> Result<Value<'frame>, DecodeError> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(Malformed);
        }
        self.at += word.len();
        Ok(value)
    }

    fn quoted(&mut self) -> Result<RawText<'frame>, DecodeError> {
        self.at += 1;
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut escaped = false;
        loop {
            match bytes.get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.at += escape_size(&bytes[self.at..]).ok_or(Malformed)?;
                }
                Some(0x20..) => self.at += 1,
                Some(..0x20) | None => return Err(Malformed),
            }
        }
        let raw = &self.text[start..self.at];
        self.at += 1;
        Ok(RawText { raw, escaped })
    }

    fn number(&mut self) -> Result<&'frame str, DecodeError> {
        let start = self.at;
        self.pass(b"-");
        let whole = self.digits();
        if whole == 0 || (whole > 1 && self.text.as_bytes()[self.at - whole] == b'0') {
            return Err(Malformed);
        }
        if self.pass(b".") && self.digits() == 0 {
            return Err(Malformed);
        }
        let has_exponent = self.pass(b"eE");
        if has_exponent {
            self.pass(b"+-");
            if self.digits() == 0 {
                return Err(Malformed);
            }
        }
        let number = &self.text[start..self.at];
        if has_exponent || number.len() > SURELY_FINITE_SIZE {
            let value: f64 = number.parse().map_err(|_| Malformed)?;
            if value.is_infinite() {
                return Err(Malformed);
            }
        }
        Ok(number)
    }

    /// Passes one byte if it is one of `bytes`.
    fn pass(&mut self, bytes: &[u8]) -> bool {
        let passed = self.text.as_bytes().get(self.at).is_some_and(|byte| bytes.contains(byte));
        self.at += usize::from(passed);
        passed
    }

    /// Passes digits, and answers how many.
    fn digits(&mut self) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count
    }
}
