//! Making a signature: fields, the three phases, the trait of keys, and what makes a signature provable for longer.

pub mod algorithm;
pub mod archive;
pub mod drawing;
pub mod dss;
pub mod ecdsa;
pub mod error;
pub mod extend;
pub mod lint;
pub mod request;
pub mod signer;
pub mod timestamp;

mod appearance;
mod ceremony;
mod dictionary;
mod hex_bytes;
mod local;
mod marker;
mod place;
mod prepared;
mod preview;
mod restriction;
mod seed;
mod stack;

pub use algorithm::{Padding, SignatureAlgorithm, Wish};
pub use ceremony::{Ceremony, sign, signed_cms};
pub use drawing::{Drawing, DrawingError};
pub use error::{EmbedError, Rule, SignError};
pub use local::LocalSigner;
pub use marker::{Marked, locate};
pub use place::{FieldInfo, fields, place_fields};
pub use prepared::{Append, ToBeSigned};
pub use preview::{Preview, preview};
pub use request::{Appearance, Lock, LockedFields, NewField, Permission, Place, Request, Room};
pub use seed::Demand;
pub use signer::{AttributeSigner, CertificateDer, SignerError};
