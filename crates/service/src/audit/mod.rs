//! Whether what is stored explains itself.

pub mod reconcile;
