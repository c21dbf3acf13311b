//! What waits for a person.

use flow::naskah::ContentDigest;
use flow::office::Office;
use store::model::{TaskKind, TaskListRow};

use super::item::{Counters, TaskFilter, TaskItem};
use super::page::{Cursor, Page, PageRequest};
use super::people::title;
use super::reader::reader;
use crate::access::{self, Action, Object};
use crate::identity::Subject;
use crate::{App, ServiceError};

/// How much waits for the person.
///
/// # Errors
/// [`ServiceError::Forbidden`] for a key of an application that may not read.
pub async fn counters(app: &App, subject: &Subject) -> Result<Counters, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let office = tx.office().await?;
    may_read(subject)?;
    let mut counters = Counters::default();
    for (kind, count) in tx.task_counts(&reader(subject, &office, app.now())).await? {
        match kind {
            TaskKind::Sign | TaskKind::Prepare => counters.unsigned += count,
            TaskKind::AwaitTimestamp => counters.awaiting_timestamp += count,
            TaskKind::Dispatch => counters.undispatched += count,
            TaskKind::Paraf => counters.awaiting_paraf += count,
            TaskKind::ReadMail => counters.unread_mail += count,
            TaskKind::FollowUpMail => counters.unfollowed_mail += count,
            TaskKind::ReadDisposisi => counters.unread_disposisi += count,
            TaskKind::FollowUpDisposisi => counters.unfollowed_disposisi += count,
            TaskKind::ReadTembusan => counters.unread_tembusan += count,
            TaskKind::Revise => {}
        }
    }
    Ok(counters)
}

/// What waits for the person, what is due first first.
///
/// # Errors
/// [`ServiceError::Forbidden`] for a key of an application that may not read.
pub async fn tasks(
    app: &App,
    subject: &Subject,
    filter: &TaskFilter,
    page: PageRequest,
) -> Result<Page<TaskItem>, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let office = tx.office().await?;
    may_read(subject)?;
    let reader = reader(subject, &office, app.now());
    let after = page.after.map(Cursor::row);
    let rows = tx
        .task_list(&reader, filter.kind, after, page.rows() + 1)
        .await?;
    Ok(Page::of(page, rows, |row| (row.task.due, row.task.id)).map(|row| item(row, &office)))
}

/// Lists hold only what is the reader's; a key of an application must be good for reading at all.
pub(super) fn may_read(subject: &Subject) -> Result<(), ServiceError> {
    use flow::account::Scope;
    match &subject.scopes {
        Some(scopes)
            if !scopes.contains(&Scope::LettersRead) && !scopes.contains(&Scope::AgendaRead) =>
        {
            Err(ServiceError::Forbidden {
                what: Action::Read.word(),
            })
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether the reader may search at all; what is found is asked one by one.
pub(super) fn may_search(
    app: &App,
    subject: &Subject,
    office: &Office,
) -> Result<(), ServiceError> {
    match access::allowed(subject, office, Action::Search, Object::Regency, app.now()) {
        access::Decision::Allow => Ok(()),
        access::Decision::Hide | access::Decision::Refuse => Err(ServiceError::Forbidden {
            what: Action::Search.word(),
        }),
    }
}

fn item(row: TaskListRow, office: &Office) -> TaskItem {
    let task = row.task;
    TaskItem {
        kind: task.kind,
        naskah: task.naskah,
        agenda: task.agenda,
        disposisi: task.disposisi,
        jabatan: task.jabatan,
        from: match (task.disposisi, row.asal) {
            (None, Some(sender)) => sender,
            (Some(_), _) | (None, None) => title(office, task.from),
        },
        hal: row.hal,
        sifat: task.sifat,
        since: task.since,
        due: Some(task.due),
        version_sha256: row.version_sha256,
        content_digest: ContentDigest(row.content_digest),
    }
}
