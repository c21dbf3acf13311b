//! The writer as foreign validators and foreign documents see it.

mod corpus;
mod defaults;
mod hostile;
mod support;
