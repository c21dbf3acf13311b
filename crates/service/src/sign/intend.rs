//! Step 2: what will be signed is written down before any key is touched.

use std::sync::{Arc, Mutex, PoisonError};

use custody::UnlockedKey;
use flow::digest::Sha256;
use flow::id::{ActivationId, IntentId, NaskahId};
use flow::naskah::{Refusal, may_sign};
use flow::office::Actor;
use signing::cms::SignedAttributes;
use signing::sign::{Permission, Place, Request, Room, ToBeSigned};
use signing::{CertificateDer, UtcTime};
use store::model::{BlobRow, Level, NewIntent, Take};

use super::activate::{is_valid, seconds};
use super::at_work::Working;
use super::stamp::TOKEN_CAPACITY;
use super::waiting::refuse_while_waiting;
use crate::app::Unlocked;
use crate::letter_blob::LetterBlobs;
use crate::naskah::load;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// An intent that is written, with what the key is to sign. While it lives, nobody settles it.
pub(super) struct Intended<'a> {
    pub(super) intent: NewIntent,
    pub(super) attributes: SignedAttributes,
    _working: Working<'a>,
}

/// Prepares the signature and commits the intent to make it.
pub(super) async fn intend<'a>(
    app: &'a Arc<App>,
    actor: &Actor,
    id: NaskahId,
    activation: ActivationId,
    unlocked: &Mutex<Unlocked>,
) -> Result<Intended<'a>, ServiceError> {
    let now = app.now();
    let (key, owner, signer) = {
        let unlocked = unlocked.lock().unwrap_or_else(PoisonError::into_inner);
        (unlocked.key_id, unlocked.owner, Arc::clone(&unlocked.key))
    };
    // Whoever the actor may act for, a signature is made with the actor's own key alone.
    if owner != actor.pejabat {
        return Err(ServiceError::NotActivated(activation));
    }
    let plan = plan(app, id).await?;
    let level = app.settings.provability.level;
    let to_be_signed = prepare(app, &plan, level, &signer).await?;
    let leaf = signer.chain().first().map(|leaf| leaf.0.as_slice());
    let attributes = to_be_signed.signed_attributes(leaf.unwrap_or_default())?;
    let version = Sha256(to_be_signed.version_sha256());
    let tbs_blob = keep(&plan, &to_be_signed).await?;
    let intent = NewIntent {
        id: IntentId::new(now, app.random()?),
        naskah: id,
        step: u64::from(plan.step),
        jabatan: actor.jabatan,
        pejabat: actor.pejabat,
        key,
        activation,
        version_sha256: version,
        message_digest: to_be_signed.message_digest().to_vec(),
        tbs_blob: tbs_blob.id,
        nomor: plan.nomor,
        level,
        lease: app.lease(),
        created: now,
    };
    let working = app.at_work.begin(intent.id);
    transaction!(app.store, |tx| {
        // A cancellation locks it too: whichever of the two comes second sees the other.
        tx.lock_naskah(id).await?;
        refuse_while_waiting(tx, id).await?;
        // Frozen on whatever node, it signs nothing more; a batch stops here.
        if tx.frozen_since(owner).await?.is_some() {
            return Err(ServiceError::Frozen { pejabat: owner });
        }
        let office = tx.office().await?;
        let loaded = load(tx, id).await?;
        may_sign(&loaded.naskah, plan.step, version, actor, &office, now)?;
        // The certificate may have been revoked since the passphrase was entered.
        let certificates = tx.certificates_of(key).await?;
        if !certificates.iter().any(|found| is_valid(found, now)) {
            return Err(ServiceError::NoKey(owner));
        }
        match tx.take_version(activation, version, now).await? {
            Take::Taken | Take::TakenLast => {}
            Take::Refused => return Err(ServiceError::NotActivated(activation)),
        }
        tx.insert_blob(&tbs_blob).await?;
        tx.insert_intent(&intent).await?;
        tx.count_use(key).await?;
        Ok(())
    })?;
    Ok(Intended {
        intent,
        attributes,
        _working: working,
    })
}

/// What the next signature of a letter is.
struct Plan<'a> {
    step: u8,
    field: String,
    nomor: String,
    source: Arc<dyn signing::source::ByteSource>,
    blobs: LetterBlobs<'a>,
}

async fn plan(app: &App, id: NaskahId) -> Result<Plan<'_>, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let naskah = load(&mut tx, id).await?.naskah;
    let stage = || Refusal::Stage(naskah.tahap().word());
    let (step, _) = naskah.next_signer().ok_or_else(stage)?;
    let prepared = naskah.tahap().prepared().ok_or_else(stage)?;
    let field = prepared
        .signers
        .get(usize::from(step))
        .map(|signer| signer.field.clone())
        .ok_or_else(stage)?;
    let newest = naskah
        .tahap()
        .signatures()
        .last()
        .map_or(prepared.blob, |last| last.blob);
    let blobs = LetterBlobs::open(app, &mut tx, id).await?;
    Ok(Plan {
        step,
        field,
        nomor: prepared.nomor.text().to_owned(),
        source: blobs.source(&mut tx, newest).await?,
        blobs,
    })
}

async fn prepare(
    app: &Arc<App>,
    plan: &Plan<'_>,
    level: Level,
    signer: &UnlockedKey,
) -> Result<ToBeSigned, ServiceError> {
    let capacity = capacity_for(signer.chain());
    let request = Request {
        // The first signature certifies, and leaves room for the later signers.
        certify: (plan.step == 0).then_some(Permission::P2),
        room: Room::Bytes(match level {
            Level::BB => capacity,
            Level::BT | Level::BLt | Level::BLta => capacity + TOKEN_CAPACITY,
        }),
        ..Request::new(
            Place::Existing(plan.field.clone()),
            UtcTime::from_unix(seconds(app)),
        )
    };
    let (worker, source) = (Arc::clone(&app.worker), Arc::clone(&plan.source));
    let algorithm = signer.algorithm();
    let prepared = tokio::task::spawn_blocking(move || worker.prepare(source, request, algorithm));
    Ok(prepared.await??)
}

/// The stored append is what is embedded after a crash, never a new one.
async fn keep(plan: &Plan<'_>, to_be_signed: &ToBeSigned) -> Result<BlobRow, ServiceError> {
    let text = serde_json::to_vec(to_be_signed).map_err(|error| ServiceError::Corrupt {
        what: "signature",
        id: plan.field.clone(),
        why: error.to_string(),
    })?;
    plan.blobs.put(&text).await
}

/// Room for the CMS: two P-256 certificates and a signature take about 2 KiB; chains of others may be longer.
pub(crate) fn capacity_for(chain: &[CertificateDer]) -> usize {
    let certificates: usize = chain.iter().map(|certificate| certificate.0.len()).sum();
    CONTENTS_CAPACITY.max(certificates + BESIDE_CERTIFICATES)
}

const CONTENTS_CAPACITY: usize = 8 * 1024;
/// Attributes, and the value of an RSA key of 4096 bits, with room to spare.
const BESIDE_CERTIFICATES: usize = 4 * 1024;
