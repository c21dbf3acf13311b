//! Anchors and the policy of one validation.

use serde::{Deserialize, Serialize};
use x509_parser::pem::Pem;

use super::algorithms::AlgorithmPolicy;
use crate::{CertificateDer, x509::Certificate};

/// The certificates a validator starts from; never those a document brings along.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TrustAnchors {
    anchors: Vec<Anchor>,
}

/// One certificate that is trusted by configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The certificate.
    pub certificate: CertificateDer,
    /// How much revocation matters below it.
    pub revocation: RevocationRule,
    /// What it is trusted for.
    #[serde(default)]
    pub purpose: AnchorPurpose,
    /// How people know it, where that is not its subject.
    #[serde(default)]
    pub name: Option<String>,
}

/// What an anchor is trusted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnchorPurpose {
    /// Signers and timestamps.
    #[default]
    Any,
    /// Signers of the national authorities (PSrE).
    National,
    /// Signers of an authority of the office's own.
    Internal,
    /// Timestamps alone.
    Timestamps,
}

impl AnchorPurpose {
    /// Whether it may vouch for a signer.
    pub(crate) const fn vouches_for_signers(self) -> bool {
        match self {
            Self::Any | Self::National | Self::Internal => true,
            Self::Timestamps => false,
        }
    }

    /// Whether it may vouch for a timestamp. An authority of our own stamps as well.
    pub(crate) const fn vouches_for_timestamps(self) -> bool {
        match self {
            Self::Any | Self::Internal | Self::Timestamps => true,
            Self::National => false,
        }
    }
}

impl Anchor {
    /// Trusted for everything, under the name of its subject.
    pub const fn new(certificate: CertificateDer, revocation: RevocationRule) -> Self {
        Self {
            certificate,
            revocation,
            purpose: AnchorPurpose::Any,
            name: None,
        }
    }
}

/// What missing revocation information means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationRule {
    /// Without current information nothing passes.
    Require,
    /// What is known counts; what is not known is said.
    #[default]
    IfKnown,
    /// Nobody looks.
    Ignore,
}

/// What one validation is judged by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Whom to trust.
    pub anchors: TrustAnchors,
    /// Until when algorithms prove anything by themselves.
    #[serde(default)]
    pub algorithms: AlgorithmPolicy,
}

/// Bytes that were given as an anchor and are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no certificate, neither PEM nor DER")]
pub struct BadAnchor;

impl TrustAnchors {
    /// Trusts nobody yet.
    pub const fn new() -> Self {
        Self {
            anchors: Vec::new(),
        }
    }

    /// Adds every certificate of a PEM file, or the one of a DER file, with the default rule.
    ///
    /// # Errors
    /// When there is no certificate in it, or one that cannot be read.
    pub fn add_file(&mut self, bytes: &[u8]) -> Result<(), BadAnchor> {
        let ders = pem_or_der(bytes, "CERTIFICATE").ok_or(BadAnchor)?;
        for der in ders {
            Certificate::parse(&der).map_err(|_| BadAnchor)?;
            self.add(Anchor::new(CertificateDer(der), RevocationRule::default()));
        }
        Ok(())
    }

    /// Adds one.
    pub fn add(&mut self, anchor: Anchor) {
        self.anchors.push(anchor);
    }

    /// All, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &Anchor> {
        self.anchors.iter()
    }
}

impl Policy {
    /// Trusts these, with everything else by default.
    pub fn new(anchors: TrustAnchors) -> Self {
        Self {
            anchors,
            algorithms: AlgorithmPolicy::default(),
        }
    }
}

/// The DER of every PEM block with this label, or the bytes themselves when they look like DER.
pub(crate) fn pem_or_der(bytes: &[u8], label: &str) -> Option<Vec<Vec<u8>>> {
    if bytes.first() == Some(&0x30) {
        return Some(vec![bytes.to_vec()]);
    }
    let blocks: Vec<Vec<u8>> = Pem::iter_from_buffer(bytes)
        .filter_map(Result::ok)
        .filter(|block| block.label == label)
        .map(|block| block.contents)
        .collect();
    (!blocks.is_empty()).then_some(blocks)
}
