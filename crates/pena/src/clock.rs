//! The machine's clock, in the precision of signatures.

use service::clock::{Clock, SystemClock};
use signing::UtcTime;

/// The present second.
pub fn now() -> UtcTime {
    UtcTime::from_unix(SystemClock.now().micros().div_euclid(1_000_000))
}
