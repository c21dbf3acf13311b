//! Builder's tools.
fn main() {}
