//! Timestamps (RFC 3161): the request, the answer, and what a token proves.

use der::asn1::ObjectIdentifier;
use serde::{Deserialize, Serialize};

use super::{
    ber::{BerError, Reader, Tlv, tag},
    ess::CertificateBinding,
    parse::{AlgorithmId, ReceivedCms, SignerId, SignerInfo, oid},
    write::{oid_der, unsigned, wrap},
};
use crate::{
    UtcTime,
    policy::{AlgorithmPolicy, algorithms::Used},
    x509::{
        Certificate,
        certificate::{KeyService, KeyUsage},
        path::{self, Path, PathProblem, Validity},
        signature::{Checked, Digest, Scheme},
    },
};

/// What an authority is asked to put a time on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imprint {
    /// The digest's algorithm.
    pub algorithm: Digest,
    /// Its value.
    pub value: Vec<u8>,
}

impl Imprint {
    /// The imprint of these bytes.
    pub fn of(algorithm: Digest, bytes: &[u8]) -> Self {
        let value = algorithm.of(bytes);
        Self { algorithm, value }
    }
}

/// A `TimeStampReq` (RFC 3161 2.4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampRequest {
    /// What to put a time on.
    pub imprint: Imprint,
    /// A number nobody else knows; the answer repeats it.
    pub nonce: [u8; 16],
}

impl TimestampRequest {
    /// DER; the authority's certificate is asked for.
    pub fn to_der(&self) -> Vec<u8> {
        let algorithm = wrap(
            tag::SEQUENCE,
            &[&oid_der(self.imprint.algorithm.oid()), NULL],
        );
        let value = wrap(tag::OCTET_STRING, &[&self.imprint.value]);
        let imprint = wrap(tag::SEQUENCE, &[&algorithm, &value]);
        let nonce = wrap(tag::INTEGER, &[&unsigned(&self.nonce)]);
        let version: &[u8] = &[tag::INTEGER, 1, 1];
        let wants_certificate: &[u8] = &[tag::BOOLEAN, 1, 0xff];
        wrap(
            tag::SEQUENCE,
            &[version, &imprint, &nonce, wants_certificate],
        )
    }

    /// Reads the answer and holds it against this request, the anchors and the clock.
    ///
    /// # Errors
    /// The first thing wrong with it.
    pub fn accept(
        &self,
        response: &[u8],
        anchors: &[Certificate],
        now: UtcTime,
    ) -> Result<TimestampToken, TimestampProblem> {
        let token = token_of(response)?;
        if token.nonce.as_deref() != Some(unsigned(&self.nonce).as_slice()) {
            return Err(TimestampProblem::Nonce);
        }
        token.stamps(&self.imprint)?;
        let signer = token.check()?;
        let off = token.time.unix().saturating_sub(now.unix());
        if off.abs() > PLAUSIBLE_SECONDS {
            return Err(TimestampProblem::Clock {
                said: token.time,
                now,
            });
        }
        token.path(&signer, &[], anchors, token.time)?;
        Ok(token)
    }
}

/// A `TimeStampToken` taken apart (RFC 3161 2.4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampToken {
    /// The token as received.
    pub der: Vec<u8>,
    /// When.
    pub time: UtcTime,
    /// Under which policy of the authority.
    pub policy: String,
    /// The digest's algorithm, where it can be computed.
    pub algorithm: Option<Digest>,
    imprint: Vec<u8>,
    nonce: Option<Vec<u8>>,
    info: Vec<u8>,
    pub(crate) cms: ReceivedCms,
}

/// What is wrong with a timestamp.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimestampProblem {
    /// The authority refused.
    #[error("the authority refused (status {status}{})", text.as_ref().map(|text| format!(": {text}")).unwrap_or_default())]
    Refused {
        /// PKIStatus.
        status: u8,
        /// What it said.
        text: Option<String>,
    },
    /// It says it granted a timestamp, and there is none.
    #[error("the answer carries no token")]
    NoToken,
    /// The bytes are no timestamp.
    #[error("the answer is no timestamp: {0}")]
    Malformed(#[from] BerError),
    /// The answer is not to this request.
    #[error("the answer's nonce is not the request's")]
    Nonce,
    /// A time was put on something else.
    #[error("the time was put on something else (message imprint)")]
    Imprint,
    /// The certificate in the token is missing or not the one that signed.
    #[error("the authority's certificate is not in the token, or not the one it is bound to")]
    Certificate,
    /// The certificate is not one of an authority for timestamps (RFC 3161 2.3).
    #[error(
        "the certificate of {0} is not for timestamps alone (extendedKeyUsage), or its key not for signatures"
    )]
    Purpose(String),
    /// The value does not belong to the token.
    #[error("the token's signature is wrong")]
    Signature,
    /// An algorithm cannot be checked, or proves nothing any more.
    #[error("the token uses {0}, which proves nothing here")]
    Algorithm(String),
    /// Nobody trusted vouches for the authority.
    #[error("the authority is not trusted: {0}")]
    Path(#[from] PathProblem),
    /// Its certificate was not valid at the time it put.
    #[error("the authority's certificate was not valid then: {0}")]
    Validity(String),
    /// A certificate of the authority's path is revoked.
    #[error("the certificate of {0} is revoked since {1}")]
    Revoked(String, UtcTime),
    /// The policy asks whether it is revoked, and nothing tells.
    #[error("whether the certificate of {0} is revoked is not known")]
    RevocationUnknown(String),
    /// The time is not now.
    #[error("the authority says it is {said}, the clock here says {now}")]
    Clock {
        /// The time in the token.
        said: UtcTime,
        /// The time here.
        now: UtcTime,
    },
}

