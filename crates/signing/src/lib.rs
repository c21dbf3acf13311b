//! Under construction in this series.
#![warn(clippy::as_conversions, clippy::indexing_slicing)]
