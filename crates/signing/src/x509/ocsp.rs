//! Answers about revocation (RFC 6960): the question, the answer, and who may give it.

use super::{
    certificate::{Certificate, KeyService, outer},
    crl::{self, Crl, Status, Unknown},
    remembered::Remembered,
    signature::{Checked, Digest, Scheme},
};
use crate::{
    UtcTime,
    cms::{
        ber::{BerError, Reader, Tlv, tag},
        parse::{AlgorithmId, oid},
        timestamp::generalized_time,
        write::{oid_der, wrap},
    },
    policy::algorithms,
};
use der::asn1::ObjectIdentifier;

/// A question about one certificate (RFC 6960 4.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OcspRequest {
    certificate: Certificate,
    issuer: Certificate,
    nonce: [u8; 16],
}

impl OcspRequest {
    /// Asks about `certificate`; the answer should repeat the nonce.
    pub const fn new(certificate: Certificate, issuer: Certificate, nonce: [u8; 16]) -> Self {
        Self {
            certificate,
            issuer,
            nonce,
        }
    }

    /// DER.
    pub fn to_der(&self) -> Vec<u8> {
        let question = wrap(
            tag::SEQUENCE,
            &[&certificate_id(&self.certificate, &self.issuer)],
        );
        let list = wrap(tag::SEQUENCE, &[&question]);
        let nonce = wrap(tag::OCTET_STRING, &[&self.nonce]);
        let extension = wrap(
            tag::SEQUENCE,
            &[&oid_der(NONCE), &wrap(tag::OCTET_STRING, &[&nonce])],
        );
        let extensions = wrap(tag::context(2), &[&wrap(tag::SEQUENCE, &[&extension])]);
        wrap(
            tag::SEQUENCE,
            &[&wrap(tag::SEQUENCE, &[&list, &extensions])],
        )
    }

    /// Reads the answer and holds it against this question and the clock. A nonce that is left out is borne, since
    /// many authorities prepare their answers; another nonce is not.
    ///
    /// # Errors
    /// The first thing wrong with it; that the certificate is revoked is no error but an answer.
    pub fn accept(&self, response: &[u8], now: UtcTime) -> Result<Status, OcspProblem> {
        let answer = OcspResponse::parse(response)?;
        if answer
            .nonce
            .as_ref()
            .is_some_and(|nonce| nonce.as_slice() != self.nonce)
        {
            return Err(OcspProblem::Nonce);
        }
        let single = answer
            .about(&self.certificate, &self.issuer)
            .ok_or(OcspProblem::Other)?;
        answer.authorised(&self.issuer, &[])?;
        let early = single.this_update.unix() > now.unix().saturating_add(CLOCKS_APART);
        let late = match single.next_update {
            Some(next) => next < now,
            None => single.this_update.unix() < now.unix().saturating_sub(FRESH_WITHOUT_PROMISE),
        };
        match single.status {
            Single::Revoked { since, reason } => Ok(Status::Revoked { since, reason }),
            Single::Unknown => Err(OcspProblem::Unknown),
            Single::Good if early || late => Err(OcspProblem::Stale {
                this_update: single.this_update,
                next_update: single.next_update,
            }),
            Single::Good => Ok(Status::Good {
                this_update: single.this_update,
            }),
        }
    }
}