/// Clocks of a house and of an authority are never this far apart, and no answer takes this long.
pub(crate) const PLAUSIBLE_SECONDS: i64 = 300;

impl TimestampToken {
    /// Reads a token: a CMS whose content is a `TSTInfo`.
    ///
    /// # Errors
    /// When the bytes are none.
    pub fn parse(der: &[u8]) -> Result<Self, TimestampProblem> {
        let mut token = Self::of(&ReceivedCms::parse(der)?)?;
        token.der = whole(der)?.to_vec();
        Ok(token)
    }

    /// Of a CMS that was read already; its bytes are not kept.
    pub(crate) fn of(cms: &ReceivedCms) -> Result<Self, TimestampProblem> {
        let info = cms.content.clone().ok_or(TimestampProblem::NoToken)?;
        if cms.content_type != TST_INFO {
            return Err(BerError::Value("content type, which is not a timestamp").into());
        }
        let mut fields = Reader::new(&info).expect(tag::SEQUENCE)?.reader();
        fields.expect(tag::INTEGER)?;
        let policy = oid(fields.any()?)?.to_string();
        let mut imprint = fields.expect(tag::SEQUENCE)?.reader();
        let algorithm = AlgorithmId::parse(imprint.expect(tag::SEQUENCE)?)?;
        let value = imprint.expect(tag::OCTET_STRING)?.value.to_vec();
        fields.expect(tag::INTEGER)?;
        let time = generalized_time(fields.expect(tag::GENERALIZED_TIME)?)?;
        fields.optional(tag::SEQUENCE)?;
        fields.optional(tag::BOOLEAN)?;
        let nonce = fields.optional(tag::INTEGER)?;
        let nonce = nonce.map(|nonce| nonce.value.to_vec());
        Ok(Self {
            der: Vec::new(),
            time,
            policy,
            algorithm: Digest::read(&algorithm),
            imprint: value,
            nonce,
            info,
            cms: cms.clone(),
        })
    }

    /// Whether the time was put on this.
    ///
    /// # Errors
    /// [`TimestampProblem::Imprint`], [`TimestampProblem::Algorithm`].
    pub fn stamps(&self, imprint: &Imprint) -> Result<(), TimestampProblem> {
        self.stamps_by(imprint, &AlgorithmPolicy::default(), self.time)
    }

    fn stamps_by(
        &self,
        imprint: &Imprint,
        policy: &AlgorithmPolicy,
        at: UtcTime,
    ) -> Result<(), TimestampProblem> {
        if self.algorithm != Some(imprint.algorithm) || self.imprint != imprint.value {
            return Err(TimestampProblem::Imprint);
        }
        holds(&Used::Digest(imprint.algorithm), policy, at)
    }

    /// Whether the time was put on these bytes, by whatever digest the token names.
    ///
    /// # Errors
    /// As [`Self::stamps`].
    pub fn stamps_bytes(&self, bytes: &[u8]) -> Result<(), TimestampProblem> {
        self.stamps_bytes_by(bytes, &AlgorithmPolicy::default(), self.time)
    }

    /// The same by a policy, at a time that something else than the token proves.
    pub(crate) fn stamps_bytes_by(
        &self,
        bytes: &[u8],
        policy: &AlgorithmPolicy,
        at: UtcTime,
    ) -> Result<(), TimestampProblem> {
        let unknown = || TimestampProblem::Algorithm("an unknown digest".to_owned());
        let imprint = Imprint::of(self.algorithm.ok_or_else(unknown)?, bytes);
        self.stamps_by(&imprint, policy, at)
    }

    /// Checks the token by itself and gives its signer: one signer, its certificate inside and bound (RFC 5816), for
    /// timestamps alone, digest and value right, by algorithms that still proved something at the time it names.
    ///
    /// # Errors
    /// The first thing wrong.
    pub fn check(&self) -> Result<Certificate, TimestampProblem> {
        self.check_by(&AlgorithmPolicy::default(), self.time)
    }

