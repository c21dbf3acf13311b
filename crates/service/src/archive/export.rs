//! Taking letters out as a package.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

use flow::id::NaskahId;
use flow::sifat::Keamanan;
use serde::Serialize;
use store::model::{KeyPurpose, ListFilter, Reader};

use super::bag::Bag;
use super::bundle;
use crate::access::{self, Action};
use crate::audit::sequence_all;
use crate::desk::{LetterQuery, PageRequest, list_filter, list_reader};
use crate::identity::{Confirmed, Scope, Subject};
use crate::office::identity;
use crate::pem::pem;
use crate::verification::Trust;
use crate::{App, ServiceError};

/// Which letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// These.
    Letters(Vec<NaskahId>),
    /// All that pass a query.
    Query(LetterQuery),
}

/// What went into a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportSummary {
    /// How many letters.
    pub letters: u64,
    /// Letters that were asked for and are not in it: not the subject's to take, or erased.
    pub left_out: Vec<NaskahId>,
    /// How many files.
    pub files: u64,
    /// How many bytes before compression.
    pub bytes: u64,
}

/// Writes a package of the letters the subject may take out. Of a letter at a time, nothing more is in memory.
///
/// # Errors
/// [`ServiceError::Stepup`], [`ServiceError::Forbidden`]; [`ServiceError::NotFound`] for a letter that was named and
/// is absent or hidden; [`ServiceError::Output`] when `out` fails.
pub async fn export(
    app: &Arc<App>,
    subject: &Subject,
    confirmed: &Confirmed,
    selection: &Selection,
    out: impl Write + Send,
) -> Result<ExportSummary, ServiceError> {
    confirmed.check(app, subject)?;
    allowed(app, subject, selection, out).await
}

/// Writes a package for an application. Its key carries [`Scope::ArchiveExport`] only because its maker confirmed that
/// with a password, so it is not asked for again.
///
/// # Errors
/// As [`export`]; [`ServiceError::Stepup`] for a session, which must confirm.
pub async fn export_by_key(
    app: &Arc<App>,
    subject: &Subject,
    selection: &Selection,
    out: impl Write + Send,
) -> Result<ExportSummary, ServiceError> {
    match &subject.scopes {
        Some(scopes) if scopes.contains(&Scope::ArchiveExport) => {
            allowed(app, subject, selection, out).await
        }
        Some(_) => Err(ServiceError::Forbidden {
            what: Action::Export.word(),
        }),
        None => Err(ServiceError::Stepup),
    }
}

