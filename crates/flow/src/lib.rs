//! The rules of a regency's letters and of its office.
//!
//! A letter ([`naskah`]), a number register ([`register`]) and an entry of incoming mail ([`agenda`])
//! are each the fold of their events: `decide` says which events a command leads to, or which rule
//! forbids it and who can put it right; `evolve` applies them. Who may act for which position is a
//! question to the [`office::Office`].
//!
//! ```
//! use flow::naskah::{self, Command, Naskah, Refusal};
//! # use flow::{Timestamp, id::{JabatanId, NaskahId, PejabatId}, office::{Actor, Office}};
//! # let now = Timestamp::from_micros(1_795_489_200_000_000);
//! # let actor = Actor { pejabat: PejabatId::new(now, [1; 10]), jabatan: JabatanId::new(now, [1; 10]) };
//! # let office = Office::default();
//! let naskah = Naskah::new(NaskahId::new(now, [7; 10]));
//! let answer = naskah::decide(&naskah, Command::Submit, &actor, &office, now);
//! assert_eq!(answer, Err(Refusal::Stage("new")));
//! ```
//!
//! What it will not do: read a clock, draw random numbers, touch files, sockets or a database, know a
//! PDF or a key. Activations and intents, which live shorter than a letter, belong to `service`.
#![warn(clippy::as_conversions, clippy::indexing_slicing)]

pub mod account;
pub mod agenda;
pub mod bidi;
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
pub mod office_event;
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
