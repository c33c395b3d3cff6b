//! JSON strings, and where they go without their escapes.

use crate::DecodeError;

/// A checked JSON string without its quotes, as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawText<'frame> {
    pub(super) raw: &'frame str,
    /// There is a backslash in it.
    pub(super) escaped: bool,
}

/// Memory for strings that cannot be borrowed from the frame, since they have escapes.
pub(super) struct Arena<'decoder> {
    free: &'decoder mut [u8],
}

impl<'decoder> Arena<'decoder> {
    /// `memory` as long as the frame holds all of its strings, which only shrink.
    pub(super) const fn new(memory: &'decoder mut [u8]) -> Self {
        Self { free: memory }
    }

    /// The string itself, kept for as long as the decoder is borrowed.
    pub(super) fn keep<'frame: 'decoder>(
        &mut self,
        text: RawText<'frame>,
    ) -> Result<&'decoder str, DecodeError> {
        if !text.escaped {
            return Ok(text.raw);
        }
        let size = unescape(text.raw.as_bytes(), self.free)?;
        let (kept, free) = std::mem::take(&mut self.free).split_at_mut(size);
        self.free = free;
        str::from_utf8(kept).map_err(|_| DecodeError::Malformed)
    }

    /// The bytes of the string itself, until the next call.
    pub(super) fn peek<'call>(
        &'call mut self,
        text: RawText<'call>,
    ) -> Result<&'call [u8], DecodeError> {
        if !text.escaped {
            return Ok(text.raw.as_bytes());
        }
        let size = unescape(text.raw.as_bytes(), self.free)?;
        Ok(&self.free[..size])
    }
}

/// Size of the escape that `text` starts with; none where it is not one, or where it is half of a
/// surrogate pair.
pub(super) fn escape_size(text: &[u8]) -> Option<usize> {
    if *text.get(1)? == b'u' {
        let unit = code_unit(text)?;
        return match unit {
            0xD800..0xDC00 => {
                let low = code_unit(&text[6..])?;
                (0xDC00..0xE000).contains(&low).then_some(12)
            }
            0xDC00..0xE000 => None,
            _ => Some(6),
        };
    }
    short_escape(text[1]).map(|_| 2)
}

/// The UTF-16 code unit of a `\uXXXX` at the start of `text`.
fn code_unit(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(br"\u")?.first_chunk::<4>()?;
    digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
}

const fn short_escape(letter: u8) -> Option<u8> {
    Some(match letter {
        b'"' | b'\\' | b'/' => letter,
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        _ => return None,
    })
}

/// Writes a checked string without its escapes to the front of `out`, and answers its size.
fn unescape(mut raw: &[u8], out: &mut [u8]) -> Result<usize, DecodeError> {
    let mut size = 0;
    let mut write = |bytes: &[u8]| {
        let room = out.get_mut(size..size + bytes.len()).ok_or(DecodeError::Malformed)?;
        room.copy_from_slice(bytes);
        size += bytes.len();
        Ok(())
    };
    while let Some(&byte) = raw.first() {
        if byte != b'\\' {
            let plain = raw.iter().position(|&byte| byte == b'\\').unwrap_or(raw.len());
            write(&raw[..plain])?;
            raw = &raw[plain..];
            continue;
        }
        let escape_size = escape_size(raw).ok_or(DecodeError::Malformed)?;
        match short_escape(raw[1]) {
            Some(byte) => write(&[byte])?,
            None => write(escaped_character(raw)?.encode_utf8(&mut [0; 4]).as_bytes())?,
        }
        raw = &raw[escape_size..];
    }
    Ok(size)
}

/// The character of a `\uXXXX`, or of a surrogate pair of them, at the start of `raw`.
fn escaped_character(raw: &[u8]) -> Result<char, DecodeError> {
    let unit = code_unit(raw).ok_or(DecodeError::Malformed)?;
    let code_point = match unit {
        0xD800..0xDC00 => {
            let low = code_unit(&raw[6..]).ok_or(DecodeError::Malformed)?;
            0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
        }
        _ => unit,
    };
    char::from_u32(code_point).ok_or(DecodeError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::{Arena, RawText, escape_size};

    #[test]
    fn escapes_become_the_characters_that_they_stand_for() {
        let raw = r#"a\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00z"#;
        let mut memory = vec![0; raw.len()];
        let text = Arena::new(&mut memory).keep(RawText { raw, escaped: true });
        assert_eq!(text, Ok("a\"\\/\u{8}\u{c}\n\r\té€😀z"));
    }

    #[test]
    fn half_a_surrogate_pair_and_unknown_escapes_are_refused() {
        for text in [r"\q", r"\u12G4", r"\u123", r"\ud800", r"\ud800\n", r"\ud800\u0041", r"\udc00"]
        {
            assert_eq!(escape_size(text.as_bytes()), None, "{text}");
        }
    }
}
