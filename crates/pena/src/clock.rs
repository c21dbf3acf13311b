//! The machine's clock, in the precision of signatures.

use std::time::{SystemTime, UNIX_EPOCH};

use signing::UtcTime;

/// The present second.
#[expect(
    clippy::disallowed_methods,
    reason = "the program is where the world's time comes in"
)]
pub fn now() -> UtcTime {
    let elapsed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    UtcTime::from_unix(i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX))
}
