//! Growing delays after wrong passphrases, never a permanent lock.

/// The earliest time (seconds since 1970) at which the next attempt may be evaluated, given the
/// failures in a row and the time of the last one. The caller counts an attempt durably *before*
/// the derivation runs and clears the count after a right passphrase.
///
/// The first five are free; then 30 s, doubling to at most 15 minutes.
#[must_use]
pub fn wait_until(failures: u32, last_attempt: i64) -> i64 {
    let Some(over) = failures.checked_sub(5) else {
        return last_attempt;
    };
    let delay = 30_i64
        .checked_shl(over.min(5))
        .unwrap_or(MAX_DELAY_SECONDS)
        .min(MAX_DELAY_SECONDS);
    last_attempt.saturating_add(delay)
}

const MAX_DELAY_SECONDS: i64 = 15 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_after_five_failures_and_stop_at_a_quarter_of_an_hour() {
        let delays: Vec<i64> = (0..12).map(|n| wait_until(n, 1000) - 1000).collect();
        assert_eq!(delays, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(wait_until(u32::MAX, 0), 900);
    }

    #[test]
    fn ten_minutes_of_guessing_evaluate_fewer_than_twenty() {
        let (mut now, mut failures) = (0, 0);
        while wait_until(failures, now) <= 600 {
            now = wait_until(failures, now);
            failures += 1;
        }
        assert!(failures < 20, "{failures}");
    }
}
