//! Numbers out of strings.

/// Decimals of a price or size.
const DECIMALS: usize = 8;

/// A count of up to 18 digits.
pub fn count(text: &str) -> Option<u64> {
    let is_count = text.len() <= 18 && text.chars().all(|digit| digit.is_ascii_digit());
    if is_count { text.parse().ok() } else { None }
}

/// A decimal number in units of 1e-8.
pub fn fixed_point(text: &str) -> Option<i64> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", text),
    };
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{decimals}");
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let mut decimals = decimals.to_string();
    while decimals.len() > DECIMALS {
        if decimals.pop() != Some('0') {
            return None;
        }
    }
    format!("{sign}{whole}{decimals:0<DECIMALS$}").parse().ok()
}
