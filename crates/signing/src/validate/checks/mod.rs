//! The blocks of EN 319 102-1 clause 5.2, each a plain function from facts to findings and a conclusion.

pub(crate) mod algorithms;
pub(crate) mod changes;
pub(crate) mod mathematics;
pub(crate) mod profile;
pub(crate) mod trust;
