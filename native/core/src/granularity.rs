//! The steps that a clock moves in.

/// What a clock moves by, in its ticks, from readings that were taken one right after the other.
///
/// The processor's counter moves by the same number of ticks each time, which is the greatest
/// common divisor of all differences: 1 on bare metal, 26 where a hypervisor lets it step by 10 ns.
///
/// A clock that the kernel makes of such a counter is rounded to whole nanoseconds: steps of 10.015
/// come out as 10 and 11. Its differences lie in small groups, the distance between which is its
/// step. A clock whose differences fill a range is as fine as its tick.
pub(crate) fn granularity_ticks(readings: &[u64]) -> u64 {
    let mut differences: Vec<u64> =
        readings.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect();
    differences.push(0);
    differences.sort_unstable();
    let divisor = differences.iter().fold(0, |divisor, &it| greatest_common_divisor(it, divisor));
    if divisor > 1 {
        return divisor;
    }
    // Long ones are interrupts, of which there are too few to fill a range.
    let moved = &differences[differences.partition_point(|&it| it == 0)..];
    let longest = moved.get(moved.len() / 2).map_or(0, |median| 2 * median);
    differences.retain(|&it| it <= longest);
    let groups: Vec<&[u64]> = differences.chunk_by(|one, next| next - one <= 1).collect();
    if groups.iter().any(|group| group[group.len() - 1] - group[0] > 1) {
        return 1;
    }
    groups.windows(2).map(|pair| pair[1][0] - pair[0][0]).min().unwrap_or(1)
}

const fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Readings of a clock that is looked at every 25 to 60 ns or so.
    fn look(clock: impl Fn(f64) -> u64) -> Vec<u64> {
        let mut time_ns = 1e9;
        (0..5_000)
            .map(|number| {
                time_ns += 25.0 + f64::from(number * 7_919 % 3_500) / 100.0;
                clock(time_ns)
            })
            .collect()
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // positive and small
    fn steps(time_ns: f64, step_ns: f64) -> u64 {
        (time_ns / step_ns) as u64
    }

    #[test]
    fn a_counter_moves_by_the_divisor_of_its_differences() {
        assert_eq!(granularity_ticks(&look(|ns| 26 * steps(ns, 10.015))), 26);
        assert_eq!(granularity_ticks(&look(|ns| steps(ns, 0.385))), 1);
    }

    #[test]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // positive and small
    fn a_clock_of_whole_nanoseconds_moves_by_the_steps_of_what_it_is_made_of() {
        let made_of = |step_ns: f64| look(move |ns| (steps(ns, step_ns) as f64 * step_ns) as u64);
        assert_eq!(granularity_ticks(&made_of(10.015)), 10);
        assert_eq!(granularity_ticks(&made_of(279.365)), 279);
        assert_eq!(granularity_ticks(&made_of(0.4)), 1);
    }

    #[test]
    fn a_clock_that_stands_still_moves_by_its_tick() {
        assert_eq!(granularity_ticks(&[5, 5, 5]), 1);
        assert_eq!(granularity_ticks(&[]), 1);
    }
}
