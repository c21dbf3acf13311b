//! Format, signer's certificate and cryptographic verification (EN 319 102-1 5.2.2, 5.2.3 and 5.2.7).

use der::asn1::ObjectIdentifier;

use super::profile;
use crate::{
    cms::{
        ber::{Reader, tag},
        ess::CertificateBinding,
        parse::{Padding, ReceivedAttributes, ReceivedCms, SignerId, SignerInfo},
    },
    diff::ChangeKind,
    policy::algorithms::Used,
    validate::{
        facts::{Form, Imprint, RangeProblem, SignatureFacts},
        finding::{Code, Finding},
        verdict::{Failure, Indeterminate, Verdict},
    },
    x509::{
        Certificate, bare_rsa,
        signature::{Checked, Digest, Scheme, named},
    },
};

pub(crate) const CONTENT_TYPE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
pub(crate) const MESSAGE_DIGEST: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// What the mathematics says about one signature.
#[derive(Debug)]
pub(crate) struct Mathematics {
    pub(crate) digest_ok: Option<bool>,
    pub(crate) signature_ok: Option<bool>,
    pub(crate) signer: Option<Certificate>,
    pub(crate) algorithm: Option<String>,
    /// What it rests on, to be held against the time at which it existed.
    pub(crate) uses: Vec<Used>,
    /// Whether what was signed names the certificate, so that the signature cannot be older.
    pub(crate) bound: bool,
    /// What stands against the signature already, worst first; nothing when the mathematics holds.
    pub(crate) against: Option<Verdict>,
    pub(crate) findings: Vec<Finding>,
}

impl Mathematics {
    pub(crate) fn check(facts: &SignatureFacts, given: &[Certificate]) -> Self {
        let mut result = Self {
            digest_ok: None,
            signature_ok: None,
            signer: None,
            algorithm: None,
            uses: Vec::new(),
            bound: false,
            against: None,
            findings: Vec::new(),
        };
        if let Err(problem) = facts.range {
            let code = match problem {
                RangeProblem::Rewritten => Code::Change(ChangeKind::SignatureRewritten),
                RangeProblem::Dictionary => Code::CmsMalformed,
                RangeProblem::Shape
                | RangeProblem::Start
                | RangeProblem::Bounds
                | RangeProblem::Gap
                | RangeProblem::End
                | RangeProblem::NoContents => Code::ByteRangeUnlawful,
            };
            result.fail(Failure::FormatFailure, code, problem.to_string());
        }
        match (&facts.form, &facts.cms) {
            (Form::RsaSha1, _) => result.bare(facts),
            (Form::Other(name), _) => {
                let detail = format!("signatures of the form {name} are not checked here");
                result
                    .findings
                    .push(Finding::failure(Code::SubFilterUnknown, detail));
                result.hold(Indeterminate::CryptoConstraintsFailureNoPoe);
            }
            (Form::Pades | Form::Pkcs7 | Form::Pkcs7Sha1 | Form::Timestamp, Err(problem)) => {
                result.fail(
                    Failure::FormatFailure,
                    Code::CmsMalformed,
                    problem.to_string(),
                );
            }
            (Form::Pades | Form::Pkcs7 | Form::Pkcs7Sha1 | Form::Timestamp, Ok(cms)) => {
                result.cms(facts, cms, given);
            }
        }
        result
    }

    fn cms(&mut self, facts: &SignatureFacts, cms: &ReceivedCms, given: &[Certificate]) {
        self.padding(cms.padding);
        let [signer] = cms.signers.as_slice() else {
            let detail = format!(
                "the CMS has {} signers where one belongs",
                cms.signers.len()
            );
            return self.fail(Failure::FormatFailure, Code::ProfileBroken, detail);
        };
        let carries = matches!(facts.form, Form::Timestamp | Form::Pkcs7Sha1);
        if !carries && cms.content.is_some() {
            let detail = "the CMS carries content of its own though the signature is detached";
            return self.fail(Failure::FormatFailure, Code::ProfileBroken, detail);
        }
        let Some(attributes) = &signer.signed_attributes else {
            self.find_signer(cms, signer, None, given);
            return self.plain(facts, cms, signer);
        };
        self.content_type(&facts.form, cms, attributes);
        self.digest(facts, cms, signer, attributes);
        self.find_signer(cms, signer, Some(attributes), given);
        self.value(signer, attributes);
        self.findings
            .extend(profile::check(&facts.form, attributes));
    }

    fn padding(&mut self, padding: Padding) {
        if padding == Padding::Other {
            let detail = "bytes other than zeros follow the signature in /Contents";
            self.findings
                .push(Finding::warning(Code::UnprotectedPadding, detail));
        }
    }

