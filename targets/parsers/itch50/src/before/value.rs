//! What the texts of a message stand for.

use super::Format;
use crate::{Reject, Side};
use latprobe_sdk::Digest;

/// The type of a field of an owned message.
pub(super) trait Value: Sized {
    /// What its bytes mean.
    const FORMAT: Format;

    /// Reads it from the text that [`Format`] makes of its bytes.
    fn from_text(text: String) -> Result<Self, Reject>;

    /// Folds it into a digest.
    fn fold(&self, digest: &mut Digest<'_>);
}

macro_rules! number_values {
    ($($integer:ty),+) => {$(
        impl Value for $integer {
            const FORMAT: Format = Format::Number;

            fn from_text(text: String) -> Result<Self, Reject> {
                // Fails only for a field that is wider than its type, which the layouts rule out.
                text.parse().map_err(|_| Reject::WrongLength)
            }

            fn fold(&self, digest: &mut Digest<'_>) {
                digest.integer(u64::from(*self).cast_signed());
            }
        }
    )+};
}

number_values!(u16, u32, u64);

impl Value for String {
    const FORMAT: Format = Format::Text;

    fn from_text(text: String) -> Result<Self, Reject> {
        Ok(text)
    }

    fn fold(&self, digest: &mut Digest<'_>) {
        let bytes: Vec<u8> = self.chars().map(to_byte).collect();
        digest.bytes(&bytes);
    }
}

impl Value for char {
    const FORMAT: Format = Format::Code;

    fn from_text(text: String) -> Result<Self, Reject> {
        text.chars().next().ok_or(Reject::WrongLength)
    }

    fn fold(&self, digest: &mut Digest<'_>) {
        digest.integer(i64::from(to_byte(*self)));
    }
}

impl Value for Side {
    const FORMAT: Format = Format::Code;

    fn from_text(text: String) -> Result<Self, Reject> {
        match text.as_str() {
            "B" => Ok(Self::Buy),
            "S" => Ok(Self::Sell),
            _ => Err(Reject::UnknownSide),
        }
    }

    fn fold(&self, digest: &mut Digest<'_>) {
        digest.integer(i64::from(self.code()));
    }
}

/// The byte that `character` was made of.
fn to_byte(character: char) -> u8 {
    u8::try_from(character).unwrap_or(b'?')
}
