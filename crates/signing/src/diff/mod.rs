//! What may change after a signature: an allow-list. The effective objects of two revisions are compared; every object that
//! differs must be claimed by a rule, and what no rule claims is `other` (ISO 32000-2 12.8.2.2).

pub mod change;
pub mod level;

mod classify;
mod compare;
mod doubled;
pub(crate) mod fields;
mod kind;
mod orphan;
mod permission;
mod reach;
mod references;
mod rules;
mod step;

pub(crate) use compare::dangling;
pub(crate) use permission::{Restriction, judge};
pub(crate) use reach::reaches_beyond;
pub(crate) use references::References;
pub(crate) use step::{Step, changes, object};

pub use change::{Change, ChangeKind, Place, Rectangle, Visibility};
pub use level::Modification;
