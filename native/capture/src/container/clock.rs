//! What the ticks of a capture's clock are in nanoseconds.

const NANOSECONDS_PER_SECOND: i128 = 1_000_000_000;

/// The clock of one interface.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    resolution: Resolution,
    offset_seconds: i64,
}

#[derive(Clone, Copy, Debug)]
enum Resolution {
    /// A tick is this many nanoseconds.
    Coarse(i128),
    /// This many ticks are a nanosecond.
    Fine(i128),
    /// 2 to this power ticks are a second.
    Binary(u8),
}

impl Clock {
    pub const MICROSECONDS: Self =
        Self { resolution: Resolution::Coarse(1_000), offset_seconds: 0 };

    /// From the options `if_tsresol` and `if_tsoffset` of an interface (pcapng, section 4.2): a
    /// negative power of 10, or of 2 where the highest bit is set.
    pub fn new(if_tsresol: u8, offset_seconds: i64) -> Result<Self, String> {
        let power = if_tsresol & 0x7f;
        let resolution = match (if_tsresol & 0x80 != 0, power) {
            (true, 0..=63) => Resolution::Binary(power),
            (false, 0..=9) => Resolution::Coarse(10_i128.pow(u32::from(9 - power))),
            (false, 10..=18) => Resolution::Fine(10_i128.pow(u32::from(power - 9))),
            (binary, _) => {
                return Err(format!(
                    "expected a clock that ticks in at least 10^-18 s or 2^-63 s; found {}^-{power}",
                    if binary { 2 } else { 10 }
                ));
            }
        };
        Ok(Self { resolution, offset_seconds })
    }

    /// Nanoseconds since 1970; none where they do not fit.
    pub fn nanoseconds(&self, ticks: u64) -> Option<i64> {
        let ticks = i128::from(ticks);
        let since = match self.resolution {
            Resolution::Coarse(factor) => ticks * factor,
            Resolution::Fine(divisor) => ticks / divisor,
            Resolution::Binary(power) => (ticks * NANOSECONDS_PER_SECOND) >> power,
        };
        i64::try_from(since + i128::from(self.offset_seconds) * NANOSECONDS_PER_SECOND).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;

    fn nanoseconds(if_tsresol: u8, offset: i64, ticks: u64) -> Option<i64> {
        Clock::new(if_tsresol, offset).expect("a resolution that exists").nanoseconds(ticks)
    }

    #[test]
    fn ticks_of_any_length_are_nanoseconds() {
        assert_eq!(nanoseconds(6, 0, 1_000_001), Some(1_000_001_000));
        assert_eq!(nanoseconds(9, 0, 1_000_001), Some(1_000_001));
        assert_eq!(nanoseconds(0, 0, 7), Some(7_000_000_000));
        assert_eq!(nanoseconds(12, 0, 1_999), Some(1));
        assert_eq!(nanoseconds(0x8a, 0, 1_536), Some(1_500_000_000));
        assert_eq!(nanoseconds(0xbf, 0, 1 << 62), Some(500_000_000));
    }

    #[test]
    fn an_offset_is_added_in_seconds() {
        assert_eq!(nanoseconds(9, -2, 1), Some(-1_999_999_999));
    }

    #[test]
    fn a_time_that_does_not_fit_is_none() {
        assert_eq!(nanoseconds(0, 0, u64::MAX), None);
        assert_eq!(nanoseconds(9, i64::MAX, 0), None);
    }

    #[test]
    fn a_resolution_that_nothing_has_is_refused() {
        assert!(Clock::new(19, 0).is_err());
        assert!(Clock::new(0xc0, 0).is_err());
    }
}
