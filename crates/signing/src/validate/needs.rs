//! What evidence would help a judgement, for a caller that may fetch within its own limits.

use super::{
    evidence::{Evidence, Opened},
    facts::Facts,
};
use crate::{
    UtcTime,
    policy::{Policy, RevocationRule},
    x509::{
        crl::{self, Status},
        path,
    },
};

/// One thing that would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A current revocation list from one of these addresses.
    Crl {
        /// About the certificate of this subject.
        subject: String,
        /// Where its issuer says the list lies.
        urls: Vec<String>,
    },
}

/// What would help. Only certificates that an anchor vouches for are looked at: an address that a stranger wrote into a
/// certificate of his own is never fetched.
pub fn needs(facts: &Facts, policy: &Policy, evidence: &Evidence, at: UtcTime) -> Vec<Need> {
    let opened = Opened::new(facts, evidence, policy);
    let mut needs: Vec<Need> = Vec::new();
    for signature in &facts.signatures {
        let (pool, lists) = opened.with_cms(signature);
        let Some(signer) = super::checks::mathematics::Mathematics::check(signature, &pool).signer
        else {
            continue;
        };
        let Ok(path) = path::build(&signer, &pool, &opened.anchors, at) else {
            continue;
        };
        if opened.rule(path.anchor()) == RevocationRule::Ignore {
            continue;
        }
        for (certificate, issuer) in path.links() {
            let known = crl::status(&lists, certificate, issuer, at);
            let need = Need::Crl {
                subject: certificate.subject_text.clone(),
                urls: certificate.crl_urls.clone(),
            };
            if matches!(known, Status::Unknown(_))
                && !certificate.crl_urls.is_empty()
                && !needs.contains(&need)
            {
                needs.push(need);
            }
        }
    }
    needs
}
