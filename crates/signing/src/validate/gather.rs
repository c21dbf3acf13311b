//! Reads the facts of a file: its signatures, what each covers, its digests in one pass, and what came later.

use std::{collections::HashMap, sync::Arc};

use super::{
    coverage,
    digests::{self, Begun, Wanted},
    facts::{Behind, Facts, Form, Later, RangeProblem, SignatureFacts},
    report::Kind,
};
use crate::{
    UtcTime,
    access::Access,
    budget::LimitError,
    cms::{ber::BerError, parse::ReceivedCms},
    diff::{
        self, Change, ChangeKind, Restriction, Step,
        fields::{self, FieldKind, FieldNode},
    },
    pdf::{self, Located, ObjectId, Pdf, ReadError, View},
    source::ByteSource,
    x509::legible::one_line,
};

/// Reads everything a judgement needs, without a policy and without a clock.
///
/// # Errors
/// When the bytes are no PDF, are locked, or would cost more than the budget.
pub fn gather(source: &dyn ByteSource, access: impl Into<Access>) -> Result<Facts, ReadError> {
    gather_which(source, access.into(), Which::All)
}

/// The same for who just signed this field, as the newest one: nothing is read of other signatures, and the document before
/// it is not hashed again if its digest is known.
pub(crate) fn gather_made(
    source: &dyn ByteSource,
    access: Access,
    field: &str,
    begun: Option<&Begun>,
) -> Result<Facts, ReadError> {
    gather_which(source, access, Which::Made { field, begun })
}

/// The signatures that are asked for.
#[derive(Clone, Copy)]
enum Which<'a> {
    All,
    Made {
        field: &'a str,
        begun: Option<&'a Begun>,
    },
}

impl<'a> Which<'a> {
    fn holds(self, field: &FieldNode) -> bool {
        match self {
            Self::All => true,
            Self::Made { field: made, .. } => field.name == made,
        }
    }

    fn begun(self) -> Option<&'a Begun> {
        match self {
            Self::All => None,
            Self::Made { begun, .. } => begun,
        }
    }
}

fn gather_which(
    source: &dyn ByteSource,
    access: Access,
    which: Which<'_>,
) -> Result<Facts, ReadError> {
    let most = access.budget.signatures;
    let pdf = Pdf::open(source, access)?;
    let view = pdf.newest();
    let mut found = signatures(&view, which)?;
    if u32::try_from(found.len()).is_ok_and(|count| count > most) {
        return Err(LimitError::Signatures.into());
    }
    found.sort_by_key(|found| {
        found
            .facts
            .range
            .as_ref()
            .map_or(u64::MAX, |covered| covered.end)
    });
    later(&pdf, &mut found);
    let mut facts: Vec<SignatureFacts> = found.into_iter().map(|found| found.facts).collect();
    digest(source, &mut facts, which.begun())?;
    let [certificates, crls, ocsps] = store(&view)?;
    Ok(Facts {
        length: pdf.len(),
        repaired: pdf.is_repaired(),
        hybrid: pdf
            .sections()
            .iter()
            .any(|section| section.form == pdf::Form::Hybrid),
        signatures: facts,
        certificates,
        crls,
        ocsps,
    })
}

struct Found {
    facts: SignatureFacts,
    /// The revision it covers, when its range is lawful.
    revision: Option<usize>,
    restriction: Restriction,
}

/// Every signature dictionary that one of these signature fields holds, once; and among all of them the certification.
fn signatures(view: &View<'_>, which: Which<'_>) -> Result<Vec<Found>, ReadError> {
    let mut found: Vec<Found> = Vec::new();
    let mut by_id: HashMap<ObjectId, usize> = HashMap::new();
    for field in fields::all(view)? {
        if field.kind != FieldKind::Signature || !which.holds(&field) {
            continue;
        }
        let name = one_line(&field.name);
        let signature = match view.entry(&field.at, b"V") {
            Ok(Some(signature)) => signature,
            Ok(None) => continue,
            Err(error @ (ReadError::Limit(_) | ReadError::Source(_))) => return Err(error),
            Err(_) => {
                found.push(unreadable(name));
                continue;
            }
        };
        if signature.dictionary().is_none() {
            continue;
        }
        let own = (signature.node == signature.object.node).then_some(signature.object.id);
        if let Some(known) = own
            .and_then(|id| by_id.get(&id))
            .and_then(|at| found.get_mut(*at))
        {
            if known.facts.field != name {
                known.facts.shared_with.push(name);
            }
            continue;
        }
        by_id.extend(own.map(|id| (id, found.len())));
        found.push(read(view, &field.at, name, &signature)?);
    }
    match which {
        Which::All => found.extend(unheld_certification(view, &by_id)?),
        Which::Made { .. } => {}
    }
    Ok(found)
}

