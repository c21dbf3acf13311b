//! What a caller brings along: certificates and revocation lists, from files or fetched.

use serde::{Deserialize, Serialize};

use super::{
    facts::{Facts, SignatureFacts},
    report::Kind,
};
use crate::{
    CertificateDer, UtcTime,
    policy::{AlgorithmPolicy, Anchor, AnchorPurpose, Policy, RevocationRule, trust::pem_or_der},
    x509::{
        Certificate, Path, Revocations,
        crl::{Crl, Status},
    },
};

/// Certificates and revocation lists beside those in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Certificates of issuers; they complete a path and are never trusted for being given.
    pub certificates: Vec<CertificateDer>,
    /// Revocation lists, DER.
    pub crls: Vec<Vec<u8>>,
    /// Answers of responders, DER.
    #[serde(default)]
    pub ocsps: Vec<Vec<u8>>,
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
            ocsps: Vec::new(),
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
pub(crate) struct Opened {
    anchors: Vec<(Certificate, Anchor)>,
    /// Anchors that vouch for signers.
    pub(crate) for_signers: Vec<Certificate>,
    /// Anchors that vouch for timestamps.
    pub(crate) for_timestamps: Vec<Certificate>,
    pub(crate) certificates: Vec<Certificate>,
    /// Until when algorithms prove anything by themselves.
    pub(crate) algorithms: AlgorithmPolicy,
    revocations: Revocations,
    /// Of the file alone.
    embedded: Revocations,
}

/// What is at hand for one signature.
#[derive(Debug)]
pub(crate) struct Material {
    pub(crate) pool: Vec<Certificate>,
    pub(crate) revocations: Revocations,
}

impl Opened {
    /// For somebody whose clock says `now`.
    pub(crate) fn new(facts: &Facts, evidence: &Evidence, policy: &Policy, now: UtcTime) -> Self {
        let given = evidence
            .certificates
            .iter()
            .map(|certificate| &certificate.0);
        let anchors: Vec<(Certificate, Anchor)> = policy
            .anchors
            .iter()
            .filter_map(|anchor| {
                let certificate = Certificate::parse(&anchor.certificate.0).ok()?;
                Some((certificate, anchor.clone()))
            })
            .collect();
        let trusted = |may: fn(AnchorPurpose) -> bool| {
            let some = anchors.iter().filter(|(_, anchor)| may(anchor.purpose));
            some.map(|(certificate, _)| certificate.clone()).collect()
        };
        Self {
            for_signers: trusted(AnchorPurpose::vouches_for_signers),
            for_timestamps: trusted(AnchorPurpose::vouches_for_timestamps),
            anchors,
            algorithms: policy.algorithms.clone(),
            certificates: given
                .chain(&facts.certificates)
                .filter_map(|der| Certificate::parse(der).ok())
                .collect(),
            embedded: Revocations::read(facts.crls.iter(), facts.ocsps.iter(), now),
            revocations: Revocations::read(
                evidence.crls.iter().chain(&facts.crls),
                evidence.ocsps.iter().chain(&facts.ocsps),
                now,
            ),
        }
    }

    /// How much revocation matters on a path.
    pub(crate) fn rule(&self, path: &Path) -> RevocationRule {
        self.anchor(path)
            .map_or_else(RevocationRule::default, |anchor| anchor.revocation)
    }

    /// How people know the anchor of a path.
    pub(crate) fn anchor_name(&self, path: &Path) -> Option<String> {
        let named = self.anchor(path).and_then(|anchor| anchor.name.clone());
        named.or_else(|| Some(path.certificates().last()?.subject_text.clone()))
    }

    fn anchor(&self, path: &Path) -> Option<&Anchor> {
        let last = path.certificates().last()?;
        let found = self.anchors.iter().find(|(known, _)| known.der == last.der);
        found.map(|(_, anchor)| anchor)
    }

    /// The anchors that vouch for one kind of signature.
    pub(crate) fn anchors_for(&self, kind: Kind) -> &[Certificate] {
        match kind {
            Kind::Signature => &self.for_signers,
            Kind::DocumentTimestamp => &self.for_timestamps,
        }
    }

    /// Everything about revocation but what single signatures carry.
    pub(crate) const fn revocations(&self) -> &Revocations {
        &self.revocations
    }

    /// What the file alone, and this signature in it, know about revocation.
    pub(crate) fn embedded(&self, facts: &SignatureFacts) -> Revocations {
        let lists = match &facts.cms {
            Ok(cms) => cms.crls.as_slice(),
            Err(_) => &[],
        };
        let lists = lists.iter().filter_map(|der| Crl::parse(der).ok());
        self.embedded.clone().and_lists(lists)
    }

    /// Whether evidence in the file clears every certificate of a path.
    pub(crate) fn clears_by_itself(
        &self,
        path: &Path,
        facts: &SignatureFacts,
        at: UtcTime,
    ) -> bool {
        let embedded = self.embedded(facts);
        path.links().all(|(certificate, issuer)| {
            matches!(
                embedded.status(certificate, issuer, at),
                Status::Good { .. }
            )
        })
    }

    /// With what one signature itself carries.
    pub(crate) fn with_cms(&self, facts: &SignatureFacts) -> Material {
        let (own, lists): (&[Vec<u8>], &[Vec<u8>]) = match &facts.cms {
            Ok(cms) => (&cms.certificates, &cms.crls),
            Err(_) => (&facts.named_certificates, &[]),
        };
        let own = own.iter().filter_map(|der| Certificate::parse(der).ok());
        let lists = lists.iter().filter_map(|der| Crl::parse(der).ok());
        let pool: Vec<Certificate> = own.chain(self.certificates.iter().cloned()).collect();
        let revocations = self.revocations.clone().and_lists(lists);
        let anchors: Vec<Certificate> = self.anchors.iter().map(|(one, _)| one.clone()).collect();
        Material {
            revocations: revocations.and_authorities(&pool, &anchors),
            pool,
        }
    }
}
