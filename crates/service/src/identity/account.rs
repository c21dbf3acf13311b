//! Accounts, and who administers them.

use std::sync::Arc;

use custody::Passphrase;
use flow::account::{AccountState, Grant, Language};
use flow::id::{AccountId, PejabatId};
use flow::office_event::{By, Fact};
use flow::time::Timestamp;
use store::model::AccountRow;
use store::{StoreError, Tx};

use super::attempts::Door;
use super::{Confirmed, Subject, password, totp};
use crate::access::{Action, Decision, Object, allowed};
use crate::office::{administers, record};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// An account, without any secret.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What its owner types.
    pub username: String,
    /// The person it belongs to, if to one.
    pub pejabat: Option<PejabatId>,
    /// Its roles.
    pub grants: Vec<Grant>,
    /// Whether it may be used.
    pub state: AccountState,
    /// Whether a second factor counts.
    pub totp: bool,
    /// Whether it logs in elsewhere.
    pub oidc: bool,
    /// The language of its owner.
    pub language: Language,
    /// When it was made.
    pub created: Timestamp,
}

/// An account to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// What its owner will type: letters, digits, dot, hyphen and underscore, not digits alone.
    pub username: String,
    /// The person it belongs to, if to one.
    pub pejabat: Option<PejabatId>,
    /// Its roles.
    pub grants: Vec<Grant>,
}

/// Makes an account.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Stepup`]; [`ServiceError::Invalid`] for a name of another form;
/// [`ServiceError::Taken`] when the name or the person has one; [`ServiceError::WeakPassphrase`].
pub async fn create_account(
    app: &Arc<App>,
    by: &Subject,
    confirmed: &Confirmed,
    new: &NewAccount,
    password: &Passphrase,
) -> Result<AccountId, ServiceError> {
    let by = administers(app, by, confirmed, None)?;
    add(app, by, new, password).await
}

/// Makes an account, on whose word was asked before.
pub(super) async fn add(
    app: &Arc<App>,
    by: By,
    new: &NewAccount,
    password: &Passphrase,
) -> Result<AccountId, ServiceError> {
    let row = new_row(app, new, password).await?;
    transaction!(app.store, |tx| { insert_row(app, tx, by, &row).await })?;
    Ok(row.id)
}

/// The row of a new account; its password is hashed here, outside of any transaction.
pub(crate) async fn new_row(
    app: &Arc<App>,
    new: &NewAccount,
    password: &Passphrase,
) -> Result<store::model::NewAccount, ServiceError> {
    let username = normal(&new.username);
    if !is_username(&username) {
        return Err(ServiceError::Invalid { what: "username" });
    }
    password::check_strength(password)?;
    let now = app.now();
    Ok(store::model::NewAccount {
        id: AccountId::new(now, app.random()?),
        username,
        pejabat: new.pejabat,
        grants: new.grants.clone(),
        language: Language::default(),
        password: Some(password::hash(app, password).await?),
        created: now,
    })
}

pub(crate) async fn insert_row(
    app: &App,
    tx: &mut Tx,
    by: By,
    row: &store::model::NewAccount,
) -> Result<(), ServiceError> {
    known(&*tx.office().await?, row.pejabat, &row.grants)?;
    match tx.insert_account(row).await {
        Ok(()) => {}
        Err(StoreError::Exists { .. }) => {
            return Err(ServiceError::Taken { what: "account" });
        }
        Err(error) => return Err(error.into()),
    }
    let fact = Fact::AccountCreated {
        pejabat: row.pejabat,
        grants: row.grants.clone(),
    };
    record(app, tx, by, row.id.uuid(), fact).await
}

/// Every account, by name.
///
/// # Errors
/// [`ServiceError::Forbidden`].
pub async fn accounts(app: &App, subject: &Subject) -> Result<Vec<Account>, ServiceError> {
    let office = flow::office::Office::default();
    match allowed(
        subject,
        &office,
        Action::ReadAccounts,
        Object::Regency,
        app.now(),
    ) {
        Decision::Allow => {}
        Decision::Hide | Decision::Refuse => {
            return Err(ServiceError::Forbidden {
                what: Action::ReadAccounts.word(),
            });
        }
    }
    let rows = app.store.snapshot().await?.accounts().await?;
    Ok(rows.into_iter().map(Account::from).collect())
}

/// Sets the roles of an account.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Stepup`], [`ServiceError::NotFound`].
pub async fn set_grants(
    app: &App,
    by: &Subject,
    confirmed: &Confirmed,
    id: AccountId,
    grants: &[Grant],
) -> Result<(), ServiceError> {
    let by = administers(app, by, confirmed, None)?;
    transaction!(app.store, |tx| {
        find(tx, id).await?;
        let office = tx.office().await?;
        known(&office, None, grants)?;
        tx.set_grants(id, grants).await?;
        let fact = Fact::GrantsSet {
            grants: grants.to_vec(),
        };
        record(app, tx, by, id.uuid(), fact).await
    })
}

