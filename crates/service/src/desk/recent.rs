//! What a person did lately.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use flow::event::Event;
use flow::id::{AgendaId, NaskahId};
use store::Tx;
use store::model::{EventRow, StreamKind};

use super::item::{Activity, ActivityKind};
use super::reader::reader;
use super::tasks::may_read;
use crate::identity::Subject;
use crate::{App, ServiceError};

/// The last things the person did, newest first.
///
/// # Errors
/// [`ServiceError::Forbidden`] for a key of an application that may not read.
pub async fn recent(
    app: &App,
    subject: &Subject,
    limit: u32,
) -> Result<Vec<Activity>, ServiceError> {
    may_read(subject)?;
    let Some(pejabat) = subject.pejabat else {
        return Ok(Vec::new());
    };
    let mut tx = app.store.snapshot().await?;
    let office = tx.office().await?;
    let reader = reader(subject, &office, app.now());
    let rows = tx
        .events_by(&app.pseudonym(pejabat.uuid()), limit.min(MOST))
        .await?;
    let mut hals: BTreeMap<NaskahId, Option<String>> = BTreeMap::new();
    let mut done = Vec::new();
    for row in rows {
        let Some(mut activity) = activity(&mut tx, &row).await? else {
            continue;
        };
        if let Entry::Vacant(unknown) = hals.entry(activity.naskah) {
            let found = tx.list_row(&reader, activity.naskah).await?;
            unknown.insert(found.and_then(|found| found.hal));
        }
        activity.hal = hals.get(&activity.naskah).cloned().flatten();
        done.push(activity);
    }
    Ok(done)
}

async fn activity(tx: &mut Tx, row: &EventRow) -> Result<Option<Activity>, ServiceError> {
    let corrupt = |error: flow::event::EventError| ServiceError::Corrupt {
        what: "event",
        id: format!("{}/{}", row.stream, row.version),
        why: error.to_string(),
    };
    let (naskah, agenda, what) = match row.stream.kind {
        StreamKind::Naskah => {
            let event = Event::<flow::naskah::Fact>::from_json(&row.body).map_err(corrupt)?;
            let naskah = NaskahId::from_uuid(row.stream.id);
            (naskah, None, of_letter(&event.fact))
        }
        StreamKind::Agenda => {
            let event = Event::<flow::agenda::Fact>::from_json(&row.body).map_err(corrupt)?;
            let agenda = AgendaId::from_uuid(row.stream.id);
            let Some(entry) = tx.agenda(agenda).await? else {
                return Ok(None);
            };
            if is_delivery(&event.fact) {
                return Ok(None);
            }
            (entry.naskah, Some(agenda), of_entry(&event.fact))
        }
        StreamKind::Register | StreamKind::Office => return Ok(None),
    };
    Ok(Some(Activity {
        at: row.at,
        naskah,
        agenda,
        hal: None,
        what,
    }))
}

/// What happened to a letter, as pages name it.
pub(super) fn of_letter(fact: &flow::naskah::Fact) -> ActivityKind {
    use flow::naskah::Fact;
    match fact {
        Fact::Created { .. } => ActivityKind::Created,
        Fact::Edited { .. } => ActivityKind::Edited,
        Fact::Submitted => ActivityKind::Submitted,
        Fact::ParafGiven { .. } => ActivityKind::ParafGiven,
        Fact::Returned { .. } => ActivityKind::Returned,
        Fact::Withdrawn => ActivityKind::Withdrawn,
        Fact::Rejected { .. } => ActivityKind::Rejected,
        Fact::Prepared { .. } | Fact::Reprepared { .. } => ActivityKind::Prepared,
        Fact::Signed { .. } => ActivityKind::Signed,
        Fact::Dispatched { .. } => ActivityKind::Dispatched,
        Fact::Filed { .. } => ActivityKind::Filed,
        Fact::Cancelled { .. } => ActivityKind::Cancelled,
    }
}

/// A letter of another OPD comes into the agenda by itself, in the name of its drafter, who did nothing then.
fn is_delivery(fact: &flow::agenda::Fact) -> bool {
    use flow::agenda::{Fact, Origin};
    match fact {
        Fact::Received { mail } => match mail.origin {
            Origin::Naskah(_) => true,
            Origin::External { .. } => false,
        },
        Fact::Disposed { .. }
        | Fact::Recalled { .. }
        | Fact::Read { .. }
        | Fact::FollowedUp { .. }
        | Fact::Completed
        | Fact::Filed { .. } => false,
    }
}

fn of_entry(fact: &flow::agenda::Fact) -> ActivityKind {
    use flow::agenda::Fact;
    match fact {
        Fact::Received { .. } => ActivityKind::MailReceived,
        Fact::Disposed { .. } => ActivityKind::Disposed,
        Fact::Recalled { .. } => ActivityKind::Recalled,
        Fact::Read { .. } => ActivityKind::DisposisiRead,
        Fact::FollowedUp { .. } => ActivityKind::FollowedUp,
        Fact::Completed => ActivityKind::Completed,
        Fact::Filed { .. } => ActivityKind::MailFiled,
    }
}

const MOST: u32 = 100;
