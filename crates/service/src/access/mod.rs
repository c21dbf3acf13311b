//! Who may do what: one policy, asked before every use case.
//!
//! The rules of `flow` decide on top of it, by position and stage; this is what keeps one OPD from another's letters
//! and everybody from what is not theirs to know.

mod action;
mod facts;
mod permit;
mod policy;

pub use action::Action;
pub use facts::{AgendaFacts, LetterFacts};
pub(crate) use permit::letter_found;
pub use permit::{AgendaPermit, LetterPermit, agenda, letter, require, require_anywhere};
pub use policy::{Decision, Object, allowed};
