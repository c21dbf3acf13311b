//! What a signer is about to sign: final bytes, number and date, made now where they are missing or outdated.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use flow::digest::Sha256;
use flow::id::{JabatanId, NaskahId};
use flow::naskah::{Refusal, Tahap, may_sign};
use flow::office::{Actor, Authority};
use flow::time::{CalendarDate, Timestamp};
use futures::{StreamExt as _, stream};
use serde::Serialize;
use store::model::KeySecret;

use crate::access::{self, Action, LetterPermit};
use crate::identity::Subject;
use crate::naskah::{Reserved, make, reserve};
use crate::{App, ServiceError};

/// A letter as it will be signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreparedView {
    /// The letter.
    pub naskah: NaskahId,
    /// SHA-256 of the version to be shown and signed over.
    pub version_sha256: Sha256,
    /// Its number.
    pub nomor: String,
    /// The date on it.
    pub date: CalendarDate,
    /// What it is about, where lists may say it.
    pub hal: Option<String>,
    /// The position that signs.
    pub jabatan: JabatanId,
    /// What is printed above the name, line by line.
    pub above: Vec<String>,
    /// The name that is printed.
    pub name: String,
    /// Number of the SK the signer acts under, where it is not their own position.
    pub sk: Option<String>,
}

/// The certificate that the subject would sign with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnCertificate {
    /// Whom it names.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// Its serial number, in hexadecimal digits.
    pub serial: String,
    /// Since when it is valid.
    pub not_before: Timestamp,
    /// Until when.
    pub not_after: Timestamp,
    /// What its key asks for.
    pub asks: KeySecret,
}

/// Prepares each letter that is the subject's to sign now, unless its final bytes still stand. One letter that cannot
/// be prepared does not keep the others. Numbers are given in the order of the list; the slow work is done a few
/// letters at a time.
pub async fn prepare_many(
    app: &Arc<App>,
    subject: &Subject,
    letters: &[NaskahId],
) -> Vec<(NaskahId, Result<PreparedView, ServiceError>)> {
    let mut begun = Vec::new();
    for id in letters {
        begun.push((*id, begin(app, subject, *id).await));
    }
    let at_a_time = available_parallelism().map_or(2, NonZeroUsize::get);
    stream::iter(begun)
        .map(|(id, begun)| finish(app, subject, id, begun))
        .buffered(at_a_time)
        .collect()
        .await
}

/// What is left to do for a letter.
enum Begun {
    /// Its final bytes stand.
    Nothing,
    /// They are to be made, by whoever this is.
    Making(Actor, Box<Reserved>),
}

async fn begin(app: &Arc<App>, subject: &Subject, id: NaskahId) -> Result<Begun, ServiceError> {
    let permit = access::letter(app, subject, id, Action::Sign).await?;
    if stands(app, &permit)? {
        return Ok(Begun::Nothing);
    }
    let actor = permit.actor()?;
    let reserved = reserve(app, &actor, id).await?;
    Ok(Begun::Making(actor, Box::new(reserved)))
}

async fn finish(
    app: &Arc<App>,
    subject: &Subject,
    id: NaskahId,
    begun: Result<Begun, ServiceError>,
) -> (NaskahId, Result<PreparedView, ServiceError>) {
    let finished = async {
        match begun? {
            Begun::Nothing => {}
            Begun::Making(actor, reserved) => {
                make(app, &actor, id, &reserved).await?;
            }
        }
        let permit = access::letter(app, subject, id, Action::Sign).await?;
        view(app, &permit).await
    };
    (id, finished.await)
}

