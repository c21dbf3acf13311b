//! Mail from outside: what was registered of it, its file, and pictures of its pages.

use std::sync::Arc;

use flow::agenda::{Agenda, Origin};
use flow::digest::Sha256;
use flow::id::{AgendaId, BlobId, NaskahId};
use flow::time::CalendarDate;
use serde::Serialize;
use signing::validate::Headline;
use store::Tx;

use super::view::Picture;
use crate::access::{self, Action};
use crate::agenda::read_details;
use crate::identity::Subject;
use crate::letter_blob::LetterBlobs;
use crate::{App, ServiceError, picture};

/// What was registered of mail from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutsideView {
    /// Who sent it.
    pub sender: String,
    /// Its number, as they wrote it.
    pub nomor: String,
    /// The date on it.
    pub date: Option<CalendarDate>,
    /// What it is about.
    pub hal: String,
    /// SHA-256 of the file.
    pub sha256: Sha256,
    /// What the validator said of the file when it was registered.
    pub headline: Headline,
}

/// The file of mail from outside, as it was registered.
///
/// # Errors
/// [`ServiceError::NotFound`] alike for what is absent, what is to be hidden, and mail that is a letter of ours;
/// [`ServiceError::Forbidden`] where only the outline is the reader's.
pub async fn outside_file(
    app: &App,
    subject: &Subject,
    id: AgendaId,
) -> Result<Vec<u8>, ServiceError> {
    let (naskah, file, _) = found(app, subject, id, Action::Download).await?;
    let mut tx = app.store.snapshot().await?;
    let blobs = LetterBlobs::open(app, &mut tx, naskah).await?;
    blobs.read(&mut tx, file).await
}

/// A page of it as a picture, counted from zero.
///
/// # Errors
/// As [`outside_file`]; [`ServiceError::Worker`] when there is no such page.
pub async fn outside_picture(
    app: &Arc<App>,
    subject: &Subject,
    id: AgendaId,
    page: u32,
    width: u32,
) -> Result<Picture, ServiceError> {
    let (naskah, file, sha256) = found(app, subject, id, Action::ReadContent).await?;
    let mut tx = app.store.snapshot().await?;
    let blobs = LetterBlobs::open(app, &mut tx, naskah).await?;
    let source = blobs.source(&mut tx, file).await?;
    drop(tx);
    picture::of_file(app, sha256, source, page, width).await
}

async fn found(
    app: &App,
    subject: &Subject,
    id: AgendaId,
    action: Action,
) -> Result<(NaskahId, BlobId, Sha256), ServiceError> {
    let permit = access::agenda(app, subject, id, action).await?;
    match permit.agenda.mail().map(|mail| mail.origin) {
        Some(Origin::External { file, sha256, .. }) => Ok((permit.row.naskah, file, sha256)),
        Some(Origin::Naskah(_)) | None => Err(ServiceError::NotFound {
            what: "agenda entry",
            id: id.to_string(),
        }),
    }
}

/// What was registered; `None` for a letter of ours, or where its words were erased.
pub(super) async fn outside(
    app: &App,
    tx: &mut Tx,
    naskah: NaskahId,
    agenda: &Agenda,
) -> Result<Option<OutsideView>, ServiceError> {
    let Some(Origin::External { sha256, .. }) = agenda.mail().map(|mail| mail.origin) else {
        return Ok(None);
    };
    let details = read_details(app, tx, agenda, naskah).await?;
    Ok(details.map(|details| OutsideView {
        sender: details.sender,
        nomor: details.nomor,
        date: details.date,
        hal: details.hal,
        sha256,
        headline: details.headline,
    }))
}
