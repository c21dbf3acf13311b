//! Each event has exactly one leaf, which names every column of it.

use uuid::Uuid;

use super::{Offence, PAGE, event_name};
use crate::audit::leaf::{Body, EventImage, stream_name};
use crate::row::AuditedColumns;
use crate::{StoreError, Tx};

/// Checks every event; returns how many there are.
pub(super) async fn check(tx: &mut Tx, offences: &mut Vec<Offence>) -> Result<u64, StoreError> {
    let mut count: u64 = 0;
    let mut last: Option<AuditedColumns> = None;
    loop {
        let after = last.as_ref().map_or(("", Uuid::nil(), i64::MIN), |row| {
            (row.stream_kind.as_str(), row.stream_id, row.version)
        });
        let page = tx.audited_events_from(after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        for row in page {
            count = count.saturating_add(1);
            check_one(last.as_ref(), &row, offences);
            last = Some(row);
        }
    }
    for leaf in tx.leaves_without_event().await? {
        offences.push(Offence::LeafWithoutEvent {
            leaf: leaf.id.simple().to_string(),
            event: event_name(&leaf.stream_kind, leaf.stream_id, leaf.version),
        });
    }
    Ok(count)
}

fn check_one(before: Option<&AuditedColumns>, row: &AuditedColumns, offences: &mut Vec<Offence>) {
    let event = event_name(&row.stream_kind, row.stream_id, row.version);
    let expected = before
        .filter(|last| last.stream_kind == row.stream_kind && last.stream_id == row.stream_id)
        .map_or(1, |last| last.version.saturating_add(1));
    if row.version != expected {
        offences.push(Offence::VersionGap {
            event: event.clone(),
        });
    }
    match &row.leaf_body {
        None => offences.push(Offence::EventWithoutLeaf { event }),
        Some(body) if matches(row, body) => {}
        Some(_) => offences.push(Offence::EventChanged { event }),
    }
}

fn matches(row: &AuditedColumns, leaf_body: &str) -> bool {
    let Ok(body) = serde_json::from_str::<Body>(leaf_body) else {
        return false;
    };
    let actor = hex::encode(&row.actor);
    let image = EventImage {
        v: 1,
        stream_kind: &row.stream_kind,
        stream_id: row.stream_id.simple().to_string(),
        version: row.version,
        kind: &row.kind,
        body: &row.body,
        at: row.at,
        actor: actor.clone(),
    };
    body.v == 1
        && body.kind == row.kind
        && body.stream == stream_name(&row.stream_kind, row.stream_id)
        && body.version == row.version
        && body.actor == actor
        && body.at == row.at
        && image.digest().as_deref() == Some(body.event_digest.as_str())
}
