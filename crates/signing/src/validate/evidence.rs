//! What a caller brings along: certificates and revocation lists, from files or fetched.

use serde::{Deserialize, Serialize};

use super::facts::{Facts, SignatureFacts};
use crate::{
    CertificateDer,
    policy::{Policy, RevocationRule, trust::pem_or_der},
    x509::{Certificate, crl::Crl},
};

/// Certificates and revocation lists beside those in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Certificates of issuers; they complete a path and are never trusted for being given.
    pub certificates: Vec<CertificateDer>,
    /// Revocation lists, DER.
    pub crls: Vec<Vec<u8>>,
}

/// Bytes that were given as a revocation list and are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no certificate revocation list, neither PEM nor DER")]
pub struct BadCrl;

impl Evidence {
    /// Nothing.
    pub const fn new() -> Self {
        Self {
            certificates: Vec::new(),
            crls: Vec::new(),
        }
    }

    /// Adds every revocation list of a PEM file, or the one of a DER file.
    ///
    /// # Errors
    /// When there is none in it, or one that cannot be read.
    pub fn add_crl_file(&mut self, bytes: &[u8]) -> Result<(), BadCrl> {
        for der in pem_or_der(bytes, "X509 CRL").ok_or(BadCrl)? {
            Crl::parse(&der).map_err(|_| BadCrl)?;
            self.crls.push(der);
        }
        Ok(())
    }
}

/// Everything parsed once for all signatures of a file.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) anchors: Vec<Certificate>,
    rules: Vec<RevocationRule>,
    pub(super) certificates: Vec<Certificate>,
    lists: Vec<Crl>,
}

impl Opened {
    pub(super) fn new(facts: &Facts, evidence: &Evidence, policy: &Policy) -> Self {
        let given = evidence
            .certificates
            .iter()
            .map(|certificate| &certificate.0);
        let (anchors, rules) = policy
            .anchors
            .iter()
            .filter_map(|anchor| {
                Some((
                    Certificate::parse(&anchor.certificate.0).ok()?,
                    anchor.revocation,
                ))
            })
            .unzip();
        Self {
            anchors,
            rules,
            certificates: given
                .chain(&facts.certificates)
                .filter_map(|der| Certificate::parse(der).ok())
                .collect(),
            lists: evidence
                .crls
                .iter()
                .chain(&facts.crls)
                .filter_map(|der| Crl::parse(der).ok())
                .collect(),
        }
    }

    /// How much revocation matters below an anchor.
    pub(super) fn rule(&self, anchor: usize) -> RevocationRule {
        self.rules.get(anchor).copied().unwrap_or_default()
    }

    /// With what one signature itself carries.
    pub(super) fn with_cms(&self, facts: &SignatureFacts) -> (Vec<Certificate>, Vec<Crl>) {
        let mut pool: Vec<Certificate> = match &facts.cms {
            Ok(cms) => cms
                .certificates
                .iter()
                .filter_map(|der| Certificate::parse(der).ok())
                .collect(),
            Err(_) => Vec::new(),
        };
        pool.extend(self.certificates.iter().cloned());
        let mut lists = self.lists.clone();
        if let Ok(cms) = &facts.cms {
            lists.extend(cms.crls.iter().filter_map(|der| Crl::parse(der).ok()));
        }
        (pool, lists)
    }
}
