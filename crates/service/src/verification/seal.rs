//! A receipt under the institution's seal: typeset, signed, and handed out. Nothing of it is stored.

use std::sync::Arc;
use std::time::Duration;

use letter::{Receipt, Typeset};
use signing::UtcTime;
use signing::cms::{self, SignedAttributes};
use signing::sign::{
    AttributeSigner, Permission, Place, Request, Room, SignatureAlgorithm, ToBeSigned, archive,
    timestamp,
};
use signing::source::ByteSource;
use signing::x509::signature::Digest;
use worker::{ForPublic, PdfWorker, WorkerError};

use crate::key::{Seal, open_seal};
use crate::office::identity;
use crate::provable::Level;
use crate::sign::capacity_for;
use crate::transaction::transaction;
use crate::{App, ServiceError, provable};

/// Whose seal receipts carry, and where they are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealer {
    /// The institution, as its certificates name it.
    pub organisation: String,
    /// The name in the seal's certificate.
    pub seal: String,
    /// The official address of public verification.
    pub address: String,
    /// The host whose clock told the time.
    pub host: String,
}

/// Who would put a seal on a receipt.
///
/// # Errors
/// [`ServiceError::NotFound`] before the office was installed.
pub async fn sealer(app: &App) -> Result<Sealer, ServiceError> {
    let identity = identity(&mut app.store.snapshot().await?).await?;
    Ok(Sealer {
        seal: identity.seal(),
        organisation: identity.organisation,
        address: format!("{}/verifikasi", app.settings.base_address),
        host: app.settings.domain().to_owned(),
    })
}

/// Typesets a receipt and signs it with the seal: certified, so that nothing may be changed afterwards. It carries the
/// time of an authority where one is configured and answers soon; a receipt nobody keeps cannot wait for one, and is
/// handed out at B-B otherwise.
///
/// # Errors
/// [`ServiceError::NotFound`] before the CA was founded; [`ServiceError::Worker`] when there is too much to do, or the
/// receipt has more lines than one may have.
pub async fn seal_receipt(app: &Arc<App>, receipt: Receipt) -> Result<Vec<u8>, ServiceError> {
    let seal = open_seal(app).await?;
    let at = UtcTime::from_unix(app.now().seconds());
    let room = capacity_for(seal.signer.certificate_chain());
    let wanted = Wanted {
        at,
        algorithm: seal.signer.algorithm(),
        room: match app.settings.provability.level {
            Level::BB => room,
            Level::BT | Level::BLt | Level::BLta => room + archive::CAPACITY,
        },
    };
    let (pdf, prepared) = work(app, move |worker| wanted.prepare(worker, receipt)).await?;
    let leaf = seal.signer.certificate_chain().first();
    let attributes = prepared.signed_attributes(leaf.map_or(&[], |leaf| leaf.0.as_slice()))?;
    // Counted before it is used, like every key.
    transaction!(app.store, |tx| { Ok(tx.count_use(seal.key).await?) })?;
    let signed = signed(&seal, &attributes)?;
    let cms = stamped(app, signed).await?;
    work(app, move |worker| {
        let source: Arc<dyn ByteSource> = Arc::new(pdf.clone());
        let append = worker.embed(source, prepared, cms)?;
        Ok([pdf, append].concat())
    })
    .await
}

/// How a receipt is to be signed.
struct Wanted {
    at: UtcTime,
    algorithm: SignatureAlgorithm,
    room: usize,
}

impl Wanted {
    /// The page and the revision that waits for the signature, where the page shows the seal.
    fn prepare(
        self,
        worker: &dyn PdfWorker,
        receipt: Receipt,
    ) -> Result<(Vec<u8>, ToBeSigned), WorkerError> {
        let Typeset { pdf, anchors, .. } = worker.receipt(receipt)?;
        let name = Some(FIELD.to_owned());
        let place = match anchors.first() {
            Some(anchor) => Place::New {
                name,
                page: anchor.page,
                rect: anchor.rect,
            },
            None => Place::Invisible { name },
        };
        let request = Request {
            certify: Some(Permission::P1),
            room: Room::Bytes(self.room),
            ..Request::new(place, self.at)
        };
        let source: Arc<dyn ByteSource> = Arc::new(pdf.clone());
        let prepared = worker.prepare(source, request, self.algorithm)?;
        Ok((pdf, prepared))
    }
}

fn signed(seal: &Seal, attributes: &SignedAttributes) -> Result<Vec<u8>, ServiceError> {
    let value = seal
        .signer
        .sign(attributes.der())
        .map_err(|error| ServiceError::KeyUse(error.into()))?;
    let (algorithm, chain) = (seal.signer.algorithm(), seal.signer.certificate_chain());
    Ok(cms::assemble(attributes, &value, algorithm, chain)?)
}

/// With a timestamp, where the operator wants them and an authority gives one in time.
async fn stamped(app: &App, cms: Vec<u8>) -> Result<Vec<u8>, ServiceError> {
    if app.settings.provability.level == Level::BB {
        return Ok(cms);
    }
    let imprint = timestamp::imprint(&cms, Digest::Sha256)?;
    // What is above B-T is added to letters later, and a receipt has no later.
    let asking = provable::timestamp(app, &imprint, Level::BT, archive::CAPACITY);
    match tokio::time::timeout(PATIENCE, asking).await {
        Ok(Ok(token)) => Ok(timestamp::add(&cms, &token)?),
        Ok(Err(problem)) => {
            tracing::warn!(%problem, "a receipt carries no timestamp");
            Ok(cms)
        }
        Err(_) => {
            tracing::warn!("a receipt carries no timestamp: no authority answered in time");
            Ok(cms)
        }
    }
}

/// The receipt is of a stranger's file, and whoever asks is a stranger: the office's own work goes first.
async fn work<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&dyn PdfWorker) -> Result<T, WorkerError> + Send + 'static,
) -> Result<T, ServiceError> {
    let worker = ForPublic(Arc::clone(&app.worker));
    match tokio::task::spawn_blocking(move || work(&worker)).await? {
        // What is set here is ours and bounded: it takes too long only where there is too much to do besides.
        Err(WorkerError::Limit { reason }) => {
            tracing::warn!(reason, "a receipt was not made");
            Err(WorkerError::Busy.into())
        }
        done => Ok(done?),
    }
}

const FIELD: &str = "Segel";
/// Whoever waits for a receipt sits before a page.
const PATIENCE: Duration = Duration::from_secs(10);
