//! A span of time, its beginning inside and its end outside.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// From an instant on, until another one or until further notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Bounds", into = "Bounds")]
pub struct Interval {
    from: Timestamp,
    until: Option<Timestamp>,
}

/// The end is not after the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the interval ends before it begins")]
pub struct IntervalError;

impl Interval {
    /// The span from `from` until `until`, or for ever.
    ///
    /// # Errors
    /// When it would be empty.
    pub fn new(from: Timestamp, until: Option<Timestamp>) -> Result<Self, IntervalError> {
        if until.is_some_and(|until| until <= from) {
            return Err(IntervalError);
        }
        Ok(Self { from, until })
    }

    /// Its first instant.
    pub const fn from(self) -> Timestamp {
        self.from
    }

    /// The first instant after it.
    pub const fn until(self) -> Option<Timestamp> {
        self.until
    }

    /// Whether the instant lies inside.
    pub fn contains(self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds {
    from: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
}

impl TryFrom<Bounds> for Interval {
    type Error = IntervalError;

    fn try_from(bounds: Bounds) -> Result<Self, IntervalError> {
        Self::new(bounds.from, bounds.until)
    }
}

impl From<Interval> for Bounds {
    fn from(interval: Interval) -> Self {
        Self {
            from: interval.from,
            until: interval.until,
        }
    }
}
