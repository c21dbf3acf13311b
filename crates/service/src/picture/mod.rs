//! Pages as pictures: of a letter's newest version, marked while it is no letter yet or no more, and of drafts.

mod cache;

use std::sync::Arc;

use flow::digest::Sha256;
use flow::naskah::{Content, Naskah, Refusal, Source, Tahap};
use signing::source::ByteSource;
use worker::{ForPublic, Mark, PdfWorker};

pub(crate) use cache::Pictures;

use crate::desk::Picture;
use crate::letter_blob::LetterBlobs;
use crate::naskah::{imported_blob, preview_input};
use crate::{App, ServiceError};

/// For whom a picture is made: strangers wait behind the office, within the tighter limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Office,
    Public,
}

impl Audience {
    fn worker(self, app: &App) -> Arc<dyn PdfWorker> {
        let office = Arc::clone(&app.worker);
        match self {
            Self::Office => office,
            Self::Public => Arc::new(ForPublic(office)),
        }
    }
}

/// A page of the newest version, counted from zero; of the content as it would be printed now while nothing is
/// prepared, so that whoever gives a paraf sees the letter.
///
/// # Errors
/// [`ServiceError::Worker`] when there is no such page.
pub(crate) async fn of_letter(
    app: &Arc<App>,
    audience: Audience,
    naskah: &Naskah,
    page: u32,
    width: u32,
) -> Result<Picture, ServiceError> {
    let sha256 = shown(naskah)?;
    let width = width.clamp(NARROWEST, WIDEST);
    let mark = mark(naskah);
    let key = cache::Key {
        sha256,
        page,
        width,
        marked: mark.is_some(),
    };
    if let Some(found) = app.pictures.get(&key) {
        return Ok(found);
    }
    let source = match naskah.tahap().current_version() {
        Some(version) => source(app, naskah, version).await?,
        None => draft_source(app, naskah).await?,
    };
    let picture = render(audience.worker(app), source, page, width, mark).await?;
    app.pictures.keep(key, &picture);
    Ok(picture)
}

/// What is shown: the newest version, else the content, which has no version yet.
fn shown(naskah: &Naskah) -> Result<Sha256, ServiceError> {
    let content = naskah.content().map(|content| content.digest.0);
    let shown = naskah.tahap().current_version().or(content);
    Ok(shown.ok_or(Refusal::Stage(naskah.tahap().word()))?)
}

/// The pages of a content that has no version: typeset now, or the file that was brought along.
async fn draft_source(
    app: &Arc<App>,
    naskah: &Naskah,
) -> Result<Arc<dyn ByteSource>, ServiceError> {
    let reference = naskah
        .content()
        .ok_or(Refusal::Stage(naskah.tahap().word()))?;
    let mut tx = app.store.snapshot().await?;
    let blobs = LetterBlobs::open(app, &mut tx, naskah.id()).await?;
    let content = Content::from_json(&blobs.read(&mut tx, reference.blob).await?)?;
    if let Source::Imported { sha256 } = &content.source {
        return blobs
            .source(&mut tx, imported_blob(naskah.id(), *sha256))
            .await;
    }
    drop(tx);
    let input = preview_input(app, &content).await?;
    let worker = Arc::clone(&app.worker);
    let typeset = tokio::task::spawn_blocking(move || worker.typeset(input)).await??;
    Ok(Arc::new(typeset.pdf))
}

/// How many pages are shown, if that was found out before.
pub(crate) fn known_pages(app: &App, naskah: &Naskah) -> Option<u32> {
    match shown(naskah) {
        Ok(sha256) => app.pictures.pages(sha256),
        Err(_) => Some(0),
    }
}

/// How many pages are shown; 0 when there is nothing that can be.
pub(crate) async fn pages(app: &Arc<App>, naskah: &Naskah) -> Result<u32, ServiceError> {
    if let Some(pages) = known_pages(app, naskah) {
        return Ok(pages);
    }
    match of_letter(app, Audience::Office, naskah, 0, USUAL_WIDTH).await {
        Ok(picture) => Ok(picture.pages),
        Err(ServiceError::Worker(error)) => {
            tracing::warn!(naskah = %naskah.id(), error = %error, "no picture of it");
            Ok(0)
        }
        Err(error) => Err(error),
    }
}

/// A page of a file that is shown as it is.
pub(crate) async fn of_file(
    app: &Arc<App>,
    sha256: Sha256,
    source: Arc<dyn ByteSource>,
    page: u32,
    width: u32,
) -> Result<Picture, ServiceError> {
    let width = width.clamp(NARROWEST, WIDEST);
    let key = cache::Key {
        sha256,
        page,
        width,
        marked: false,
    };
    if let Some(found) = app.pictures.get(&key) {
        return Ok(found);
    }
    // Nobody here vouches for it, so it waits where files of the public do.
    let worker = Audience::Public.worker(app);
    let picture = render(worker, source, page, width, None).await?;
    app.pictures.keep(key, &picture);
    Ok(picture)
}

/// A page of any document as a picture.
pub(crate) async fn render(
    worker: Arc<dyn PdfWorker>,
    source: Arc<dyn ByteSource>,
    page: u32,
    width: u32,
    mark: Option<Mark>,
) -> Result<Picture, ServiceError> {
    let image =
        tokio::task::spawn_blocking(move || worker.render(source, page, width, mark)).await??;
    Ok(Picture {
        png: image.png,
        pages: image.pages,
    })
}

async fn source(
    app: &App,
    naskah: &Naskah,
    sha256: Sha256,
) -> Result<Arc<dyn ByteSource>, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let version = tx
        .versions(naskah.id())
        .await?
        .into_iter()
        .find(|version| version.sha256 == sha256)
        .ok_or_else(|| ServiceError::NotFound {
            what: "version of letter",
            id: naskah.id().to_string(),
        })?;
    let blobs = LetterBlobs::open(app, &mut tx, naskah.id()).await?;
    blobs.source(&mut tx, version.blob).await
}

/// What stands across the picture of something that is not to be taken for a letter that stands.
fn mark(naskah: &Naskah) -> Option<Mark> {
    match naskah.tahap() {
        Tahap::Signing { .. } => Some(Mark::Unsigned),
        Tahap::Cancelled { .. } => Some(Mark::Void),
        Tahap::Signed { .. } | Tahap::Dispatched { .. } | Tahap::Filed { .. } => None,
        Tahap::New
        | Tahap::Draft
        | Tahap::Review { .. }
        | Tahap::Returned { .. }
        | Tahap::Ready
        | Tahap::Withdrawn
        | Tahap::Rejected { .. } => Some(Mark::Draft),
    }
}

pub(crate) const USUAL_WIDTH: u32 = 900;
const NARROWEST: u32 = 100;
const WIDEST: u32 = 2_000;
