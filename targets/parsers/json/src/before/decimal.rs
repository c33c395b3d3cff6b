//! Decimal text to fixed point, by way of more text.

/// Decimals that a fixed-point number keeps.
const DECIMALS: usize = 8;

/// Reads what `crate::decimal::parse_e8` reads.
#[allow(clippy::needless_pass_by_value)] // a planted clone: every caller copies its text first
pub(super) fn parse_e8(text: String) -> Option<i64> {
    let unsigned = text.trim_start_matches('-').to_string();
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole.to_string(), fraction.to_string()),
        None => (unsigned.clone(), "0".to_string()),
    };
    if text.len() > unsigned.len() + 1 || !is_number(&whole) || !is_number(&fraction) {
        return None;
    }
    let padded = format!("{fraction:0<DECIMALS$}");
    let (kept, beyond) = padded.split_at(DECIMALS);
    if beyond.chars().any(|digit| digit != '0') {
        return None;
    }
    let magnitude: i64 = format!("{whole}{kept}").parse().ok()?;
    Some(if text.starts_with('-') { -magnitude } else { magnitude })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|digit| digit.is_ascii_digit())
}
