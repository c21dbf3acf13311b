//! What evidence would help a judgement, for a caller that may fetch within its own limits.

use serde::{Deserialize, Serialize};

use super::{
    evidence::{Evidence, Opened},
    facts::Facts,
    paths::{self, Whose},
};
use crate::{
    CertificateDer, UtcTime,
    policy::{Policy, RevocationRule},
    x509::{Certificate, Path, Revocations, crl::Status, path},
};

/// One thing that would help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Need {
    /// Whether a certificate is revoked: an answer of its authority, or a list.
    Revocation {
        /// Whose certificate, for people.
        subject: String,
        /// The certificate.
        certificate: Box<Certificate>,
        /// Its issuer's.
        issuer: Box<Certificate>,
    },
    /// The certificate of an issuer.
    Issuer {
        /// Of whose certificate, for people.
        subject: String,
        /// Where the certificate says its issuer's lies.
        urls: Vec<String>,
    },
}

/// What would help. Only certificates that an anchor vouches for are looked at: an address that a stranger wrote into a
/// certificate of his own is never fetched.
pub fn needs(
    facts: &Facts,
    whose: Whose<'_>,
    policy: &Policy,
    evidence: &Evidence,
    at: UtcTime,
) -> Vec<Need> {
    let opened = Opened::new(facts, evidence, policy, at);
    let mut needs: Vec<Need> = Vec::new();
    for examined in paths::examine(facts, &opened, at) {
        if !whose.covers(examined.facts) {
            continue;
        }
        for (path, at) in examined.paths() {
            if opened.rule(path) != RevocationRule::Ignore {
                of_path(path, &examined.material.revocations, at, &mut needs);
            }
        }
    }
    needs
}

/// What would help before a key is used: to complete the path of its own certificate and to clear it. The first of
/// `chain` is the signer's own, so its addresses are not a stranger's.
pub fn needs_of_signer(
    chain: &[CertificateDer],
    policy: &Policy,
    evidence: &Evidence,
    at: UtcTime,
) -> Vec<Need> {
    let opened = Opened::new(&Facts::nothing(), evidence, policy, at);
    let certificates: Vec<Certificate> = chain
        .iter()
        .filter_map(|der| Certificate::parse(&der.0).ok())
        .collect();
    let Some((leaf, rest)) = certificates.split_first() else {
        return Vec::new();
    };
    let pool: Vec<Certificate> = rest.iter().chain(&opened.certificates).cloned().collect();
    let mut needs = Vec::new();
    match path::build(leaf, &pool, &opened.for_signers, at) {
        Ok(path) if opened.rule(&path) == RevocationRule::Ignore => {}
        Ok(path) => of_path(&path, opened.revocations(), at, &mut needs),
        Err(_) => {
            let top = topmost(leaf, &pool);
            if !top.issuer_urls.is_empty() && !top.self_issued() {
                needs.push(Need::Issuer {
                    subject: top.subject_text.clone(),
                    urls: top.issuer_urls.clone(),
                });
            }
        }
    }
    needs
}

/// The last certificate that can be reached upwards by names and signatures.
fn topmost<'a>(leaf: &'a Certificate, pool: &'a [Certificate]) -> &'a Certificate {
    let mut top = leaf;
    for _ in 0..MAX_CHAIN {
        let above = pool.iter().find(|issuer| {
            issuer.subject_name == top.issuer_name
                && issuer.der != top.der
                && issuer.certified(top) == crate::x509::signature::Checked::Good
        });
        match above {
            Some(above) => top = above,
            None => break,
        }
    }
    top
}

const MAX_CHAIN: usize = 8;

fn of_path(path: &Path, known: &Revocations, at: UtcTime, needs: &mut Vec<Need>) {
    for (certificate, issuer) in path.links() {
        let need = Need::Revocation {
            subject: certificate.subject_text.clone(),
            certificate: Box::new(certificate.clone()),
            issuer: Box::new(issuer.clone()),
        };
        let unknown = matches!(known.status(certificate, issuer, at), Status::Unknown(_));
        if unknown && !needs.contains(&need) {
            needs.push(need);
        }
    }
}