    /// ISO 32000-2 12.8.3.2: an RSA value in an OCTET STRING, over the covered bytes, by the first certificate of `/Cert`.
    fn bare(&mut self, facts: &SignatureFacts) {
        let mut named = facts.named_certificates.iter();
        let Some(signer) = named.next().and_then(|der| Certificate::parse(der).ok()) else {
            let detail = "the signer's certificate is not in /Cert";
            self.findings
                .push(Finding::failure(Code::SignerCertificateMissing, detail));
            return self.hold(Indeterminate::NoSigningCertificateFound);
        };
        let (key, kind) = (signer.key.clone(), signer.key.kind.clone());
        self.signer = Some(signer);
        let Some((value, padding)) = bare_rsa::value(&facts.contents) else {
            let detail = "/Contents holds no OCTET STRING";
            return self.fail(Failure::FormatFailure, Code::CmsMalformed, detail);
        };
        self.padding(padding);
        let Some(digest) = &facts.digest else {
            return;
        };
        let scheme = Scheme::RsaPkcs1(digest.algorithm);
        self.algorithm = Some(format!("{scheme}, {kind}"));
        match bare_rsa::check(digest.algorithm, &key, &digest.value, &value) {
            Checked::Good => {
                (self.digest_ok, self.signature_ok) = (Some(true), Some(true));
                self.uses.push(Used::Value(scheme, kind));
            }
            Checked::Bad => self.mismatch(),
            Checked::CannotCheck(name) => self.unsupported(&name),
        }
    }

    /// RFC 5652 5.4: without signed attributes the value is over the digest of the covered bytes itself. Nothing then binds
    /// the certificate, which ISO 32000-2 12.8.3.3 leaves open and PAdES forbids.
    fn plain(&mut self, facts: &SignatureFacts, cms: &ReceivedCms, signer: &SignerInfo) {
        match facts.form {
            Form::Pkcs7 if cms.content_type == DATA => {}
            Form::Pades | Form::Timestamp | Form::Pkcs7 => {
                let detail = "the signature has no signed attributes, which its form demands";
                return self.fail(Failure::FormatFailure, Code::ProfileBroken, detail);
            }
            Form::Pkcs7Sha1 | Form::RsaSha1 | Form::Other(_) => {
                return self.unsupported("a signature without signed attributes");
            }
        }
        let detail = "the signature has no signed attributes: nothing binds its certificate to it";
        self.findings
            .push(Finding::warning(Code::ProfileBroken, detail));
        let Some(digest) = Digest::read(&signer.digest_algorithm) else {
            return self.unsupported(&format!("digest {}", named(signer.digest_algorithm.oid)));
        };
        let scheme = match Scheme::read(&signer.signature_algorithm, Some(digest)) {
            Ok(scheme) => scheme,
            Err(name) => return self.unsupported(&name),
        };
        let (Some(certificate), Some(computed)) = (&self.signer, &facts.digest) else {
            return;
        };
        let (key, kind) = (certificate.key.clone(), certificate.key.kind.clone());
        self.algorithm = Some(format!("{scheme}, {kind}"));
        if scheme != Scheme::RsaPkcs1(computed.algorithm) {
            return self.unsupported(&format!("{scheme} without signed attributes"));
        }
        match bare_rsa::check(computed.algorithm, &key, &computed.value, &signer.signature) {
            Checked::Good => {
                (self.digest_ok, self.signature_ok) = (Some(true), Some(true));
                self.uses.push(Used::Value(scheme, kind));
            }
            Checked::Bad => self.mismatch(),
            Checked::CannotCheck(name) => self.unsupported(&name),
        }
    }

    /// One value over the digest alone: whether the covered bytes or the value is wrong cannot be told apart.
    fn mismatch(&mut self) {
        self.signature_ok = Some(false);
        let detail = "the signature value does not belong to the covered bytes and the key";
        self.fail(Failure::SigCryptoFailure, Code::SignatureMismatch, detail);
    }

    /// RFC 5652 11.1: exactly once, and what the CMS says it signs.
    fn content_type(&mut self, form: &Form, cms: &ReceivedCms, attributes: &ReceivedAttributes) {
        let expected = match form {
            Form::Timestamp => TST_INFO,
            Form::Pades | Form::Pkcs7 | Form::Pkcs7Sha1 | Form::RsaSha1 | Form::Other(_) => DATA,
        };
        let named = attributes.single(CONTENT_TYPE).and_then(|value| {
            Reader::new(value)
                .any()
                .and_then(crate::cms::parse::oid)
                .ok()
        });
        if named != Some(expected) || cms.content_type != expected {
            let detail = "the content-type attribute is not there once, or names something else";
            self.fail(Failure::FormatFailure, Code::ProfileBroken, detail);
        }
    }

