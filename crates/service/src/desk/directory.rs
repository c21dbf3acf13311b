//! Whom a letter can go to.

use flow::jabatan::Jabatan;
use flow::office::Office;
use flow::time::Timestamp;

use super::item::DirectoryEntry;
use super::people::opd_name;
use crate::access::{self, Action, Object};
use crate::identity::Subject;
use crate::{App, ServiceError, search};

/// OPD, positions and people whose names have all of these words; OPD first. At most fifty.
///
/// # Errors
/// [`ServiceError::Forbidden`] for a key of an application that may not read the office.
pub async fn directory(
    app: &App,
    subject: &Subject,
    q: &str,
) -> Result<Vec<DirectoryEntry>, ServiceError> {
    access::require(app, subject, Action::ReadOffice, Object::Regency).await?;
    let office = app.store.snapshot().await?.office().await?;
    let now = app.now();
    let heads = office.jabatan.values().filter(|one| one.superior.is_none());
    let opds = heads.map(|head| DirectoryEntry {
        jabatan: None,
        ..entry(&office, head, now)
    });
    let positions = office.jabatan.values().map(|one| entry(&office, one, now));
    let wanted = search::stems(q);
    let mut found: Vec<DirectoryEntry> = opds
        .chain(positions)
        .filter(|entry| {
            let name = entry.name.as_deref().unwrap_or_default();
            let words = search::stems(&format!("{} {} {name}", entry.opd_name, entry.title));
            wanted
                .iter()
                .all(|stem| words.iter().any(|word| word.starts_with(stem.as_str())))
        })
        .collect();
    found.truncate(MOST);
    Ok(found)
}

fn entry(office: &Office, jabatan: &Jabatan, now: Timestamp) -> DirectoryEntry {
    let pejabat = office.holder(jabatan.id, now);
    let person = pejabat.and_then(|id| office.pejabat.get(&id));
    DirectoryEntry {
        opd: jabatan.opd,
        opd_name: opd_name(office, jabatan.opd),
        jabatan: Some(jabatan.id),
        title: jabatan.title.clone(),
        pejabat,
        name: person.map(flow::pejabat::Pejabat::name_with_gelar),
    }
}

const MOST: usize = 50;