/// A received answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OcspResponse {
    /// The whole `OCSPResponse` as received.
    pub der: Vec<u8>,
    /// When it was signed.
    pub produced_at: UtcTime,
    signed: Vec<u8>,
    algorithm: AlgorithmId,
    signature: Vec<u8>,
    responder: Responder,
    certificates: Vec<Certificate>,
    answers: Vec<Answer>,
    nonce: Option<Vec<u8>>,
    signers: Remembered,
    /// Who certified whom the issuer told to answer.
    delegating: Remembered,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Responder {
    Name(Vec<u8>),
    /// SHA-1 of the key.
    Key(Vec<u8>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Answer {
    digest: Option<Digest>,
    issuer_name: Vec<u8>,
    issuer_key: Vec<u8>,
    serial: Vec<u8>,
    status: Single,
    this_update: UtcTime,
    next_update: Option<UtcTime>,
    /// Since when the responder remembers certificates that are over (RFC 6960 4.4.4).
    remembers_since: Option<UtcTime>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Single {
    Good,
    Revoked { since: UtcTime, reason: Option<u8> },
    Unknown,
}

/// Why an answer cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OcspProblem {
    /// The bytes are no answer.
    #[error("the answer is no OCSP response: {0}")]
    Malformed(#[from] BerError),
    /// The responder did not answer the question.
    #[error("the responder says: {0}")]
    Status(&'static str),
    /// The answer is not to this question.
    #[error("the answer's nonce is not the question's")]
    Nonce,
    /// The answer is about another certificate.
    #[error("the answer is about another certificate")]
    Other,
    /// The responder does not know the certificate.
    #[error("the responder does not know the certificate")]
    Unknown,
    /// Whoever signed it was not told to by the issuer.
    #[error("the responder is not the issuer's: {0}")]
    Responder(&'static str),
    /// The signature is wrong.
    #[error("the answer's signature is wrong")]
    Signature,
    /// The signature cannot be checked, or proves nothing any more.
    #[error("the answer is signed with {0}, which proves nothing here")]
    Algorithm(String),
    /// It is not of now.
    #[error("the answer is of {this_update}, which is not now")]
    Stale {
        /// When it was true.
        this_update: UtcTime,
        /// Until when it is promised.
        next_update: Option<UtcTime>,
    },
}

impl OcspResponse {
    /// Reads an `OCSPResponse` with a basic answer in it.
    ///
    /// # Errors
    /// When the bytes are none, or the responder refused.
    pub fn parse(der: &[u8]) -> Result<Self, OcspProblem> {
        let whole = Reader::new(der).expect(tag::SEQUENCE)?;
        let mut parts = whole.reader();
        match parts.expect(tag::ENUMERATED)?.value {
            [0] => {}
            [1] => return Err(OcspProblem::Status("the question is malformed")),
            [2] => return Err(OcspProblem::Status("internal error")),
            [3] => return Err(OcspProblem::Status("try later")),
            [5] => return Err(OcspProblem::Status("the question must be signed")),
            [6] => return Err(OcspProblem::Status("not authorised")),
            _ => return Err(OcspProblem::Status("an unknown status")),
        }
        let mut bytes = parts
            .expect(tag::context(0))?
            .reader()
            .expect(tag::SEQUENCE)?
            .reader();
        if oid(bytes.expect(tag::OID)?)? != BASIC {
            return Err(BerError::Value("type of answer").into());
        }
        let basic = bytes.expect(tag::OCTET_STRING)?.value;
        let malformed = BerError::Value("signed answer");
        let (range, algorithm, signature) = outer(basic).ok_or(malformed)?;
        let signed = basic.get(range).ok_or(malformed)?;
        let mut outside = Reader::new(basic).expect(tag::SEQUENCE)?.reader();
        for expected in [tag::SEQUENCE, tag::SEQUENCE, tag::BIT_STRING] {
            outside.expect(expected)?;
        }
        let certificates = match outside.optional(tag::context(0))? {
            Some(list) => list
                .reader()
                .expect(tag::SEQUENCE)?
                .reader()
                .all(MAX_CERTIFICATES)?
                .iter()
                .filter_map(|one| Certificate::parse(one.raw).ok())
                .collect(),
            None => Vec::new(),
        };
        let mut data = Reader::new(signed).expect(tag::SEQUENCE)?.reader();
        data.optional(tag::context(0))?;
        let responder = responder(data.any()?)?;
        let produced_at = generalized_time(data.expect(tag::GENERALIZED_TIME)?)?;
        let answers = data
            .expect(tag::SEQUENCE)?
            .reader()
            .all(MAX_ANSWERS)?
            .into_iter()
            .map(answer)
            .collect::<Result<_, _>>()?;
        let nonce = match data.optional(tag::context(1))? {
            Some(extensions) => match extension(extensions, NONCE)? {
                Some(value) => Some(Reader::new(value).expect(tag::OCTET_STRING)?.value.to_vec()),
                None => None,
            },
            None => None,
        };
        Ok(Self {
            der: whole.raw.to_vec(),
            produced_at,
            signed: signed.to_vec(),
            algorithm,
            signature,
            responder,
            certificates,
            answers,
            nonce,
            signers: Remembered::default(),
            delegating: Remembered::default(),
        })
    }

    /// What this answer says about a certificate of `issuer` at a time, whenever it was given. `lists` may show that
    /// the responder's own certificate is not revoked.
    pub fn status(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        lists: &[Crl],
        at: UtcTime,
    ) -> Status {
        let Some(single) = self.about(certificate, issuer) else {
            return Status::Unknown(Unknown::NoList);
        };
        if self.authorised(issuer, lists).is_err() {
            return Status::Unknown(Unknown::BadSignature);
        }
        let until = single.next_update.unwrap_or(single.this_update);
        match single.status {
            Single::Revoked { since, reason } if since <= at => Status::Revoked { since, reason },
            Single::Unknown => Status::Unknown(Unknown::Partial),
            Single::Good if single.may_have_forgotten(certificate) => {
                Status::Unknown(Unknown::Stale)
            }
            Single::Good | Single::Revoked { .. } if at <= until => Status::Good {
                this_update: single.this_update,
            },
            Single::Good | Single::Revoked { .. } => Status::Unknown(Unknown::Stale),
        }
    }

    /// The newest time that it says something of.
    pub(super) fn newest(&self) -> UtcTime {
        let answers = self.answers.iter().map(|answer| answer.this_update);
        answers.fold(self.produced_at, UtcTime::max)
    }

    /// The certificates that came with it.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    fn about(&self, certificate: &Certificate, issuer: &Certificate) -> Option<&Answer> {
        if certificate.issuer_name != issuer.subject_name {
            return None;
        }
        self.answers.iter().find(|answer| {
            answer.digest.is_some_and(|digest| {
                answer.serial == certificate.serial
                    && answer.issuer_name == digest.of(&issuer.subject)
                    && answer.issuer_key == digest.of(&issuer.key.bytes)
            })
        })
    }

    /// RFC 6960 4.2.2.2: the issuer itself, or whom it certified for this; whose own certificate was valid then, and
    /// which nobody needs to check, or a list clears.
    fn authorised(&self, issuer: &Certificate, lists: &[Crl]) -> Result<(), OcspProblem> {
        let is = |certificate: &Certificate| match &self.responder {
            Responder::Name(name) => certificate.subject == *name,
            Responder::Key(key) => Digest::Sha1.of(&certificate.key.bytes) == *key,
        };
        if is(issuer) {
            return self.signed_by(issuer);
        }
        let delegated = self
            .certificates
            .iter()
            .find(|certificate| is(certificate))
            .ok_or(OcspProblem::Responder("its certificate is missing"))?;
        if delegated.service != KeyService::OcspAnswers {
            return Err(OcspProblem::Responder("its certificate is not for that"));
        }
        let certified = || issuer.certified(delegated);
        if delegated.issuer_name != issuer.subject_name
            || self.delegating.of(&issuer.key, certified) != Checked::Good
        {
            return Err(OcspProblem::Responder("another authority certified it"));
        }
        if self.produced_at < delegated.not_before || self.produced_at > delegated.not_after {
            return Err(OcspProblem::Responder("its certificate was not valid then"));
        }
        if !delegated.no_revocation_check
            && !matches!(
                crl::status(lists, delegated, issuer, self.produced_at),
                Status::Good { .. }
            )
        {
            return Err(OcspProblem::Responder(
                "whether its certificate is revoked is not known",
            ));
        }
        self.signed_by(delegated)
    }

    fn signed_by(&self, signer: &Certificate) -> Result<(), OcspProblem> {
        let scheme = Scheme::read(&self.algorithm, None).map_err(OcspProblem::Algorithm)?;
        if let Some(weak) = algorithms::forgeable(scheme, &signer.key.kind) {
            return Err(OcspProblem::Algorithm(weak));
        }
        let check = || scheme.check(&signer.key, &self.signed, &self.signature);
        match self.signers.of(&signer.key, check) {
            Checked::Good => Ok(()),
            Checked::Bad => Err(OcspProblem::Signature),
            Checked::CannotCheck(name) => Err(OcspProblem::Algorithm(name)),
        }
    }
}

impl Answer {
    /// Who is not told of certificates that are over calls them good, whatever was said of them before (RFC 6960 4.4.4).
    fn may_have_forgotten(&self, certificate: &Certificate) -> bool {
        let over = certificate.not_after;
        over < self.this_update && self.remembers_since.is_none_or(|since| since > over)
    }
}

const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2");
const ARCHIVE_CUTOFF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.6");
const MAX_CERTIFICATES: usize = 20;
const MAX_ANSWERS: usize = 1_000;
const MAX_EXTENSIONS: usize = 32;
/// Two clocks are never further apart, in seconds.
pub(super) const CLOCKS_APART: i64 = 300;
/// An answer that promises no next one is of now for a day.
const FRESH_WITHOUT_PROMISE: i64 = 86_400;

/// SHA-1 names the certificate, which proves nothing and is what every responder understands (RFC 5019 2.1.1).
fn certificate_id(certificate: &Certificate, issuer: &Certificate) -> Vec<u8> {
    let digest = Digest::Sha1;
    let algorithm = wrap(tag::SEQUENCE, &[&oid_der(digest.oid()), &[0x05, 0]]);
    wrap(
        tag::SEQUENCE,
        &[
            &algorithm,
            &wrap(tag::OCTET_STRING, &[&digest.of(&issuer.subject)]),
            &wrap(tag::OCTET_STRING, &[&digest.of(&issuer.key.bytes)]),
            &wrap(tag::INTEGER, &[&certificate.serial]),
        ],
    )
}

fn responder(tlv: Tlv<'_>) -> Result<Responder, BerError> {
    if tlv.tag == tag::context(1) {
        let name = tlv.reader().expect(tag::SEQUENCE)?;
        return Ok(Responder::Name(name.raw.to_vec()));
    }
    let mut key = tlv.expect(tag::context(2))?.reader();
    Ok(Responder::Key(
        key.expect(tag::OCTET_STRING)?.value.to_vec(),
    ))
}

fn answer(tlv: Tlv<'_>) -> Result<Answer, BerError> {
    let mut fields = tlv.expect(tag::SEQUENCE)?.reader();
    let mut id = fields.expect(tag::SEQUENCE)?.reader();
    let algorithm = AlgorithmId::parse(id.expect(tag::SEQUENCE)?)?;
    let issuer_name = id.expect(tag::OCTET_STRING)?.value.to_vec();
    let issuer_key = id.expect(tag::OCTET_STRING)?.value.to_vec();
    let serial = id.expect(tag::INTEGER)?.value.to_vec();
    let status = single(fields.any()?)?;
    let this_update = generalized_time(fields.expect(tag::GENERALIZED_TIME)?)?;
    let next_update = match fields.optional(tag::context(0))? {
        Some(explicit) => Some(generalized_time(
            explicit.reader().expect(tag::GENERALIZED_TIME)?,
        )?),
        None => None,
    };
    let remembers_since = match fields.optional(tag::context(1))? {
        Some(extensions) => match extension(extensions, ARCHIVE_CUTOFF)? {
            Some(value) => Some(generalized_time(
                Reader::new(value).expect(tag::GENERALIZED_TIME)?,
            )?),
            None => None,
        },
        None => None,
    };
    Ok(Answer {
        digest: Digest::read(&algorithm),
        issuer_name,
        issuer_key,
        serial,
        status,
        this_update,
        next_update,
        remembers_since,
    })
}

fn single(tlv: Tlv<'_>) -> Result<Single, BerError> {
    const GOOD: u8 = tag::implicit(0);
    const REVOKED: u8 = tag::context(1);
    match tlv.tag {
        GOOD => Ok(Single::Good),
        REVOKED => {
            let mut fields = tlv.reader();
            let since = generalized_time(fields.expect(tag::GENERALIZED_TIME)?)?;
            let reason = match fields.optional(tag::context(0))? {
                Some(reason) => reason
                    .reader()
                    .expect(tag::ENUMERATED)?
                    .value
                    .first()
                    .copied(),
                None => None,
            };
            Ok(Single::Revoked { since, reason })
        }
        _ => Ok(Single::Unknown),
    }
}

/// The value of one extension.
fn extension(explicit: Tlv<'_>, wanted: ObjectIdentifier) -> Result<Option<&[u8]>, BerError> {
    for extension in explicit
        .reader()
        .expect(tag::SEQUENCE)?
        .reader()
        .all(MAX_EXTENSIONS)?
    {
        let mut parts = extension.expect(tag::SEQUENCE)?.reader();
        let which = oid(parts.expect(tag::OID)?)?;
        parts.optional(tag::BOOLEAN)?;
        let value = parts.expect(tag::OCTET_STRING)?.value;
        if which == wanted {
            return Ok(Some(value));
        }
    }
    Ok(None)
}