/// The certification where no field holds it: to take its field away takes nothing of what it forbids.
fn unheld_certification(
    view: &View<'_>,
    held: &HashMap<ObjectId, usize>,
) -> Result<Option<Found>, ReadError> {
    let certification = match certification(view) {
        Err(error @ (ReadError::Limit(_) | ReadError::Source(_))) => return Err(error),
        named => named.ok().flatten(),
    };
    let is_signature = |at: &Located| {
        let has = |key: &[u8]| at.dictionary().is_some_and(|of| of.entry(key).is_some());
        at.node == at.object.node && has(b"ByteRange") && has(b"Contents")
    };
    certification
        .filter(|at| is_signature(at) && !held.contains_key(&at.object.id))
        .map(|at| read(view, &at, CERTIFICATION.to_owned(), &at))
        .transpose()
}

/// What the catalog names as the certification (12.8.6).
fn certification(view: &View<'_>) -> Result<Option<Located>, ReadError> {
    match view.entry(&view.catalog()?, b"Perms")? {
        Some(permissions) => view.entry(&permissions, b"DocMDP"),
        None => Ok(None),
    }
}

/// Stands for a field that the certification does not have.
const CERTIFICATION: &str = "(DocMDP)";

/// A signature is there, and that is all that can be said.
fn unreadable(field: String) -> Found {
    Found {
        facts: SignatureFacts {
            field,
            shared_with: Vec::new(),
            kind: Kind::Signature,
            form: Form::Other("(none)".to_owned()),
            range: Err(RangeProblem::Dictionary),
            contents: Vec::new(),
            named_certificates: Vec::new(),
            cms: ReceivedCms::parse(&[]),
            digest: None,
            claimed_time: None,
            reason: None,
            location: None,
            certifies: None,
            covers_store: false,
            later: Later::NONE,
        },
        revision: None,
        restriction: Restriction::default(),
    }
}

fn read(
    view: &View<'_>,
    field: &Located,
    name: String,
    signature: &Located,
) -> Result<Found, ReadError> {
    let form = form(view, signature)?;
    let contents = view.entry(signature, b"Contents")?;
    let octets = contents
        .as_ref()
        .and_then(|contents| contents.node.as_string());
    let contents = octets.unwrap_or_default().to_vec();
    let cms = match ReceivedCms::parse(&contents) {
        // What costs too much to read is not called wrong.
        Err(BerError::Budget) => return Err(LimitError::SignatureParts.into()),
        read => read,
    };
    let (range, revision) = match coverage::read(view, signature)? {
        Ok((covered, revision)) => (Ok(covered), Some(revision)),
        Err(problem) => (Err(problem), None),
    };
    let restriction = Restriction::read(view, signature, field)?;
    let claimed_time = match view.entry(signature, b"M")? {
        Some(at) => at
            .node
            .as_string()
            .and_then(|text| UtcTime::parse_pdf(&String::from_utf8_lossy(text)).ok()),
        None => None,
    };
    let said = |key: &[u8]| -> Result<Option<String>, ReadError> {
        let text = view.entry(signature, key)?;
        let text = text.as_ref().and_then(|text| text.node.as_string());
        Ok(text.map(fields::text))
    };
    let certifies = certifies(view, signature)?.then(|| restriction.permission.unwrap_or(2));
    let kind = if form == Form::Timestamp {
        Kind::DocumentTimestamp
    } else {
        Kind::Signature
    };
    let facts = SignatureFacts {
        field: name,
        shared_with: Vec::new(),
        kind,
        range,
        contents,
        named_certificates: match form {
            Form::RsaSha1 => named_certificates(view, signature)?,
            Form::Pades | Form::Pkcs7 | Form::Pkcs7Sha1 | Form::Timestamp | Form::Other(_) => {
                Vec::new()
            }
        },
        form,
        cms,
        digest: None,
        claimed_time,
        reason: said(b"Reason")?,
        location: said(b"Location")?,
        certifies,
        covers_store: match revision {
            Some(revision) => has_store(&view.pdf().at(revision)),
            None => false,
        },
        later: Later::NONE,
    };
    Ok(Found {
        facts,
        revision,
        restriction,
    })
}

