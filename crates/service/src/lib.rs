//! The use cases, one verb a file: joins the rooms and owns their transactions.
//!
//! What stands here is the pure part that the durable use cases call: what to do with a signature that a
//! crash cut off ([`sign::settle`]), and whether numbers, key uses and intents explain each other
//! ([`audit::reconcile`]). Neither reads a clock, a database or a key, so every rule runs in a test.
//!
//! It knows no web framework, and it never uses a key, renders or derives inside a transaction.

pub mod audit;
pub mod sign;