/// Whether the final bytes can be signed as they are.
fn stands(app: &App, permit: &LetterPermit) -> Result<bool, ServiceError> {
    match permit.naskah.tahap() {
        Tahap::Ready => return Ok(false),
        Tahap::Signing { .. } => {}
        Tahap::New
        | Tahap::Draft
        | Tahap::Review { .. }
        | Tahap::Returned { .. }
        | Tahap::Signed { .. }
        | Tahap::Dispatched { .. }
        | Tahap::Filed { .. }
        | Tahap::Withdrawn
        | Tahap::Rejected { .. }
        | Tahap::Cancelled { .. } => {
            return Err(Refusal::Stage(permit.naskah.tahap().word()).into());
        }
    }
    let refusal = Refusal::Stage(permit.naskah.tahap().word());
    let (step, jabatan) = permit.naskah.next_signer().ok_or(refusal)?;
    let version = permit.naskah.tahap().current_version().ok_or(refusal)?;
    let actor = permit.actor()?;
    let answer = may_sign(
        &permit.naskah,
        step,
        version,
        &actor,
        &permit.office,
        app.now(),
    );
    let unsigned = permit.naskah.tahap().signatures().is_empty();
    match answer {
        Ok(_) => Ok(true),
        Err(Refusal::DateMoved) => Ok(false),
        // Somebody else may act for the position since then: the block is printed anew, for them.
        Err(Refusal::PrintedOtherwise) if unsigned => {
            let printed = permit
                .office
                .signatory(jabatan, permit.facts.matter, app.now())
                .is_some_and(|(now, _)| now.pejabat == actor.pejabat);
            if printed {
                Ok(false)
            } else {
                Err(Refusal::PrintedOtherwise.into())
            }
        }
        Err(other) => Err(other.into()),
    }
}

async fn view(app: &App, permit: &LetterPermit) -> Result<PreparedView, ServiceError> {
    let naskah = &permit.naskah;
    let stage = Refusal::Stage(naskah.tahap().word());
    let prepared = naskah.tahap().prepared().ok_or(stage)?;
    let (step, jabatan) = naskah.next_signer().ok_or(stage)?;
    let signer = prepared.signers.get(usize::from(step)).ok_or(stage)?;
    let actor = permit.actor()?;
    let block = permit
        .office
        .penanda(permit.facts.matter.jenis, jabatan, &actor, signer.authority)
        .ok_or(Refusal::NoAuthority)?;
    let sk = match signer.authority {
        Authority::Definitive => None,
        Authority::Mandat { mandat, .. } => permit
            .office
            .mandat
            .get(&mandat)
            .map(|mandat| mandat.sk().to_owned()),
    };
    let text = app.store.snapshot().await?.text_of(naskah.id()).await?;
    Ok(PreparedView {
        naskah: naskah.id(),
        version_sha256: naskah.tahap().current_version().ok_or(stage)?,
        nomor: prepared.nomor.text().to_owned(),
        date: prepared.date,
        hal: text.map(|text| text.hal),
        jabatan,
        above: block.above,
        name: block.name,
        sk,
    })
}

/// The certificate that the subject would sign with now; `None` without one.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn own_certificate(
    app: &App,
    subject: &Subject,
) -> Result<Option<OwnCertificate>, ServiceError> {
    let Some(pejabat) = subject.pejabat else {
        return Ok(None);
    };
    let (bound, chain) = match super::activate::signing_key(app, pejabat).await {
        Ok(key) => (key.bound, key.chain),
        Err(ServiceError::NoKey(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let leaf = chain.first().map(|leaf| leaf.0.as_slice());
    let leaf = leaf.unwrap_or_default();
    let corrupt = |why: String| ServiceError::Corrupt {
        what: "certificate of",
        id: pejabat.to_string(),
        why,
    };
    let (_, found) =
        x509_parser::parse_x509_certificate(leaf).map_err(|error| corrupt(error.to_string()))?;
    let at = |time: &x509_parser::time::ASN1Time| {
        Timestamp::from_micros(time.timestamp().saturating_mul(1_000_000))
    };
    let common = |name: &x509_parser::x509::X509Name<'_>| {
        let first = name.iter_common_name().next();
        first
            .and_then(|value| value.as_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    Ok(Some(OwnCertificate {
        subject: common(found.subject()),
        issuer: common(found.issuer()),
        serial: hex::encode(found.raw_serial()),
        not_before: at(&found.validity().not_before),
        not_after: at(&found.validity().not_after),
        asks: bound.map_or(KeySecret::Passphrase, |bound| bound.asks),
    }))
}