    /// RFC 5652 11.2: exactly once, and the digest of the covered bytes.
    fn digest(
        &mut self,
        facts: &SignatureFacts,
        cms: &ReceivedCms,
        signer: &SignerInfo,
        attributes: &ReceivedAttributes,
    ) {
        let Some(stated) = attributes.single(MESSAGE_DIGEST).and_then(octets) else {
            let detail = "the message-digest attribute is not there exactly once";
            return self.fail(Failure::FormatFailure, Code::ProfileBroken, detail);
        };
        let Some(own) = Digest::read(&signer.digest_algorithm) else {
            return self.unsupported(&format!("digest {}", named(signer.digest_algorithm.oid)));
        };
        self.uses.push(Used::Digest(own));
        let (expected, computed) = match (&facts.form, cms.content.as_deref()) {
            (Form::Timestamp, Some(info)) => {
                if own.of(info) != stated {
                    self.signature_ok = Some(false);
                    let detail = "the timestamp's own content was changed";
                    return self.fail(Failure::HashFailure, Code::DigestMismatch, detail);
                }
                match Imprint::parse(info) {
                    Ok(imprint) => (imprint.value, facts.digest.as_ref()),
                    Err(problem) => {
                        return self.fail(
                            Failure::FormatFailure,
                            Code::CmsMalformed,
                            problem.to_string(),
                        );
                    }
                }
            }
            // ISO 32000-1 12.8.3.3.1: the content is the SHA-1 of the covered bytes.
            (Form::Pkcs7Sha1, Some(content)) => {
                if own.of(content) != stated {
                    self.signature_ok = Some(false);
                    let detail = "the signature's own content was changed";
                    return self.fail(Failure::HashFailure, Code::DigestMismatch, detail);
                }
                self.uses.push(Used::Digest(Digest::Sha1));
                (content.to_vec(), facts.digest.as_ref())
            }
            (Form::Pkcs7Sha1, None) => {
                let detail = "the signature carries no digest of the document";
                return self.fail(Failure::FormatFailure, Code::CmsMalformed, detail);
            }
            (Form::Timestamp, None) => {
                let detail = "the timestamp token has no content";
                return self.fail(Failure::FormatFailure, Code::CmsMalformed, detail);
            }
            (Form::Pades | Form::Pkcs7 | Form::RsaSha1 | Form::Other(_), _) => {
                (stated.to_vec(), facts.digest.as_ref())
            }
        };
        match computed {
            Some(computed) => {
                let holds = computed.value == expected;
                self.digest_ok = Some(holds);
                if !holds {
                    let detail = "the signed bytes are not those that were signed";
                    self.fail(Failure::HashFailure, Code::DigestMismatch, detail);
                }
            }
            None if facts.range.is_ok() => self.unsupported("the digest over the document"),
            None => {}
        }
    }

    /// EN 319 102-1 5.2.3: by the signer identifier, bound by the ESS attribute.
    fn find_signer(
        &mut self,
        cms: &ReceivedCms,
        signer: &SignerInfo,
        attributes: Option<&ReceivedAttributes>,
        given: &[Certificate],
    ) {
        let binding = attributes.map_or(CertificateBinding::Absent, CertificateBinding::read);
        let embedded = cms
            .certificates
            .iter()
            .filter_map(|der| Certificate::parse(der).ok());
        let all: Vec<Certificate> = embedded.chain(given.iter().cloned()).collect();
        let bound = |certificate: &&Certificate| binding.matches(&certificate.der);
        let named: Vec<&Certificate> = all
            .iter()
            .filter(|certificate| names(&signer.sid, certificate))
            .collect();
        let chosen = named
            .iter()
            .copied()
            .find(|certificate| bound(certificate) == Some(true))
            .or_else(|| named.first().copied())
            .or_else(|| {
                all.iter()
                    .find(|certificate| bound(certificate) == Some(true))
            });
        let Some(chosen) = chosen else {
            let detail = "the signer's certificate is not in the signature";
            self.findings
                .push(Finding::failure(Code::SignerCertificateMissing, detail));
            return self.hold(Indeterminate::NoSigningCertificateFound);
        };
        if named.is_empty() {
            let detail = "the signer identifier names no certificate; the bound one was used";
            self.findings
                .push(Finding::warning(Code::SignerCertificateMismatch, detail));
        }
        match (&binding, bound(&chosen)) {
            (_, Some(true)) => {
                self.bound = true;
                if binding.contradicts(chosen) {
                    let detail = "the signing-certificate attribute names another issuer or number than its certificate has";
                    self.findings
                        .push(Finding::warning(Code::ProfileBroken, detail));
                }
            }
            (CertificateBinding::Absent, _) => {}
            (CertificateBinding::Unusable(why), _) => {
                let detail = format!("the signing-certificate attribute cannot be used: {why}");
                self.findings
                    .push(Finding::failure(Code::SignerCertificateMismatch, detail));
                self.hold(Indeterminate::NoSigningCertificateFound);
            }
            (CertificateBinding::Bound { .. }, _) => {
                let detail = "the certificate is not the one the signer bound";
                self.findings
                    .push(Finding::failure(Code::SignerCertificateMismatch, detail));
                self.hold(Indeterminate::NoSigningCertificateFound);
            }
        }
        self.signer = Some(chosen.clone());
    }

