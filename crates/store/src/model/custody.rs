//! Keys, certificates and activations.

use flow::digest::Sha256;
use flow::id::{ActivationId, KeyId, PejabatId};
use flow::time::Timestamp;

use crate::text::text_enum;

text_enum! {
    /// What a key is for.
    KeyPurpose {
        /// An official's signing key.
        Official = "official",
        /// The CA that issues officials' certificates.
        IssuingCa = "issuing_ca",
        /// The institution's seal.
        Seal = "seal",
        /// HMAC of actors in the audit log.
        Pseudonym = "pseudonym",
        /// Seals single columns (NIK).
        Field = "field",
        /// Seals the data keys of letters.
        Data = "data",
    }
}

/// A key that is about to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// Its id, bound into the envelope.
    pub id: KeyId,
    /// Whose it is, for an official's key.
    pub pejabat: Option<PejabatId>,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// The vault envelope (decision 0006); empty for a key that lies elsewhere.
    pub envelope: String,
    /// When.
    pub created: Timestamp,
}

/// A stored key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// What was stored.
    pub key: NewKey,
    /// How often it was (to be) used.
    pub uses: u64,
    /// Wrong passphrases since the last right one.
    pub failures: u64,
    /// When a passphrase was last tried.
    pub last_attempt: Option<Timestamp>,
}

/// Where an official's key lies that the vault did not make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPlace {
    /// In the vault, brought along as PKCS#12.
    Imported,
    /// On a token.
    Token {
        /// The operator's name for module and token.
        provider: String,
        /// The label of the key.
        label: String,
    },
    /// At a signing service.
    Service {
        /// The operator's name for the service.
        provider: String,
        /// The id of the key there.
        credential: String,
    },
}

text_enum! {
    /// What an official gives to allow the use of a key.
    KeySecret {
        /// The passphrase it is sealed under.
        Passphrase = "passphrase",
        /// The PIN of its token or service.
        Pin = "pin",
        /// The PIN, and a one-time code of the service.
        PinAndCode = "pin_otp",
    }
}

/// A stored key that the vault did not make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundKey {
    /// The key.
    pub key: KeyId,
    /// Where it lies.
    pub place: KeyPlace,
    /// What its use asks for.
    pub asks: KeySecret,
    /// Certificates of its issuers, PEM, the nearest first.
    pub issuers: String,
}

/// A certificate that is about to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCertificate {
    /// The key of the CA that issued it; its own key for a root, and for one that no CA of ours issued.
    pub issuer: KeyId,
    /// Its serial number, big-endian.
    pub serial: Vec<u8>,
    /// The stored key it certifies.
    pub key: Option<KeyId>,
    /// The certificate.
    pub der: Vec<u8>,
    /// Start of validity.
    pub not_before: Timestamp,
    /// End of validity.
    pub not_after: Timestamp,
}

/// A stored certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRow {
    /// What was stored.
    pub certificate: NewCertificate,
    /// When it was revoked, and why.
    pub revoked: Option<(Timestamp, String)>,
}

/// A signed list of revoked certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrlRow {
    /// The CA's key.
    pub issuer: KeyId,
    /// The CRL number.
    pub number: u64,
    /// The list.
    pub der: Vec<u8>,
    /// Its thisUpdate.
    pub this_update: Timestamp,
}

text_enum! {
    /// Where an activation stands (decision 0007); only `live` can be left.
    ActivationState {
        /// It can still sign.
        Live = "live",
        /// Every named version was used.
        Spent = "spent",
        /// Its time is over.
        Expired = "expired",
        /// Withdrawn, or its process died.
        Void = "void",
    }
}

/// An activation that is about to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewActivation {
    /// Its id.
    pub id: ActivationId,
    /// The key it opens.
    pub key: KeyId,
    /// Who entered the passphrase.
    pub pejabat: PejabatId,
    /// SHA-256 of every version that was shown.
    pub versions: Vec<Sha256>,
    /// When.
    pub created: Timestamp,
    /// Until when.
    pub expires: Timestamp,
    /// The node whose memory holds the unlocked key.
    pub node: String,
    /// The start of that node's process.
    pub epoch: String,
}

/// One version an activation names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionUse {
    /// The version.
    pub sha256: Sha256,
    /// When it was taken for an intent.
    pub used_at: Option<Timestamp>,
}

/// A stored activation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationRow {
    /// Its id.
    pub id: ActivationId,
    /// The key it opens.
    pub key: KeyId,
    /// Who entered the passphrase.
    pub pejabat: PejabatId,
    /// Where it stands.
    pub state: ActivationState,
    /// When.
    pub created: Timestamp,
    /// Until when.
    pub expires: Timestamp,
    /// The node whose memory holds the unlocked key.
    pub node: String,
    /// The start of that node's process.
    pub epoch: String,
    /// What it names.
    pub versions: Vec<VersionUse>,
}

/// What came of taking a version from an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// Taken; more are left.
    Taken,
    /// Taken; it was the last one and the activation is spent.
    TakenLast,
    /// Not named, already used, expired, or no longer live.
    Refused,
}