    /// The same by a policy, at a time that something else than the token proves.
    pub(crate) fn check_by(
        &self,
        policy: &AlgorithmPolicy,
        at: UtcTime,
    ) -> Result<Certificate, TimestampProblem> {
        let [signer] = self.cms.signers.as_slice() else {
            return Err(BerError::Value("number of signers").into());
        };
        let attributes = signer
            .signed_attributes
            .as_ref()
            .ok_or(BerError::Value("token without signed attributes"))?;
        let named = attributes
            .single(CONTENT_TYPE)
            .and_then(|value| Reader::new(value).any().and_then(oid).ok());
        if named != Some(TST_INFO) {
            return Err(BerError::Value("content-type attribute").into());
        }
        let digest = Digest::read(&signer.digest_algorithm)
            .ok_or_else(|| TimestampProblem::Algorithm(signer.digest_algorithm.oid.to_string()))?;
        holds(&Used::Digest(digest), policy, at)?;
        let stated = attributes
            .single(MESSAGE_DIGEST)
            .and_then(|value| Reader::new(value).expect(tag::OCTET_STRING).ok())
            .ok_or(BerError::Value("message-digest attribute"))?;
        if digest.of(&self.info) != stated.value {
            return Err(TimestampProblem::Signature);
        }
        let certificate = self.signer(signer)?;
        if CertificateBinding::read(attributes).matches(&certificate.der) != Some(true) {
            return Err(TimestampProblem::Certificate);
        }
        let may_sign = certificate.key_usage.is_none_or(KeyUsage::may_sign);
        if certificate.service != KeyService::Timestamps || !may_sign {
            return Err(TimestampProblem::Purpose(certificate.subject_text));
        }
        let scheme = Scheme::read(&signer.signature_algorithm, Some(digest))
            .map_err(TimestampProblem::Algorithm)?;
        let check = |signed: &[u8]| scheme.check(&certificate.key, signed, &signer.signature);
        let checked = match (check(&attributes.signed), attributes.in_der_order()) {
            (Checked::Bad, Some(ordered)) => check(&ordered),
            (checked, _) => checked,
        };
        match checked {
            Checked::Good => {}
            Checked::Bad => return Err(TimestampProblem::Signature),
            Checked::CannotCheck(name) => return Err(TimestampProblem::Algorithm(name)),
        }
        holds(
            &Used::Value(scheme, certificate.key.kind.clone()),
            policy,
            at,
        )?;
        Ok(certificate)
    }

    /// The path from the authority to an anchor, in time at `at`.
    ///
    /// # Errors
    /// When there is none, or it held at another time only.
    pub fn path(
        &self,
        signer: &Certificate,
        pool: &[Certificate],
        anchors: &[Certificate],
        at: UtcTime,
    ) -> Result<Path, TimestampProblem> {
        let mut all = self.certificates();
        all.extend_from_slice(pool);
        let path = path::build(signer, &all, anchors, at)?;
        match path.validity() {
            Validity::Inside => Ok(path),
            Validity::Expired(name, until) => Err(TimestampProblem::Validity(format!(
                "{name} was valid until {until}"
            ))),
            Validity::NotYet(name, from) => Err(TimestampProblem::Validity(format!(
                "{name} is valid only from {from}"
            ))),
        }
    }

    /// The certificates that came with it.
    pub fn certificates(&self) -> Vec<Certificate> {
        self.cms
            .certificates
            .iter()
            .filter_map(|der| Certificate::parse(der).ok())
            .collect()
    }

    fn signer(&self, signer: &SignerInfo) -> Result<Certificate, TimestampProblem> {
        self.certificates()
            .into_iter()
            .find(|certificate| match &signer.sid {
                SignerId::IssuerAndSerial { issuer, serial } => {
                    certificate.issuer == *issuer && certificate.serial == *serial
                }
                SignerId::KeyIdentifier(id) => certificate.subject_key_id.as_ref() == Some(id),
            })
            .ok_or(TimestampProblem::Certificate)
    }
}

/// Whether an algorithm still proved something at a time.
fn holds(used: &Used, policy: &AlgorithmPolicy, at: UtcTime) -> Result<(), TimestampProblem> {
    match policy.ended(used, at) {
        Some(ended) => Err(TimestampProblem::Algorithm(ended.algorithm)),
        None => Ok(()),
    }
}

/// The tokens in the unsigned attributes of a signature (RFC 3161 appendix A).
pub(crate) fn tokens(
    signer: &SignerInfo,
) -> impl Iterator<Item = Result<TimestampToken, TimestampProblem>> {
    signer
        .unsigned_attributes
        .iter()
        .filter(|attribute| attribute.oid == SIGNATURE_TIMESTAMP)
        .flat_map(|attribute| &attribute.values)
        .map(|value| TimestampToken::parse(value))
}

