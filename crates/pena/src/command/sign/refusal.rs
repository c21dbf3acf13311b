//! A refusal, and what the person can do about it.

use anyhow::anyhow;
use signing::{
    Access,
    pdf::{ReadError, append::AppendError},
    sign::{Demand, Rule, SignError, fields},
    source::ByteSource,
};

/// The same of an error that another room passed on; what is no refusal stays as it is.
pub fn explain_passed_on(
    error: anyhow::Error,
    document: &dyn ByteSource,
    access: &Access,
) -> anyhow::Error {
    let refusal = error.downcast_ref::<SignError>().cloned().or_else(|| {
        let unread = error.downcast_ref::<ReadError>()?;
        Some(unread.clone().into())
    });
    match refusal {
        Some(refusal) => explain(&refusal, document, access),
        None => error,
    }
}

/// The rule that refused, and the next step where there is one.
pub fn explain(error: &SignError, document: &dyn ByteSource, access: &Access) -> anyhow::Error {
    let said = if let SignError::NoSuchPage(page) = error {
        // People count pages from 1.
        format!("there is no page {}", page.saturating_add(1))
    } else {
        error.to_string()
    };
    match next_step(error, document, access) {
        Some(step) => anyhow!("{said}; {step}"),
        None => anyhow!(said),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "not every refusal has a next step, and the enum is non-exhaustive"
)]
fn next_step(error: &SignError, document: &dyn ByteSource, access: &Access) -> Option<String> {
    let step = match error {
        SignError::Append(AppendError::Repaired) => {
            "`pena sign --rewrite-first` writes it anew and signs that; look at the result"
        }
        SignError::Append(AppendError::Read(ReadError::Locked)) if access.has_password() => {
            "the password in --password-file is not its user's and not its owner's"
        }
        SignError::Append(AppendError::Read(ReadError::Locked)) => {
            "give its password by --password-file"
        }
        SignError::Append(AppendError::Read(ReadError::Encryption(_))) => {
            "ask for a copy that is not encrypted, or by a password"
        }
        SignError::Forbidden(Rule::Closed) => {
            "sign an earlier version of it, or a document of its own"
        }
        SignError::Forbidden(Rule::NewField) => {
            "use --invisible, or --field with one of its empty fields"
        }
        SignError::Forbidden(Rule::EmptyField) => {
            "add fields to the document as it was before it was signed; `pena sign` makes its own field"
        }
        SignError::Forbidden(Rule::LockedField(_)) => {
            "sign a field that is not locked, or a version from before that signature"
        }
        SignError::Forbidden(Rule::CertifyFirst) => "leave out --certify",
        SignError::Forbidden(Rule::NoFilling) => OWNER,
        SignError::Forbidden(Rule::NoNewField) => return Some(owner_or_field(document, access)),
        SignError::Forbidden(Rule::SeedValue { demand, .. }) => return Some(met(demand)),
        SignError::NoSuchField(_) | SignError::AlreadySigned(_) => {
            return Some(empty_fields(document, access));
        }
        SignError::NoMarker(_) => "give --page and --rect instead, or leave out --marker",
        SignError::BadRectangle => "give --rect as left,bottom,width,height in points",
        SignError::OffPage { .. } => {
            "move it or make it smaller (over a marker by --size); it is counted from the lower left corner of the page as seen"
        }
        SignError::Unseen => "leave out --block and --image, or give --page and --rect",
        _ => return None,
    };
    Some(step.to_owned())
}

/// How a demand of a field is met, or who can lift it.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "most demands are about the form itself, and the enum is non-exhaustive"
)]
fn met(demand: &Demand) -> String {
    let step = match demand {
        Demand::Reasons(_) => "give just that by --reason",
        Demand::NoReason => "leave out --reason",
        Demand::DigestMethod(_) => "choose it by --digest, if the key signs with it",
        Demand::Timestamp { .. } => "add --level b-t with --tsa and --trust",
        Demand::Certification(0) | Demand::NoLock => "leave out --certify",
        Demand::Certification(number @ 1..=3) => return format!("give --certify {number}"),
        Demand::Lock => "give --certify 1 or leave out --certify",
        Demand::UnknownCertificate
        | Demand::Subject
        | Demand::Issuer(_)
        | Demand::Policy(_)
        | Demand::SubjectDn(_)
        | Demand::KeyUsage(_) => "sign with the key of such a certificate",
        _ => "only whoever made the form can lift that",
    };
    step.to_owned()
}

const OWNER: &str = "give the owner's password by --password-file";

fn owner_or_field(document: &dyn ByteSource, access: &Access) -> String {
    match names_of_empty_fields(document, access) {
        Some(names) => format!("{OWNER}, or sign one of its empty fields by --field: {names}"),
        None => OWNER.to_owned(),
    }
}

fn empty_fields(document: &dyn ByteSource, access: &Access) -> String {
    match names_of_empty_fields(document, access) {
        Some(names) => format!("its empty signature fields are: {names}"),
        None => "it has no empty signature field: leave out --field, or give --page and --rect"
            .to_owned(),
    }
}

fn names_of_empty_fields(document: &dyn ByteSource, access: &Access) -> Option<String> {
    let empty: Vec<String> = fields(document, access.clone())
        .unwrap_or_default()
        .into_iter()
        .filter(|field| !field.signed)
        .map(|field| field.name)
        .collect();
    (!empty.is_empty()).then(|| empty.join(", "))
}