async fn allowed(
    app: &Arc<App>,
    subject: &Subject,
    selection: &Selection,
    out: impl Write + Send,
) -> Result<ExportSummary, ServiceError> {
    let mut letters = Vec::new();
    let mut left_out = Vec::new();
    match selection {
        Selection::Letters(ids) => {
            // Named twice, a letter is in the package once.
            let distinct: BTreeSet<&NaskahId> = ids.iter().collect();
            for id in distinct {
                access::letter(app, subject, *id, Action::Export).await?;
                letters.push(*id);
            }
        }
        Selection::Query(query) => {
            let office = app.store.snapshot().await?.office().await?;
            let reader = list_reader(subject, &office, app.now());
            let filter = list_filter(query, PageRequest::default(), &office)?;
            for id in found(app, &reader, filter).await? {
                match access::letter(app, subject, id, Action::Export).await {
                    Ok(_) => letters.push(id),
                    Err(ServiceError::NotFound { .. } | ServiceError::Forbidden { .. }) => {
                        left_out.push(id);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
    }
    write(app, letters, left_out, out).await
}

/// Writes a package for whoever holds the data directory. Secret letters are for those who need to know, so they are
/// left out; an empty list means every letter.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Output`].
pub async fn export_as_operator(
    app: &Arc<App>,
    ids: &[NaskahId],
    out: impl Write + Send,
) -> Result<ExportSummary, ServiceError> {
    let office = app.store.snapshot().await?.office().await?;
    let everything = if ids.is_empty() {
        let reader = Reader {
            audited: office.opd.keys().copied().collect(),
            ..Reader::default()
        };
        let filter = list_filter(&LetterQuery::default(), PageRequest::default(), &office)?;
        found(app, &reader, filter).await?
    } else {
        ids.to_vec()
    };
    let mut letters = Vec::new();
    let mut left_out = Vec::new();
    for id in everything {
        let loaded = crate::naskah::load(&mut app.store.snapshot().await?, id).await?;
        match loaded.naskah.content().map(|content| content.keamanan) {
            Some(Keamanan::Biasa | Keamanan::Terbatas) => letters.push(id),
            Some(Keamanan::Rahasia | Keamanan::SangatRahasia) | None => left_out.push(id),
        }
    }
    write(app, letters, left_out, out).await
}

/// Every letter of a list, in the order of their ids.
async fn found(
    app: &App,
    reader: &Reader,
    mut filter: ListFilter,
) -> Result<Vec<NaskahId>, ServiceError> {
    let mut ids = Vec::new();
    filter.limit = ROWS;
    loop {
        let mut tx = app.store.snapshot().await?;
        let rows = tx.letter_list(reader, &filter).await?;
        let Some(last) = rows.last() else {
            break;
        };
        filter.after = Some((last.row.updated_at, last.row.id.uuid()));
        ids.extend(rows.iter().map(|row| row.row.id));
    }
    ids.sort_unstable();
    Ok(ids)
}

async fn write(
    app: &Arc<App>,
    letters: Vec<NaskahId>,
    mut left_out: Vec<NaskahId>,
    out: impl Write + Send,
) -> Result<ExportSummary, ServiceError> {
    // What waits for its index is not protected yet; a package is to prove all of it.
    sequence_all(app).await?;
    let office = app.store.snapshot().await?.office().await?;
    let organisation = identity(&mut app.store.snapshot().await?)
        .await?
        .organisation;
    let trust = Trust::load(app).await?;
    let mut bag = Bag::begin(out);
    add_authority(app, &mut bag).await?;
    let mut count = 0;
    for id in letters {
        let files = match bundle::files(app, &office, &trust, id).await {
            Ok(files) => files,
            // The letter was erased: there is nothing left to take.
            Err(ServiceError::NotFound { .. }) => {
                left_out.push(id);
                continue;
            }
            Err(error) => return Err(error),
        };
        for (name, bytes) in files {
            bag.add(&format!("{id}/{name}"), &bytes)
                .map_err(ServiceError::Output)?;
        }
        count += 1;
    }
    let date = app.now().date_in(flow::time::Zone::default());
    let date = format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
    let (files, bytes) = bag
        .finish(&organisation, &date)
        .map_err(ServiceError::Output)?;
    Ok(ExportSummary {
        letters: count,
        left_out,
        files,
        bytes,
    })
}

/// The signed head of the log, the key it is checked with, and what the signatures are judged by.
async fn add_authority(app: &App, bag: &mut Bag<impl Write>) -> Result<(), ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let mut files = Vec::new();
    if let Some(checkpoint) = tx.newest_checkpoint().await? {
        files.push(("checkpoint".to_owned(), checkpoint.note.into_bytes()));
    }
    let vkey = format!("{}\n", app.checkpoint_verifier().vkey());
    files.push(("checkpoint.vkey".to_owned(), vkey.into_bytes()));
    for name in ["root.pem", "root.crl"] {
        if let Some(bytes) = app.data_dir.read(&format!("ca/{name}"))? {
            files.push((format!("authority/{name}"), bytes));
        }
    }
    for (place, key) in (1..).zip(tx.keys_for(KeyPurpose::IssuingCa).await?) {
        for found in tx.certificates_of(key.key.id).await? {
            let name = format!("authority/issuing-{place}.pem");
            files.push((name, pem(&found.certificate.der).into_bytes()));
        }
        if let Some(crl) = tx.newest_crl(key.key.id).await? {
            files.push((format!("authority/issuing-{place}.crl"), crl.der));
        }
    }
    drop(tx);
    for (name, bytes) in files {
        bag.add(&name, &bytes).map_err(ServiceError::Output)?;
    }
    Ok(())
}

const ROWS: u32 = 500;