/// The signature value of a CMS with one signer: what a signature timestamp is put on (EN 319 122-1 5.3).
///
/// # Errors
/// When the bytes are no CMS with exactly one signer.
pub fn signature_value(cms: &[u8]) -> Result<Vec<u8>, BerError> {
    match ReceivedCms::parse(cms)?.signers.as_slice() {
        [signer] => Ok(signer.signature.clone()),
        _ => Err(BerError::Value("number of signers")),
    }
}

/// Adds a signature timestamp to the one signer of a CMS in DER; nothing that was signed changes.
///
/// # Errors
/// When the bytes are no CMS with exactly one signer.
pub fn with_timestamp(cms: &[u8], token: &TimestampToken) -> Result<Vec<u8>, BerError> {
    let attribute = wrap(
        tag::SEQUENCE,
        &[
            &oid_der(SIGNATURE_TIMESTAMP),
            &wrap(tag::SET, &[&token.der]),
        ],
    );
    let mut info = Reader::new(cms).expect(tag::SEQUENCE)?.reader();
    let content_type = info.expect(tag::OID)?.raw;
    let data = info
        .expect(tag::context(0))?
        .reader()
        .expect(tag::SEQUENCE)?;
    let parts = data.reader().all(MAX_PARTS)?;
    let (signers, before) = parts.split_last().ok_or(BerError::Value("signed data"))?;
    let mut each = signers.expect(tag::SET)?.reader();
    let signer = each.expect(tag::SEQUENCE)?;
    if !each.is_empty() {
        return Err(BerError::Value("number of signers"));
    }
    let (unsigned, signed): (Vec<Tlv<'_>>, Vec<Tlv<'_>>) = signer
        .reader()
        .all(MAX_PARTS)?
        .into_iter()
        .partition(|part| part.tag == tag::context(1));
    let mut attributes: Vec<&[u8]> = Vec::new();
    for set in &unsigned {
        attributes.extend(set.reader().all(MAX_PARTS)?.iter().map(|one| one.raw));
    }
    attributes.push(&attribute);
    attributes.sort_unstable();
    let attributes = wrap(tag::context(1), &attributes);
    let mut parts: Vec<&[u8]> = signed.iter().map(|part| part.raw).collect();
    parts.push(&attributes);
    let signers = wrap(tag::SET, &[&wrap(tag::SEQUENCE, &parts)]);
    let mut parts: Vec<&[u8]> = before.iter().map(|part| part.raw).collect();
    parts.push(&signers);
    let data = wrap(tag::context(0), &[&wrap(tag::SEQUENCE, &parts)]);
    Ok(wrap(tag::SEQUENCE, &[content_type, &data]))
}

const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const SIGNATURE_TIMESTAMP: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");
const NULL: &[u8] = &[0x05, 0];
const MAX_PARTS: usize = 100;

/// `TimeStampResp` (RFC 3161 2.4.2): granted, or granted with modifications.
fn token_of(response: &[u8]) -> Result<TimestampToken, TimestampProblem> {
    let mut parts = Reader::new(whole(response)?)
        .expect(tag::SEQUENCE)?
        .reader();
    let mut status = parts.expect(tag::SEQUENCE)?.reader();
    let value = status.expect(tag::INTEGER)?.value;
    match value {
        [0 | 1] => {
            if parts.is_empty() {
                return Err(TimestampProblem::NoToken);
            }
            TimestampToken::parse(parts.any()?.raw)
        }
        other => Err(TimestampProblem::Refused {
            status: other.last().copied().unwrap_or(u8::MAX),
            text: status_text(status),
        }),
    }
}

fn status_text(mut status: Reader<'_>) -> Option<String> {
    let texts = status.optional(tag::SEQUENCE).ok()??;
    let text = texts.reader().any().ok()?;
    Some(crate::x509::legible::one_line(&String::from_utf8_lossy(
        text.value,
    )))
}

/// The first value of the bytes, without what follows.
fn whole(bytes: &[u8]) -> Result<&[u8], BerError> {
    Ok(Reader::new(bytes).any()?.raw)
}

/// `YYYYMMDDhhmmss[.s…]Z`, whole seconds.
pub(crate) fn generalized_time(tlv: Tlv<'_>) -> Result<UtcTime, BerError> {
    let malformed = BerError::Value("time");
    let text = std::str::from_utf8(tlv.value).map_err(|_| malformed)?;
    let seconds = match text.split_once('.') {
        Some((whole, fraction)) => {
            let digits = fraction.strip_suffix('Z').ok_or(malformed)?;
            if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
                return Err(malformed);
            }
            format!("{whole}Z")
        }
        None => text.to_owned(),
    };
    UtcTime::parse_x509(&seconds).map_err(|_| malformed)
}
