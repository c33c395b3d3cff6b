//! Strict JSON (RFC 8259), value by value, without building anything.

use super::text::{RawText, escape_size};
use crate::DecodeError;
use crate::DecodeError::Malformed;
use crate::words::{digit_count, plain_count, word_at};

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
    /// From `{` to `}`; nobody looks into one twice.
    Object,
}

/// Reads a JSON text from front to back. After an error it is of no more use.
pub(super) struct Scanner<'frame> {
    text: &'frame str,
    at: usize,
    nesting: u32,
}

impl<'frame> Scanner<'frame> {
    /// Starts before a whole text, or before a value that was read from one.
    pub(super) const fn new(text: &'frame str) -> Self {
        Self { text, at: 0, nesting: 0 }
    }

    /// Goes into the array or object that comes next, or answers that it is something else.
    pub(super) fn enters(&mut self, opening: u8) -> Result<bool, DecodeError> {
        if self.token() != Some(opening) {
            return Ok(false);
        }
        if self.nesting == DEEPEST_NESTING {
            return Err(Malformed);
        }
        self.at += 1;
        self.nesting += 1;
        Ok(true)
    }

    /// Nothing but space is left.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.token().is_none()
    }

    /// Reads the next element of an array, or its end.
    pub(super) fn element(&mut self, first: bool) -> Result<Option<Value<'frame>>, DecodeError> {
        if self.leaves(b']', first)? { Ok(None) } else { self.value().map(Some) }
    }

    /// Reads the name of the next member of an object, up to its value, or the object's end.
    pub(super) fn name(&mut self, first: bool) -> Result<Option<RawText<'frame>>, DecodeError> {
        if self.leaves(b'}', first)? {
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
        Ok(Some(name))
    }

    /// Reads the next value.
    pub(super) fn value(&mut self) -> Result<Value<'frame>, DecodeError> {
        match self.token().ok_or(Malformed)? {
            b'"' => self.quoted().map(Value::Text),
            b'[' => self.array(),
            b'{' => self.object(),
            b't' => self.word("true", Value::Boolean(true)),
            b'f' => self.word("false", Value::Boolean(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.number().map(Value::Number),
        }
    }

    fn array(&mut self) -> Result<Value<'frame>, DecodeError> {
        let start = self.at;
        self.enters(b'[')?;
        let mut first = true;
        while self.element(first)?.is_some() {
            first = false;
        }
        Ok(Value::Array(&self.text[start..self.at]))
    }

    fn object(&mut self) -> Result<Value<'frame>, DecodeError> {
        self.enters(b'{')?;
        let mut first = true;
        while self.name(first)?.is_some() {
            self.value()?;
            first = false;
        }
        Ok(Value::Object)
    }

    /// Passes the end of a container, or what separates its items.
    pub(super) fn leaves(&mut self, closing: u8, first: bool) -> Result<bool, DecodeError> {
        match self.token() {
            Some(token) if token == closing => {
                self.at += 1;
                self.nesting -= 1;
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
            self.at += plain_count(word_at(bytes, self.at));
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
        let start = self.at;
        loop {
            let count = digit_count(word_at(self.text.as_bytes(), self.at));
            self.at += count;
            if count < 8 {
                return self.at - start;
            }
        }
    }
}