/// `/Cert`: one certificate, or a list of them (ISO 32000-2 table 255).
fn named_certificates(view: &View<'_>, signature: &Located) -> Result<Vec<Vec<u8>>, ReadError> {
    let Some(named) = view.entry(signature, b"Cert")? else {
        return Ok(Vec::new());
    };
    if let Some(one) = named.node.as_string() {
        return Ok(vec![one.to_vec()]);
    }
    let each = view.items(&named)?.into_iter().take(MAX_NAMED);
    Ok(each
        .filter_map(|one| one.node.as_string().map(<[u8]>::to_vec))
        .collect())
}

fn form(view: &View<'_>, signature: &Located) -> Result<Form, ReadError> {
    let name = view.entry(signature, b"SubFilter")?;
    Ok(match name.as_ref().and_then(|name| name.node.as_name()) {
        Some(b"ETSI.CAdES.detached") => Form::Pades,
        Some(b"adbe.pkcs7.detached") => Form::Pkcs7,
        Some(b"adbe.pkcs7.sha1") => Form::Pkcs7Sha1,
        Some(b"adbe.x509.rsa_sha1") => Form::RsaSha1,
        Some(b"ETSI.RFC3161") => Form::Timestamp,
        Some(other) => Form::Other(fields::text(other)),
        None => Form::Other("(none)".to_owned()),
    })
}

/// Whether the catalog names this signature as the certification.
fn certifies(view: &View<'_>, signature: &Located) -> Result<bool, ReadError> {
    Ok(certification(view)?.is_some_and(|named| {
        Arc::ptr_eq(&named.object, &signature.object)
            || (named.object.id == signature.object.id && named.node == signature.node)
    }))
}

/// Compares each revision with the one before it, once, and tells every earlier signature.
fn later(pdf: &Pdf<'_>, found: &mut [Found]) {
    let Some(first) = found.iter().filter_map(|found| found.revision).min() else {
        return;
    };
    let last = pdf.revisions().len().saturating_sub(1);
    let dangling_from = (0..=last).find(|revision| diff::dangling(pdf, *revision));
    if first == last {
        return found
            .iter_mut()
            .for_each(|one| behind(pdf, one, dangling_from));
    }
    let (dangling_from, unknown) = match diff::reaches_beyond(pdf, first) {
        Ok(true) => (Some(0), None),
        Ok(false) => (dangling_from, None),
        Err(problem) => (dangling_from, Some(problem.to_string())),
    };
    let mut known = diff::References::of(pdf, first);
    let steps: Vec<(usize, Step, Option<String>)> = (first.saturating_add(1)..=last)
        .map(|newer| {
            let compared = match &mut known {
                Ok(known) => diff::changes(pdf, newer, known),
                Err(problem) => Err(problem.clone()),
            };
            let step = compared.unwrap_or_else(|problem| Step::unknown(&problem.to_string()));
            let before = found
                .iter()
                .filter(|found| found.revision.is_some_and(|revision| revision < newer))
                .map(|found| (found.facts.field.as_str(), &found.restriction));
            let forbidden = diff::judge(&step, before);
            (newer, step, forbidden)
        })
        .collect();
    for one in found.iter_mut() {
        let Some(revision) = one.revision else {
            continue;
        };
        let mut later = Later::NONE;
        for (_, step, forbidden) in steps.iter().filter(|(newer, _, _)| *newer > revision) {
            later.modification = later.modification.max(step.modification());
            later.changes.extend(step.changes.iter().cloned());
            if let Some(rule) = forbidden {
                later.permitted = false;
                later.forbidden_by.get_or_insert_with(|| rule.clone());
            }
        }
        one.facts.later = later;
        behind(pdf, one, dangling_from);
        if let Some(why) = &unknown {
            forbid(&mut one.facts.later, ChangeKind::NotCompared, why);
        }
    }
}

