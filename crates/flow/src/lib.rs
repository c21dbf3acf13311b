//! The rules of a regency's letters and of its office: pure values and functions, no clock, no I/O.
#![warn(clippy::as_conversions, clippy::indexing_slicing)]

pub mod agenda;
pub mod digest;
pub mod event;
pub mod id;
pub mod interval;
pub mod jabatan;
pub mod jenis;
pub mod klasifikasi;
pub mod mandat;
pub mod naskah;
pub mod nomor;
pub mod office;
pub mod opd;
pub mod pejabat;
pub mod penanda;
pub mod refusal;
pub mod register;
pub mod sifat;
pub mod time;

#[cfg(test)]
mod testing;

pub use digest::Sha256;
pub use time::{CalendarDate, Timestamp, Zone};