    fn value(&mut self, signer: &SignerInfo, attributes: &ReceivedAttributes) {
        let digest = Digest::read(&signer.digest_algorithm);
        let scheme = match Scheme::read(&signer.signature_algorithm, digest) {
            Ok(scheme) => scheme,
            Err(name) => {
                self.algorithm = Some(name.clone());
                return self.unsupported(&name);
            }
        };
        self.algorithm = Some(scheme.to_string());
        let Some(certificate) = self.signer.clone() else {
            return;
        };
        self.algorithm = Some(format!("{scheme}, {}", certificate.key.kind));
        let checked = self.value_over(scheme, &certificate, attributes, &signer.signature);
        match checked {
            Checked::Good => self.signature_ok = Some(self.signature_ok.unwrap_or(true)),
            Checked::Bad => {
                self.signature_ok = Some(false);
                let detail = "the signature value does not belong to the signed attributes";
                self.fail(Failure::SigCryptoFailure, Code::SignatureMismatch, detail);
            }
            Checked::CannotCheck(name) => self.unsupported(&name),
        }
        self.uses
            .push(Used::Value(scheme, certificate.key.kind.clone()));
        if let (Some(own), Some(named)) = (digest, scheme.digest())
            && own != named
        {
            let detail = format!(
                "the attributes name {} and the signature is made with {}",
                own.name(),
                named.name()
            );
            self.findings
                .push(Finding::warning(Code::AlgorithmsDisagree, detail));
        }
    }

    /// Over the attributes as received; or, where they came in another order than that of DER, in that order (RFC 5652
    /// 5.4 signs the DER, and some programs sign what they send).
    fn value_over(
        &mut self,
        scheme: Scheme,
        certificate: &Certificate,
        attributes: &ReceivedAttributes,
        value: &[u8],
    ) -> Checked {
        let check = |signed: &[u8]| scheme.check(&certificate.key, signed, value);
        let Some(ordered) = attributes.in_der_order() else {
            return check(&attributes.signed);
        };
        let detail = "the signed attributes are not in the order that DER asks for";
        self.findings
            .push(Finding::warning(Code::AttributesUnordered, detail));
        match check(&attributes.signed) {
            Checked::Bad => check(&ordered),
            known @ (Checked::Good | Checked::CannotCheck(_)) => known,
        }
    }

    fn fail(&mut self, failure: Failure, code: Code, detail: impl Into<String>) {
        self.findings.push(Finding::failure(code, detail));
        match self.against {
            Some(Verdict::TotalFailed(_)) => {}
            Some(Verdict::TotalPassed | Verdict::Indeterminate(_)) | None => {
                self.against = Some(Verdict::TotalFailed(failure));
            }
        }
    }

    fn hold(&mut self, sub: Indeterminate) {
        self.against
            .get_or_insert(Verdict::Indeterminate(Some(sub)));
    }

    fn unsupported(&mut self, name: &str) {
        let detail = format!("cannot be checked here: {name}");
        self.findings
            .push(Finding::failure(Code::AlgorithmUnsupported, detail));
        self.hold(Indeterminate::CryptoConstraintsFailureNoPoe);
    }
}

fn names(sid: &SignerId, certificate: &Certificate) -> bool {
    match sid {
        SignerId::IssuerAndSerial { issuer, serial } => {
            certificate.issuer == *issuer && certificate.serial == *serial
        }
        SignerId::KeyIdentifier(id) => certificate.subject_key_id.as_ref() == Some(id),
    }
}

fn octets(value: &[u8]) -> Option<&[u8]> {
    Reader::new(value)
        .expect(tag::OCTET_STRING)
        .ok()
        .map(|octets| octets.value)
}