/// What lies behind a signature and in no revision, or was there before it in a way that lets later bytes decide.
fn behind(pdf: &Pdf<'_>, one: &mut Found, dangling_from: Option<usize>) {
    let (Some(revision), Ok(covered)) = (one.revision, &one.facts.range) else {
        return;
    };
    if covered.behind == Behind::More {
        if pdf.is_repaired() {
            forbid(&mut one.facts.later, ChangeKind::BytesAppended, "");
            forbid(&mut one.facts.later, ChangeKind::RevisionsUnclear, "");
        } else {
            if !coverage::only_space_behind(pdf) {
                forbid(&mut one.facts.later, ChangeKind::BytesAppended, "");
            }
            if !coverage::is_read_by_its_own(pdf, revision, covered.end) {
                forbid(&mut one.facts.later, ChangeKind::ForeignCrossReference, "");
            }
        }
    }
    if dangling_from.is_some_and(|first| first <= revision) {
        forbid(&mut one.facts.later, ChangeKind::PointsBehindItself, "");
    }
}

fn forbid(later: &mut Later, kind: ChangeKind, subject: &str) {
    let change = Change::new(kind, subject);
    later.modification = later.modification.max(change.class);
    later.permitted = false;
    later
        .forbidden_by
        .get_or_insert_with(|| change.what.clone());
    later.changes.push(change);
}

/// Digests of all lawful signatures in one pass over the file.
fn digest(
    source: &dyn ByteSource,
    facts: &mut [SignatureFacts],
    begun: Option<&Begun>,
) -> Result<(), ReadError> {
    let wanted: Vec<(usize, Wanted)> = facts
        .iter()
        .enumerate()
        .filter_map(|(at, facts)| Some((at, facts.range.as_ref().ok()?, facts.digests_wanted())))
        .flat_map(|(at, covered, algorithms)| {
            let wanted = move |algorithm| Wanted {
                algorithm,
                gap: covered.gap.clone(),
                end: covered.end,
            };
            algorithms
                .into_iter()
                .map(move |algorithm| (at, wanted(algorithm)))
        })
        .collect();
    let ranges: Vec<Wanted> = wanted.iter().map(|(_, wanted)| wanted.clone()).collect();
    for ((at, _), digest) in wanted.iter().zip(digests::all(source, &ranges, begun)?) {
        if let (Some(facts), Some(digest)) = (facts.get_mut(*at), digest)
            && (facts.digest.is_none() || facts.is_over(&digest))
        {
            facts.digest = Some(digest);
        }
    }
    Ok(())
}

fn has_store(view: &View<'_>) -> bool {
    let store = view
        .catalog()
        .and_then(|catalog| view.entry(&catalog, b"DSS"));
    matches!(store, Ok(Some(_)))
}

/// Certificates, revocation lists and answers of the document security store; what cannot be decoded is left out.
fn store(view: &View<'_>) -> Result<[Vec<Vec<u8>>; 3], ReadError> {
    let Some(store) = view.entry(&view.catalog()?, b"DSS")? else {
        return Ok(Default::default());
    };
    let streams = |key: &[u8]| -> Result<Vec<Vec<u8>>, ReadError> {
        let Some(list) = view.entry(&store, key)? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for item in view.items(&list)?.into_iter().take(MAX_STORED) {
            match view.stream_data(&item.object) {
                Ok(data) => found.push(data),
                Err(error @ (ReadError::Limit(_) | ReadError::Source(_))) => return Err(error),
                Err(_) => {}
            }
        }
        Ok(found)
    };
    Ok([streams(b"Certs")?, streams(b"CRLs")?, streams(b"OCSPs")?])
}

const MAX_STORED: usize = 1_000;
const MAX_NAMED: usize = 100;
