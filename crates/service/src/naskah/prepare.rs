//! Making the final bytes: number and date reserved, letter typeset, every signer's field placed.

use std::sync::Arc;

use flow::digest::Sha256;
use flow::id::{BlobId, NaskahId};
use flow::naskah::{
    Command, Content, PlannedSigner, Preparation, Refusal, Source, Tahap, decide, may_prepare,
};
use flow::nomor::Nomor;
use flow::office::{Actor, Office};
use flow::time::Timestamp;
use signing::source::ByteSource;
use store::model::{NaskahRow, VersionKind, VersionRow};

use super::act::{Loaded, hold_still, load, store_outcome};
use super::create::imported_blob;
use super::fields::{name, over_anchors, over_marks};
use super::page::{Page, blocks, letter_input};
use crate::letter_blob::LetterBlobs;
use crate::office::identity;
use crate::register::{self, Moment, Wanted};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Prepares a letter whose chain has passed, or prepares it anew with the same number when its date has moved before
/// the first signature. Returns the digest of the version that signers are to be shown.
///
/// The number is reserved in a transaction of its own, before the slow work: a reservation stays with its letter, so
/// a crash in between costs nothing and leaves no gap.
///
/// # Errors
/// The rule of the office that forbids it, or what the typesetter refuses.
pub async fn prepare(app: &Arc<App>, actor: &Actor, id: NaskahId) -> Result<Sha256, ServiceError> {
    let reserved = reserve(app, actor, id).await?;
    make(app, actor, id, &reserved).await
}

/// The slow work once the number is reserved: typesets, stores and records the final bytes.
///
/// # Errors
/// As [`prepare`].
pub(crate) async fn make(
    app: &Arc<App>,
    actor: &Actor,
    id: NaskahId,
    reserved: &Reserved,
) -> Result<Sha256, ServiceError> {
    let version = final_bytes(app, id, reserved).await?;
    record(app, actor, id, reserved, &version).await?;
    Ok(version.sha256)
}

/// What is settled before the slow work begins.
pub(crate) struct Reserved {
    now: Timestamp,
    row: NaskahRow,
    content: flow::naskah::ContentRef,
    nomor: Nomor,
    office: Arc<Office>,
    planned: Vec<PlannedSigner>,
}

/// Reserves the letter's number, or finds the one it has.
///
/// # Errors
/// The rule of the office that forbids it.
pub(crate) async fn reserve(
    app: &App,
    actor: &Actor,
    id: NaskahId,
) -> Result<Reserved, ServiceError> {
    let now = app.now();
    transaction!(app.store, |tx| {
        hold_still(tx, id).await?;
        let office = tx.office().await?;
        let Loaded { naskah, row } = load(tx, id).await?;
        may_prepare(&naskah, actor, &office, now)?;
        let content = naskah
            .content()
            .cloned()
            .ok_or(Refusal::Stage(naskah.tahap().word()))?;
        let moment = Moment {
            app,
            office: &office,
            actor,
            now,
        };
        let year = office.date_in(content.opd, now).year();
        register::end_year(&moment, tx, id, year).await?;
        let wanted = Wanted {
            naskah: id,
            jenis: content.jenis,
            klasifikasi: &content.klasifikasi,
            opd: content.opd,
        };
        let nomor = register::reserve(&moment, tx, &wanted).await?;
        let planned = planned_signers(&office, &content, now)?;
        Ok(Reserved {
            now,
            row,
            content,
            nomor,
            office,
            planned,
        })
    })
}

/// Who will sign, as of now: the block is printed for that person and authority.
fn planned_signers(
    office: &Office,
    content: &flow::naskah::ContentRef,
    now: Timestamp,
) -> Result<Vec<PlannedSigner>, Refusal> {
    (1..)
        .zip(&content.signers)
        .map(|(place, jabatan)| {
            let (actor, _) = office
                .signatory(*jabatan, content.matter(), now)
                .ok_or(Refusal::NoAuthority)?;
            Ok(PlannedSigner {
                jabatan: *jabatan,
                actor,
                field: name(place),
            })
        })
        .collect()
}

