//! The outside world over one guarded HTTP client.
