//! The rules a PAdES baseline signature keeps beyond CMS (EN 319 142-1 6.3).

use der::asn1::ObjectIdentifier;

use crate::{
    cms::{ess::CertificateBinding, parse::ReceivedAttributes},
    validate::{
        facts::Form,
        finding::{Code, Finding},
    },
};

const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");

pub(crate) fn check(form: &Form, attributes: &ReceivedAttributes) -> Vec<Finding> {
    let mut findings = Vec::new();
    if *form == Form::Pades && attributes.of(SIGNING_TIME).next().is_some() {
        let detail = "PAdES forbids the signing-time attribute; the claimed time belongs in /M";
        findings.push(Finding::warning(Code::ProfileBroken, detail));
    }
    if *form == Form::Pades && !binds(attributes) {
        let detail = "PAdES asks for a signing-certificate attribute";
        findings.push(Finding::failure(Code::ProfileBroken, detail));
    }
    findings
}

/// Whether the signed attributes bind the signer's certificate at all.
pub(crate) fn binds(attributes: &ReceivedAttributes) -> bool {
    CertificateBinding::read(attributes) != CertificateBinding::Absent
}

/// Whether the attributes hold every rule of the baseline profile B-B.
pub(crate) fn is_baseline(form: &Form, attributes: &ReceivedAttributes) -> bool {
    *form == Form::Pades && binds(attributes) && attributes.of(SIGNING_TIME).next().is_none()
}
