//! What the operator wants of signatures.

use signing::CertificateDer;
use signing::policy::{Anchor, AnchorPurpose, BadAnchor, Policy, RevocationRule, TrustAnchors};
use signing::x509::Certificate;

use super::Level;

/// How far signatures of letters carry their own proof, and who puts times on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provability {
    /// The level of signatures that are made from now on.
    pub level: Level,
    /// Who is asked for timestamps, in this order.
    pub authorities: Vec<Authority>,
}

/// An authority for timestamps (RFC 3161).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Where it is asked.
    pub url: String,
    /// Who vouches for it; nobody else's signature is trusted for that.
    pub anchors: Vec<CertificateDer>,
}

/// Why an authority cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// No address of the form http://host/path.
    #[error("its address must be http:// or https:// and a host")]
    Address,
    /// Nobody vouches for it.
    #[error("its trust file holds {0}")]
    Trust(#[source] BadAnchor),
}

impl Default for Provability {
    /// The signature alone.
    fn default() -> Self {
        Self {
            level: Level::BB,
            authorities: Vec::new(),
        }
    }
}

impl Authority {
    /// One whose certificate those in a PEM or DER file vouch for.
    ///
    /// # Errors
    /// [`AuthorityError`]: the address is none, or the file holds no certificate.
    pub fn new(url: &str, trust: &[u8]) -> Result<Self, AuthorityError> {
        let parsed = url::Url::parse(url).map_err(|_| AuthorityError::Address)?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(AuthorityError::Address);
        }
        let mut anchors = TrustAnchors::new();
        anchors.add_file(trust).map_err(AuthorityError::Trust)?;
        let anchors = anchors.iter().map(|anchor| anchor.certificate.clone());
        Ok(Self {
            url: url.to_owned(),
            anchors: anchors.collect(),
        })
    }

    /// Those who vouch for it, read.
    pub(super) fn certificates(&self) -> Vec<Certificate> {
        let read = |der: &CertificateDer| Certificate::parse(&der.0).ok();
        self.anchors.iter().filter_map(read).collect()
    }

    /// What its own certificate is judged by.
    pub(super) fn policy(&self) -> Policy {
        let mut anchors = TrustAnchors::new();
        for certificate in &self.anchors {
            anchors.add(Anchor::new(certificate.clone(), RevocationRule::default()));
        }
        Policy::new(anchors)
    }
}

impl Provability {
    /// Adds whoever vouches for an authority of timestamps, for nothing else.
    pub(crate) fn trust(&self, anchors: &mut TrustAnchors) {
        for certificate in self.authorities.iter().flat_map(|one| &one.anchors) {
            anchors.add(Anchor {
                purpose: AnchorPurpose::Timestamps,
                ..Anchor::new(certificate.clone(), RevocationRule::default())
            });
        }
    }
}
