//! What may change after a signature: an allow-list. The effective objects of two revisions are compared; every object that
//! differs must be claimed by a rule, and what no rule claims is `other` (ISO 32000-2 12.8.2.2).

pub mod level;

mod compare;
pub(crate) mod fields;
mod permission;
mod rules;
mod step;

pub(crate) use compare::dangling;
pub(crate) use permission::{Restriction, judge};
pub(crate) use step::{LooseReferences, Step, changes};

pub use level::{Change, Modification, Visibility};
