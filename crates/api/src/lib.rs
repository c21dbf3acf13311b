//! How the service is reached: the REST interface under `/api/v1`, the paths of BSrE's eSign Client, the pages, and public
//! verification.
//!
//! A handler parses, asks the one policy function, calls one use case and renders. What all of them share stands
//! here once: who asks ([`session`], [`client`]), one-time form tokens ([`form`]), problems ([`problem`]), words
//! ([`messages`]), limits ([`limits`]) and the headers of every answer ([`headers`]).
//!
//! It knows no database, no key and no PDF: those are behind `service`.

pub mod assets;
mod bsre;
pub mod client;
mod documentation;
pub mod form;
pub mod headers;
pub mod health;
pub mod lang;
pub mod limits;
pub mod messages;
pub mod once;
pub mod openapi;
pub mod origin;
pub mod pages;
pub mod present;
pub mod problem;
mod proof;
pub mod public;
mod receipt;
mod router;
pub mod session;
pub mod settings;
pub mod show;
pub mod state;
pub mod trace;
pub mod upload;
pub mod v1;

pub use router::router;
pub use settings::ApiSettings;
pub use state::ApiState;
