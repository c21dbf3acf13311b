//! A clock that stands still until it is moved.

use std::sync::atomic::{AtomicI64, Ordering};

use flow::time::Timestamp;
use service::clock::Clock;

/// Tuesday 24 November 2026, 09:00 WIB.
const MORNING: i64 = 1_795_485_600_000_000;

pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn new() -> Self {
        Self(AtomicI64::new(MORNING))
    }

    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    pub fn set(&self, at: Timestamp) {
        self.0.store(at.micros(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}
