//! Keys of applications: an account's rights, narrowed.

use std::collections::BTreeSet;

use flow::account::{Role, Scope};
use flow::digest::Sha256;
use flow::id::{AccountId, ApiKeyId};
use flow::office_event::{By, Fact};
use flow::time::Timestamp;
use store::StoreError;
use store::model::{ApiKeyRow, KeyHolder};
use zeroize::Zeroizing;

use super::account::find;
use super::{Confirmed, Subject};
use crate::access::{Action, Decision, Object, allowed};
use crate::code::spelled;
use crate::office::{administers, record};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// A key to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    /// What its owner calls it.
    pub name: String,
    /// What it is good for.
    pub scopes: BTreeSet<Scope>,
    /// Until when.
    pub expires: Option<Timestamp>,
    /// Whose; none for whoever asks. An admin may make one for an integrator.
    pub account: Option<AccountId>,
}

/// A key, without any secret.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ApiKeySummary {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose rights it narrows.
    pub account: AccountId,
    /// That account's name.
    pub username: String,
    /// What its owner calls it.
    pub name: String,
    /// What it is good for.
    pub scopes: BTreeSet<Scope>,
    /// When it was made.
    pub created: Timestamp,
    /// Until when.
    pub expires: Option<Timestamp>,
    /// Since when it is void.
    pub revoked: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used: Option<Timestamp>,
}

/// Who has that key; `None` when there is none, or it is void.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn api_key_subject(app: &App, key: &str) -> Result<Option<Subject>, ServiceError> {
    if !key.starts_with(PREFIX) || key.len() != PREFIX.len() + CHARACTERS {
        return Ok(None);
    }
    let now = app.now();
    let found = app.store.key_holder(&Sha256::of(key.as_bytes())).await?;
    let Some((found, office)) = found.filter(|(found, _)| is_live(found, now)) else {
        return Ok(None);
    };
    if found
        .last_used
        .is_none_or(|last| now >= last.plus_seconds(60))
    {
        transaction!(app.store, |tx| {
            tx.touch_api_key(found.key, now).await?;
            Ok(())
        })?;
    }
    Ok(Subject::of(
        &found.account,
        &office,
        Some(found.scopes),
        None,
        now,
    ))
}

/// Makes a key. It is shown this once.
///
/// # Errors
/// [`ServiceError::Stepup`]; [`ServiceError::Forbidden`] for an account that is neither the subject's own nor, for an
/// admin, an integrator's; [`ServiceError::Invalid`] for a key without name or scope.
pub async fn create_api_key(
    app: &App,
    subject: &Subject,
    confirmed: &Confirmed,
    new: &NewApiKey,
) -> Result<(ApiKeyId, Zeroizing<String>), ServiceError> {
    let account = new.account.unwrap_or(subject.account);
    let by = if account == subject.account {
        confirmed.own(app, subject)?
    } else {
        administers(app, subject, confirmed, None)?
    };
    make(app, by, account, new).await
}

/// Makes a key, on whose word was asked before.
pub(super) async fn make(
    app: &App,
    by: By,
    account: AccountId,
    new: &NewApiKey,
) -> Result<(ApiKeyId, Zeroizing<String>), ServiceError> {
    let now = app.now();
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(ServiceError::Invalid { what: "name" });
    }
    if new.scopes.is_empty() {
        return Err(ServiceError::Invalid { what: "scopes" });
    }
    if new.expires.is_some_and(|expires| expires <= now) {
        return Err(ServiceError::Impossible { rule: "past" });
    }
    let secret = Zeroizing::new(app.random::<CHARACTERS>()?);
    let key = Zeroizing::new(format!("{PREFIX}{}", spelled(secret.as_slice())));
    let row = ApiKeyRow {
        id: ApiKeyId::new(now, app.random()?),
        account,
        name: name.to_owned(),
        key_sha256: Sha256::of(key.as_bytes()),
        scopes: new.scopes.clone(),
        created: now,
        expires: new.expires,
        revoked: None,
        last_used: None,
    };
    transaction!(app.store, |tx| {
        let owner = find(tx, account).await?;
        // An admin who could make keys for anybody would read everybody's letters.
        let own = match by {
            By::Account(by) => by == account,
            By::Operator => true,
        };
        let integrator = owner
            .account
            .grants
            .iter()
            .any(|grant| grant.role == Role::Integrator);
        if !own && !integrator {
            return Err(ServiceError::Forbidden { what: "API key" });
        }
        tx.insert_api_key(&row).await?;
        let fact = Fact::ApiKeyCreated {
            api_key: row.id,
            scopes: row.scopes.clone(),
            expires: row.expires,
        };
        record(app, tx, by, account.uuid(), fact).await
    })?;
    Ok((row.id, key))
}

/// The keys of whoever asks; for an admin, everybody's.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn api_keys(app: &App, subject: &Subject) -> Result<Vec<ApiKeySummary>, ServiceError> {
    let whose = (!sees_all(app, subject, Action::ReadAccounts)).then_some(subject.account);
    let mut tx = app.store.snapshot().await?;
    let accounts = tx.accounts().await?;
    let name = |id| {
        accounts
            .iter()
            .find(|row| row.account.id == id)
            .map_or_else(String::new, |row| row.account.username.clone())
    };
    let rows = tx.api_keys(whose).await?;
    Ok(rows
        .into_iter()
        .map(|row| ApiKeySummary {
            id: row.id,
            account: row.account,
            username: name(row.account),
            name: row.name,
            scopes: row.scopes,
            created: row.created,
            expires: row.expires,
            revoked: row.revoked,
            last_used: row.last_used,
        })
        .collect())
}

/// Makes a key void: one's own, or for an admin anybody's. One that is void stays so.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn revoke_api_key(
    app: &App,
    subject: &Subject,
    id: ApiKeyId,
) -> Result<(), ServiceError> {
    let now = app.now();
    transaction!(app.store, |tx| {
        let key = tx.api_key(id).await?;
        let all = sees_all(app, subject, Action::Administer);
        let key = key.filter(|key| all || key.account == subject.account);
        let key = key.ok_or_else(|| ServiceError::NotFound {
            what: "API key",
            id: id.to_string(),
        })?;
        match tx.revoke_api_key(id, now).await {
            Ok(()) => {}
            Err(StoreError::Stale { .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        let fact = Fact::ApiKeyRevoked { api_key: id };
        let by = By::Account(subject.account);
        record(app, tx, by, key.account.uuid(), fact).await
    })
}

/// Whether the policy lets the subject at the keys of others.
fn sees_all(app: &App, subject: &Subject, action: Action) -> bool {
    let office = flow::office::Office::default();
    allowed(subject, &office, action, Object::Regency, app.now()) == Decision::Allow
}

fn is_live(key: &KeyHolder, now: Timestamp) -> bool {
    key.revoked.is_none() && key.expires.is_none_or(|expires| now < expires)
}

const PREFIX: &str = "pena_";
/// 260 bits.
const CHARACTERS: usize = 52;
