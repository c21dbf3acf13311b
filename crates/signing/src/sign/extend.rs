//! What a file lacks on the way to a level (EN 319 142-1 6.1): a proof of time, evidence, a proof of time on that.
//! Fails closed: what cannot be cleared is an error, never a lower level.

use super::{dss::Store, error::SignError};
use crate::{
    CertificateDer, UtcTime,
    policy::Policy,
    validate::{
        Evidence, Facts, Kind, Whose,
        evidence::Opened,
        paths::{self, Examined},
    },
    x509::{
        Certificate, Clearing, Path, Revocations,
        crl::{Status, Unknown},
        path,
    },
};

/// Whether a timestamp proves of every signature when it existed.
///
/// # Errors
/// When there is no signature, or one is wrong.
pub fn is_proven(
    facts: &Facts,
    whose: Whose<'_>,
    policy: &Policy,
    evidence: &Evidence,
    at: UtcTime,
) -> Result<bool, SignError> {
    let opened = Opened::new(facts, evidence, policy, at);
    let all = right(facts, whose, &opened, at)?;
    Ok(all
        .iter()
        .filter(|one| one.facts.kind == Kind::Signature)
        .all(|one| one.proven))
}

/// Everything the store of this file has to hold so that each signature and timestamp can be checked by the file alone,
/// without what it holds already.
///
/// # Errors
/// When there is no signature, one is wrong or without a path, or a certificate is revoked or not cleared.
pub fn store(
    facts: &Facts,
    whose: Whose<'_>,
    policy: &Policy,
    evidence: &Evidence,
    at: UtcTime,
) -> Result<Store, SignError> {
    let opened = Opened::new(facts, evidence, policy, at);
    let mut store = Store::default();
    for one in sound(facts, whose, &opened, at)? {
        let embedded = opened.embedded(one.facts);
        for (path, at) in one.paths() {
            for certificate in path.certificates() {
                add(
                    &mut store.certificates,
                    &facts.certificates,
                    &certificate.der,
                );
            }
            let known = &one.material.revocations;
            for (certificate, issuer) in path.links() {
                cleared(known, certificate, issuer, at)?;
                if embedded.clearing(certificate, issuer, at).is_some() {
                    continue;
                }
                match known.clearing(certificate, issuer, at) {
                    Some(Clearing::Answer(answer)) => {
                        add(&mut store.ocsps, &facts.ocsps, &answer.der);
                        for responder in answer.certificates() {
                            add(&mut store.certificates, &facts.certificates, &responder.der);
                        }
                    }
                    Some(Clearing::List(list)) => add(&mut store.crls, &facts.crls, list.der()),
                    None => {}
                }
            }
        }
    }
    Ok(store)
}

/// Whether the signer may sign: a path to an anchor in time, with every certificate on it cleared, before the key is
/// used. The first of `chain` is the signer's own.
///
/// # Errors
/// As [`store`].
pub fn clear_signer(
    chain: &[CertificateDer],
    policy: &Policy,
    evidence: &Evidence,
    at: UtcTime,
) -> Result<(), SignError> {
    let opened = Opened::new(&Facts::nothing(), evidence, policy, at);
    let certificates: Vec<Certificate> = chain
        .iter()
        .filter_map(|der| Certificate::parse(&der.0).ok())
        .collect();
    let Some((leaf, rest)) = certificates.split_first() else {
        return Err(super::SignerError::BadCertificate.into());
    };
    let pool: Vec<Certificate> = rest.iter().chain(&opened.certificates).cloned().collect();
    let path = in_time(
        &leaf.subject_text,
        path::build(leaf, &pool, &opened.for_signers, at)
            .as_ref()
            .map_err(ToString::to_string),
    )?
    .clone();
    path.links().try_for_each(|(certificate, issuer)| {
        cleared(opened.revocations(), certificate, issuer, at)
    })
}

/// Every signature and timestamp asked about, when all are right.
fn right<'f>(
    facts: &'f Facts,
    whose: Whose<'_>,
    opened: &Opened,
    at: UtcTime,
) -> Result<Vec<Examined<'f>>, SignError> {
    let mut all = paths::examine(facts, opened, at);
    all.retain(|one| whose.covers(one.facts));
    if !all.iter().any(|one| one.facts.kind == Kind::Signature) {
        return Err(SignError::Unsigned);
    }
    for one in &all {
        if let Some(wrong) = &one.wrong {
            let field = one.facts.field.clone();
            return Err(SignError::BadSignature(field, wrong.clone()));
        }
    }
    Ok(all)
}

/// The same, when someone trusted vouches for each as well.
fn sound<'f>(
    facts: &'f Facts,
    whose: Whose<'_>,
    opened: &Opened,
    at: UtcTime,
) -> Result<Vec<Examined<'f>>, SignError> {
    let all = right(facts, whose, opened, at)?;
    for one in &all {
        let own = one.own.as_ref().ok_or("its certificate is missing");
        in_time(
            &one.facts.field,
            match own {
                Ok(own) => own.as_ref().map_err(ToString::to_string),
                Err(why) => Err(why.to_owned()),
            },
        )?;
    }
    Ok(all)
}

fn in_time<'p>(whose: &str, path: Result<&'p Path, String>) -> Result<&'p Path, SignError> {
    let problem = match path {
        Ok(path) => match paths::outside(path) {
            None => return Ok(path),
            Some(problem) => problem,
        },
        Err(problem) => problem,
    };
    Err(SignError::Untrusted {
        field: whose.to_owned(),
        problem,
    })
}

fn cleared(
    known: &Revocations,
    certificate: &Certificate,
    issuer: &Certificate,
    at: UtcTime,
) -> Result<(), SignError> {
    let subject = certificate.subject_text.clone();
    match known.status(certificate, issuer, at) {
        Status::Good { .. } => Ok(()),
        Status::Revoked { since, .. } => Err(SignError::Revoked { subject, since }),
        Status::Unknown(why) => Err(SignError::NoEvidence {
            subject,
            why: match why {
                Unknown::NoList => "there is neither a list nor an answer about it",
                Unknown::Partial => {
                    "the list covers only a part, or the responder does not know it"
                }
                Unknown::BadSignature => "what there is was not signed by its issuer",
                Unknown::Stale => "what there is is out of date",
                Unknown::Ahead => "what there is is of a time to come",
            },
        }),
    }
}

fn add(list: &mut Vec<Vec<u8>>, there: &[Vec<u8>], value: &[u8]) {
    if !there.iter().chain(list.iter()).any(|one| one == value) {
        list.push(value.to_vec());
    }
}
