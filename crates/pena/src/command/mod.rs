//! One file per command: its options, and what it does.

pub mod account;
pub mod audit;
pub mod completion;
pub mod config;
mod copy;
pub mod demo;
pub mod doctor;
pub mod extend;
pub mod fields;
pub mod key;
mod look;
mod place;
mod provable;
pub mod serve;
pub mod sign;
pub mod stamp;
pub mod timestamp;
pub mod user;
pub mod verify;
pub mod worker;