/// The version that signers are shown, durable.
struct Version {
    blob: store::model::BlobRow,
    sha256: Sha256,
}

async fn final_bytes(
    app: &Arc<App>,
    id: NaskahId,
    reserved: &Reserved,
) -> Result<Version, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let blobs = LetterBlobs::open(app, &mut tx, id).await?;
    let content = Content::from_json(&blobs.read(&mut tx, reserved.content.blob).await?)?;
    let identity = identity(&mut tx).await?;
    let page = Page {
        id,
        row: &reserved.row,
        content: &content,
        office: &reserved.office,
        planned: &reserved.planned,
        nomor: &reserved.nomor,
        identity: &identity,
        settings: &app.settings,
        now: reserved.now,
    };
    let pages = match &content.source {
        Source::Template { .. } => Pages::Typeset(Box::new(letter_input(&page)?)),
        Source::Imported { sha256 } => Pages::Imported {
            blocks: blocks(&page)?,
            file: blobs.read(&mut tx, imported_blob(id, *sha256)).await?,
        },
    };
    // A connection must not be held while the typesetter works.
    drop(tx);
    let names: Vec<String> = reserved
        .planned
        .iter()
        .map(|signer| signer.field.clone())
        .collect();
    let worker = Arc::clone(&app.worker);
    let bytes = tokio::task::spawn_blocking(move || {
        let (mut file, fields) = match pages {
            Pages::Typeset(letter) => {
                let typeset = worker.typeset(*letter)?;
                (typeset.pdf, over_anchors(&names, &typeset.anchors))
            }
            Pages::Imported { file, blocks } => {
                let source: Arc<dyn ByteSource> = Arc::new(file.clone());
                let fields = over_marks(worker.as_ref(), &source, &names, blocks)?;
                (file, fields)
            }
        };
        let source: Arc<dyn ByteSource> = Arc::new(file.clone());
        let append = worker.place_fields(source, fields)?;
        file.extend_from_slice(&append);
        Ok::<_, ServiceError>(file)
    })
    .await??;
    let blob = blobs.put(&bytes).await?;
    Ok(Version {
        blob,
        sha256: blob.plain_sha256,
    })
}

enum Pages {
    Typeset(Box<letter::LetterInput>),
    Imported {
        file: Vec<u8>,
        /// In the order of the signers.
        blocks: Vec<letter::Block>,
    },
}

async fn record(
    app: &App,
    actor: &Actor,
    id: NaskahId,
    reserved: &Reserved,
    version: &Version,
) -> Result<(), ServiceError> {
    let now = reserved.now;
    let preparation = Preparation {
        nomor: reserved.nomor.clone(),
        date: reserved.office.date_in(reserved.content.opd, now),
        content_digest: reserved.content.digest,
        version_sha256: version.sha256,
        blob: version.blob.id,
        signers: reserved.planned.clone(),
    };
    transaction!(app.store, |tx| {
        hold_still(tx, id).await?;
        let office = tx.office().await?;
        let loaded = load(tx, id).await?;
        let command = if matches!(loaded.naskah.tahap(), Tahap::Ready) {
            Command::Prepare(preparation.clone())
        } else {
            Command::Reprepare(preparation.clone())
        };
        let events = decide(&loaded.naskah, command, actor, &office, now)?;
        tx.insert_blob(&version.blob).await?;
        store_outcome(app, tx, loaded, &events, &office, now).await?;
        add_version(
            tx,
            id,
            VersionKind::Prepared,
            version.blob.id,
            version.sha256,
            now,
        )
        .await
    })
}

/// Adds the next version of a letter's PDF.
pub(crate) async fn add_version(
    tx: &mut store::Tx,
    naskah: NaskahId,
    kind: VersionKind,
    blob: BlobId,
    sha256: Sha256,
    created: Timestamp,
) -> Result<(), ServiceError> {
    let newest = tx.newest_version(naskah).await?;
    tx.insert_version(&VersionRow {
        naskah,
        no: newest.map_or(1, |newest| newest.no + 1),
        kind,
        blob,
        sha256,
        created,
    })
    .await?;
    Ok(())
}
