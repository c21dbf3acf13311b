//! Steps 4 and 5: from a stored CMS, with its timestamp, to the stored outcome. Runs again as a whole after a crash.

use std::sync::Arc;

use flow::digest::Sha256;
use flow::id::{BlobId, IntentId, NaskahId};
use flow::naskah::{Command, Signing, Tahap, decide};
use flow::office::Actor;
use signing::cms::TimestampToken;
use signing::sign::{SignError, ToBeSigned, timestamp};
use signing::source::ByteSource;
use store::model::{BlobRow, IntentRow, IntentState, Level, VersionKind};

use crate::letter_blob::LetterBlobs;
use crate::naskah::{add_version, load, store_outcome};
use crate::register::{self, Moment};
use crate::transaction::transaction;
use crate::{App, ServiceError, provable};

/// A signature that is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// The letter.
    pub naskah: NaskahId,
    /// The place of the resulting version among the letter's versions, from 1.
    pub version: u64,
    /// SHA-256 of the resulting version.
    pub sha256: Sha256,
}

/// Embeds the stored CMS into the stored append and records the outcome.
pub(super) async fn finish(app: &Arc<App>, id: IntentId) -> Result<Signed, ServiceError> {
    let (row, signed) = embed(app, id).await?;
    record(app, &row, &signed).await
}

/// Step 4. The blob's id is the intent's, so embedding again after a crash gives the same blob.
async fn embed(app: &Arc<App>, id: IntentId) -> Result<(IntentRow, BlobRow), ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let row = tx.intent(id).await?.ok_or_else(|| ServiceError::NotFound {
        what: "intent",
        id: id.to_string(),
    })?;
    let corrupt = |why: &str| ServiceError::Corrupt {
        what: "intent",
        id: id.to_string(),
        why: why.to_owned(),
    };
    let cms = stamped(&row)?.ok_or_else(|| corrupt("its CMS or timestamp is not stored"))?;
    let blobs = LetterBlobs::open(app, &mut tx, row.intent.naskah).await?;
    let to_be_signed: ToBeSigned =
        serde_json::from_slice(&blobs.read(&mut tx, row.intent.tbs_blob).await?)
            .map_err(|error| corrupt(&error.to_string()))?;
    let base = tx
        .versions(row.intent.naskah)
        .await?
        .into_iter()
        .find(|version| version.sha256 == row.intent.version_sha256)
        .ok_or_else(|| corrupt("the version it signs is not stored"))?;
    let mut bytes = blobs.read(&mut tx, base.blob).await?;
    // A connection must not be held while the worker works.
    drop(tx);
    let worker = Arc::clone(&app.worker);
    let bytes = tokio::task::spawn_blocking(move || {
        let source: Arc<dyn ByteSource> = Arc::new(bytes.clone());
        let append = worker.embed(source, to_be_signed, cms)?;
        bytes.extend_from_slice(&append);
        Ok::<_, ServiceError>(bytes)
    })
    .await??;
    let blob = blobs.put_as(BlobId::from_uuid(id.uuid()), &bytes).await?;
    Ok((row, blob))
}

/// The CMS with its timestamp; above B-B none is complete without. `None` when one of them is not stored.
fn stamped(row: &IntentRow) -> Result<Option<Vec<u8>>, ServiceError> {
    Ok(match (&row.cms, &row.token, row.intent.level) {
        (Some(cms), None, Level::BB) => Some(cms.clone()),
        (Some(cms), Some(token), Level::BT | Level::BLt | Level::BLta) => {
            let token = TimestampToken::parse(token).map_err(SignError::from)?;
            Some(timestamp::add(cms, &token)?)
        }
        (Some(_) | None, _, _) => None,
    })
}

/// Step 5.
async fn record(app: &App, row: &IntentRow, blob: &BlobRow) -> Result<Signed, ServiceError> {
    let intent = &row.intent;
    let now = app.now();
    let actor = Actor {
        pejabat: intent.pejabat,
        jabatan: intent.jabatan,
    };
    let step = u8::try_from(intent.step).map_err(|_| ServiceError::Corrupt {
        what: "intent",
        id: intent.id.to_string(),
        why: "its step is out of range".to_owned(),
    })?;
    let signing = Signing {
        step,
        version_sha256: intent.version_sha256,
        signed_sha256: blob.plain_sha256,
        blob: blob.id,
        signed_at: intent.created,
    };
    transaction!(app.store, |tx| {
        let stored = tx.intent(intent.id).await?;
        if stored.is_some_and(|row| row.state == IntentState::Completed) {
            return signed(tx, intent.naskah, blob.plain_sha256).await;
        }
        let office = tx.office().await?;
        let loaded = load(tx, intent.naskah).await?;
        let prepared = loaded.naskah.tahap().prepared().cloned();
        let command = Command::Sign(signing.clone());
        let events = decide(&loaded.naskah, command, &actor, &office, now)?;
        tx.insert_blob(blob).await?;
        let naskah = store_outcome(app, tx, loaded, &events, &office, now).await?;
        add_version(
            tx,
            intent.naskah,
            VersionKind::Signed,
            blob.id,
            blob.plain_sha256,
            now,
        )
        .await?;
        if let Some(prepared) = prepared {
            let moment = Moment {
                app,
                office: &office,
                actor: &actor,
                now,
            };
            register::issue(&moment, tx, intent.naskah, &prepared.nomor, prepared.date).await?;
        }
        tx.complete_intent(intent.id, now).await?;
        if matches!(naskah.tahap(), Tahap::Signed { .. }) {
            provable::begin(app, tx, row, now).await?;
        }
        signed(tx, intent.naskah, blob.plain_sha256).await
    })
}

async fn signed(
    tx: &mut store::Tx,
    naskah: NaskahId,
    sha256: Sha256,
) -> Result<Signed, ServiceError> {
    let version = tx
        .versions(naskah)
        .await?
        .into_iter()
        .find(|version| version.sha256 == sha256)
        .ok_or_else(|| ServiceError::NotFound {
            what: "signed version of letter",
            id: naskah.to_string(),
        })?;
    Ok(Signed {
        naskah,
        version: version.no,
        sha256,
    })
}
