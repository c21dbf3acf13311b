//! Making a signature: fields, the three phases, and the trait of keys.

pub mod error;
pub mod request;
pub mod signer;

mod appearance;
mod ceremony;
mod dictionary;
mod place;
mod prepared;
mod restriction;

pub use ceremony::{Ceremony, sign};
pub use error::{EmbedError, Rule, SignError};
pub use place::{FieldInfo, fields, place_fields};
pub use prepared::{Append, ToBeSigned};
pub use request::{Appearance, Lock, LockedFields, NewField, Permission, Place, Request};
pub use signer::{AttributeSigner, CertificateDer, RingSigner, SignatureAlgorithm, SignerError};