/// Lets an account be used, or not; its sessions end with it.
///
/// # Errors
/// [`ServiceError::Forbidden`] (also for one's own account), [`ServiceError::Stepup`], [`ServiceError::NotFound`].
pub async fn set_state(
    app: &App,
    by: &Subject,
    confirmed: &Confirmed,
    id: AccountId,
    state: AccountState,
) -> Result<(), ServiceError> {
    let admin = administers(app, by, confirmed, None)?;
    // Whoever locks themselves out cannot come back to undo it.
    if id == by.account {
        return Err(ServiceError::Forbidden {
            what: "own account",
        });
    }
    transaction!(app.store, |tx| {
        put_state(app, tx, admin, id, state).await
    })
}

pub(super) async fn put_state(
    app: &App,
    tx: &mut Tx,
    by: By,
    id: AccountId,
    state: AccountState,
) -> Result<(), ServiceError> {
    find(tx, id).await?;
    tx.set_account_state(id, state).await?;
    match state {
        AccountState::Active => {}
        AccountState::Disabled => {
            tx.end_sessions(id, None).await?;
        }
    }
    record(app, tx, by, id.uuid(), Fact::AccountStateSet { state }).await
}

/// Gives an account a new password; its sessions end.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Stepup`], [`ServiceError::NotFound`],
/// [`ServiceError::WeakPassphrase`].
pub async fn reset_password(
    app: &Arc<App>,
    by: &Subject,
    confirmed: &Confirmed,
    id: AccountId,
    new: &Passphrase,
) -> Result<(), ServiceError> {
    let by = administers(app, by, confirmed, None)?;
    store_password(app, by, id, new, None).await
}

/// Forgets the second factor of an account whose owner lost it; its sessions end.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Stepup`], [`ServiceError::NotFound`].
pub async fn reset_totp(
    app: &App,
    by: &Subject,
    confirmed: &Confirmed,
    id: AccountId,
) -> Result<(), ServiceError> {
    let by = administers(app, by, confirmed, None)?;
    transaction!(app.store, |tx| { forget_totp(app, tx, by, id).await })
}

pub(super) async fn forget_totp(
    app: &App,
    tx: &mut Tx,
    by: By,
    id: AccountId,
) -> Result<(), ServiceError> {
    find(tx, id).await?;
    tx.remove_totp(id).await?;
    tx.end_sessions(id, None).await?;
    record(app, tx, by, id.uuid(), Fact::TotpRemoved).await
}

/// Changes one's own password; the other sessions end.
///
/// # Errors
/// [`ServiceError::Stepup`], [`ServiceError::WeakPassphrase`].
pub async fn change_password(
    app: &Arc<App>,
    subject: &Subject,
    confirmed: &Confirmed,
    new: &Passphrase,
) -> Result<(), ServiceError> {
    let by = confirmed.own(app, subject)?;
    store_password(app, by, subject.account, new, subject.session).await
}

/// Sets one's own language.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn set_language(
    app: &App,
    subject: &Subject,
    language: Language,
) -> Result<(), ServiceError> {
    transaction!(app.store, |tx| {
        tx.set_language(subject.account, language).await?;
        Ok(())
    })
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            totp: totp::is_enrolled(&row),
            oidc: row.oidc_subject.is_some(),
            id: row.account.id,
            username: row.account.username,
            pejabat: row.account.pejabat,
            grants: row.account.grants,
            state: row.state,
            language: row.account.language,
            created: row.account.created,
        }
    }
}

/// The form a name is kept and looked up in.
pub(super) fn normal(username: &str) -> String {
    username
        .trim()
        .chars()
        .take(64)
        .collect::<String>()
        .to_lowercase()
}

/// An account that must be there.
pub(super) async fn find(tx: &mut Tx, id: AccountId) -> Result<AccountRow, ServiceError> {
    tx.account(id).await?.ok_or_else(|| ServiceError::NotFound {
        what: "account",
        id: id.to_string(),
    })
}

/// Stores a new password and ends the sessions that knew the old one, but for one.
pub(super) async fn store_password(
    app: &Arc<App>,
    by: By,
    id: AccountId,
    new: &Passphrase,
    but: Option<flow::id::SessionId>,
) -> Result<(), ServiceError> {
    password::check_strength(new)?;
    let hash = password::hash(app, new).await?;
    let counted = Door::LogIn.subject(app, &id.to_string());
    transaction!(app.store, |tx| {
        find(tx, id).await?;
        tx.set_password(id, &hash).await?;
        tx.clear_logins(&counted).await?;
        tx.end_sessions(id, but).await?;
        record(app, tx, by, id.uuid(), Fact::PasswordSet).await
    })
}

/// Names of eighteen digits are NIPs, so a username is never digits alone.
fn is_username(name: &str) -> bool {
    let fits =
        |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || ".-_".contains(char);
    (3..=64).contains(&name.len())
        && name.chars().all(fits)
        && !name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Person and OPD must be in the office.
pub(super) fn known(
    office: &flow::office::Office,
    pejabat: Option<PejabatId>,
    grants: &[Grant],
) -> Result<(), ServiceError> {
    if let Some(id) = pejabat.filter(|id| !office.pejabat.contains_key(id)) {
        return Err(ServiceError::NotFound {
            what: "official",
            id: id.to_string(),
        });
    }
    let opd = grants.iter().filter_map(|grant| grant.opd);
    match opd.into_iter().find(|opd| !office.opd.contains_key(opd)) {
        Some(opd) => Err(ServiceError::NotFound {
            what: "OPD",
            id: opd.to_string(),
        }),
        None => Ok(()),
    }
}
