//! Fetches what a judgement needs: answers and lists about revocation, certificates of issuers. An answer is preferred
//! to a list; each source that fails is named.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use ring::rand::SecureRandom;
use signing::UtcTime;
use signing::validate::{Evidence, Need};
use signing::x509::Certificate;
use signing::x509::ocsp::{OcspProblem, OcspRequest};

use crate::{Outgoing, Outside, Purpose, RemoteError, aia, crl, ocsp};

/// Why one source gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It gave no answer.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// It answered with a status that is no answer.
    #[error("it answered with HTTP status {0}")]
    Status(StatusCode),
    /// The answer of a responder cannot be used.
    #[error(transparent)]
    Ocsp(#[from] OcspProblem),
    /// What came is no revocation list.
    #[error("what it gave is no revocation list")]
    NoList,
    /// The list cannot be used.
    #[error("its list cannot be used: {0}")]
    List(&'static str),
    /// What came is no certificate.
    #[error("what it gave is no certificate")]
    NoCertificate,
    /// There is no randomness for a nonce.
    #[error("this machine gives no random numbers")]
    NoRandomness,
}

/// Something that is needed could not be had.
#[derive(Debug, thiserror::Error)]
#[error("{what} of {subject} is not to be had: {}", told(.tried))]
pub struct NoEvidence {
    /// What was wanted.
    pub what: &'static str,
    /// About whose certificate.
    pub subject: String,
    /// Each source that was asked, by its kind and host, and why it gave nothing.
    pub tried: Vec<(String, SourceError)>,
}

/// Fetches until `needs` asks for nothing more.
///
/// # Errors
/// [`NoEvidence`] for the first need that no source meets.
pub async fn complete(
    outside: &Outside,
    evidence: &mut Evidence,
    rng: &(dyn SecureRandom + Sync),
    now: UtcTime,
    needs: impl Fn(&Evidence) -> Vec<Need>,
) -> Result<(), NoEvidence> {
    let mut met: Vec<Need> = Vec::new();
    loop {
        let wanted = needs(evidence);
        // What was fetched once and is wanted again is not helped by fetching it again: the judgement will say why.
        let Some(need) = wanted.into_iter().find(|need| !met.contains(need)) else {
            return Ok(());
        };
        if met.len() >= MOST_NEEDS {
            return Ok(());
        }
        meet(outside, evidence, rng, now, &need).await?;
        met.push(need);
    }
}

/// Far above what signers and authorities of one document need.
const MOST_NEEDS: usize = 200;
/// Addresses of one kind in one certificate that are asked.
const MOST_ADDRESSES: usize = 3;

/// Fetches what meets one need.
///
/// # Errors
/// [`NoEvidence`] with each source that was asked.
pub async fn meet(
    outside: &Outside,
    evidence: &mut Evidence,
    rng: &(dyn SecureRandom + Sync),
    now: UtcTime,
    need: &Need,
) -> Result<(), NoEvidence> {
    match need {
        Need::Revocation {
            subject,
            certificate,
            issuer,
        } => {
            let tried = revocation(outside, evidence, rng, now, (certificate, issuer)).await;
            tried.map_err(|tried| NoEvidence {
                what: "whether it is revoked: evidence about the certificate",
                subject: subject.clone(),
                tried,
            })
        }
        Need::Issuer { subject, urls } => {
            let mut tried = Vec::new();
            for url in urls.iter().take(MOST_ADDRESSES) {
                match aia::fetch(outside, url).await {
                    Ok(found) => {
                        evidence.certificates.extend(found);
                        return Ok(());
                    }
                    Err(problem) => tried.push((named("issuer", url), problem)),
                }
            }
            Err(NoEvidence {
                what: "the issuer's certificate",
                subject: subject.clone(),
                tried,
            })
        }
    }
}

async fn revocation(
    outside: &Outside,
    evidence: &mut Evidence,
    rng: &(dyn SecureRandom + Sync),
    now: UtcTime,
    (certificate, issuer): (&Certificate, &Certificate),
) -> Result<(), Vec<(String, SourceError)>> {
    let mut tried = Vec::new();
    for url in certificate.ocsp_urls.iter().take(MOST_ADDRESSES) {
        let mut nonce = [0; 16];
        if rng.fill(&mut nonce).is_err() {
            tried.push((named("OCSP", url), SourceError::NoRandomness));
            break;
        }
        let request = OcspRequest::new(certificate.clone(), issuer.clone(), nonce);
        match ocsp::ask(outside, url, &request, now).await {
            Ok(der) => {
                evidence.ocsps.push(der);
                return Ok(());
            }
            Err(problem) => tried.push((named("OCSP", url), problem)),
        }
    }
    for url in certificate.crl_urls.iter().take(MOST_ADDRESSES) {
        match crl::fetch(outside, url, certificate, issuer, now).await {
            Ok(der) => {
                evidence.crls.push(der);
                return Ok(());
            }
            Err(problem) => tried.push((named("CRL", url), problem)),
        }
    }
    Err(tried)
}

/// Fetches a body.
pub(crate) async fn get(
    outside: &Outside,
    purpose: Purpose,
    url: &str,
) -> Result<Bytes, SourceError> {
    let answer = outside
        .send(Outgoing {
            purpose,
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        })
        .await?;
    if answer.status == StatusCode::OK {
        Ok(answer.body)
    } else {
        Err(SourceError::Status(answer.status))
    }
}

fn named(kind: &str, url: &str) -> String {
    format!("{kind} at {}", crate::host_of(url))
}

fn told(tried: &[(String, SourceError)]) -> String {
    let each: Vec<String> = tried
        .iter()
        .map(|(source, problem)| format!("{source}: {problem}"))
        .collect();
    if each.is_empty() {
        "the certificate names no source".to_owned()
    } else {
        each.join("; ")
    }
}
