//! Who wants to hear of letters.

use std::collections::BTreeSet;

use custody::{open_server, seal_server};
use flow::account::Role;
use flow::id::{OpdId, WebhookId};
use flow::time::Timestamp;
use remote::Purpose;
use remote::webhook::Secret;
use serde::Serialize;
use store::model::WebhookRow;
use zeroize::Zeroizing;

use super::EventKind;
use crate::access::{self, Action, Object};
use crate::identity::{Confirmed, Subject};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// An address to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWebhook {
    /// Where messages go: http or https, a host of the open internet unless the operator allowed another.
    pub url: String,
    /// What it wants to hear of.
    pub events: BTreeSet<EventKind>,
    /// The OPD it is about; none for the whole regency.
    pub opd: Option<OpdId>,
}

/// A webhook, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where messages go.
    pub url: String,
    /// What it hears of.
    pub events: BTreeSet<EventKind>,
    /// The OPD it is about.
    pub opd: Option<OpdId>,
    /// When it was registered.
    pub created: Timestamp,
    /// Since when nothing is sent to it, because it said that it is gone.
    pub disabled: Option<Timestamp>,
}

/// Registers an address; returns its secret, which is shown this once.
///
/// # Errors
/// [`ServiceError::Address`] names the rule the address breaks; [`ServiceError::Invalid`] without an event;
/// [`ServiceError::Forbidden`], [`ServiceError::Stepup`].
pub async fn register(
    app: &App,
    subject: &Subject,
    confirmed: &Confirmed,
    new: &NewWebhook,
) -> Result<(WebhookId, Zeroizing<String>), ServiceError> {
    confirmed.check(app, subject)?;
    access::require(app, subject, Action::ManageWebhooks, place(new.opd)).await?;
    app.outside.check(Purpose::Webhook, &new.url)?;
    if new.events.is_empty() {
        return Err(ServiceError::Invalid { what: "events" });
    }
    let now = app.now();
    let id = WebhookId::new(now, app.random()?);
    let secret = Secret::new(app.random()?);
    let sealed = seal_server(&app.field_key, &id.to_string(), secret.bytes(), &app.rng)?;
    let row = WebhookRow {
        id,
        account: subject.account,
        url: new.url.clone(),
        kinds: new
            .events
            .iter()
            .map(|kind| kind.word().to_owned())
            .collect(),
        opd: new.opd,
        secret_sealed: sealed,
        created: now,
        disabled: None,
    };
    transaction!(app.store, |tx| {
        if tx.webhooks().await?.len() >= MOST_WEBHOOKS {
            return Err(ServiceError::Impossible {
                rule: "webhooks-full",
            });
        }
        if let Some(opd) = new.opd
            && !tx.office().await?.opd.contains_key(&opd)
        {
            return Err(ServiceError::NotFound {
                what: "OPD",
                id: opd.to_string(),
            });
        }
        Ok(tx.insert_webhook(&row).await?)
    })?;
    Ok((id, secret.text()))
}

/// The webhooks of whoever asks; for an admin, everybody's.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn list(app: &App, subject: &Subject) -> Result<Vec<Webhook>, ServiceError> {
    let rows = app.store.snapshot().await?.webhooks().await?;
    let theirs = rows.into_iter().filter(|row| is_theirs(row, subject));
    Ok(theirs.map(summary).collect())
}

/// Forgets a webhook, its secret and what was told it.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn delete(app: &App, subject: &Subject, id: WebhookId) -> Result<(), ServiceError> {
    find(app, subject, id).await?;
    transaction!(app.store, |tx| { Ok(tx.delete_webhook(id).await?) })
}

/// A webhook of whoever asks.
pub(super) async fn find(
    app: &App,
    subject: &Subject,
    id: WebhookId,
) -> Result<WebhookRow, ServiceError> {
    let row = app.store.snapshot().await?.webhook(id).await?;
    let row = row
        .filter(|row| is_theirs(row, subject))
        .ok_or_else(|| ServiceError::NotFound {
            what: "webhook",
            id: id.to_string(),
        })?;
    access::require(app, subject, Action::ManageWebhooks, place(row.opd)).await?;
    Ok(row)
}

/// The secret, to sign with.
pub(super) fn secret_of(app: &App, row: &WebhookRow) -> Result<Secret, ServiceError> {
    let opened = open_server(&app.field_key, &row.id.to_string(), &row.secret_sealed)?;
    let bytes = opened.expose().try_into();
    bytes.map(Secret::new).map_err(|_| ServiceError::Corrupt {
        what: "webhook",
        id: row.id.to_string(),
        why: "its secret has another length".to_owned(),
    })
}

fn is_theirs(row: &WebhookRow, subject: &Subject) -> bool {
    row.account == subject.account || subject.has(Role::Admin)
}

fn summary(row: WebhookRow) -> Webhook {
    Webhook {
        id: row.id,
        url: row.url,
        events: row
            .kinds
            .iter()
            .filter_map(|word| EventKind::of_word(word))
            .collect(),
        opd: row.opd,
        created: row.created,
        disabled: row.disabled,
    }
}

fn place(opd: Option<OpdId>) -> Object<'static> {
    match opd {
        Some(opd) => Object::Opd(opd),
        None => Object::Regency,
    }
}

/// Each event is written once for every webhook that hears of it, in the transaction of the event.
const MOST_WEBHOOKS: usize = 50;
