//! One file per command: its options, and what it does.

pub mod account;
pub mod audit;
pub mod completion;
pub mod demo;
pub mod key;
pub mod sign;
pub mod user;
pub mod verify;
pub mod worker;
