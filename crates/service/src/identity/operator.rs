//! Accounts as whoever holds the data directory administers them: the first admin, and the way back in.

use std::sync::Arc;

use custody::Passphrase;
use flow::account::{AccountState, Grant};
use flow::id::{AccountId, ApiKeyId};
use flow::office_event::{By, Fact};
use zeroize::Zeroizing;

use super::account::{self, find, known, normal};
use super::{Account, NewAccount, NewApiKey, api_key};
use crate::office::record;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Every account, by name.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn accounts(app: &App) -> Result<Vec<Account>, ServiceError> {
    let rows = app.store.snapshot().await?.accounts().await?;
    Ok(rows.into_iter().map(Account::from).collect())
}

/// The account of that name.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn named(app: &App, username: &str) -> Result<Account, ServiceError> {
    let name = normal(username);
    let row = app.store.snapshot().await?.account_by_name(&name).await?;
    row.map(Account::from)
        .ok_or_else(|| ServiceError::NotFound {
            what: "account",
            id: name.clone(),
        })
}

/// Makes an account.
///
/// # Errors
/// As [`super::create_account`], rights apart.
pub async fn add(
    app: &Arc<App>,
    new: &NewAccount,
    password: &Passphrase,
) -> Result<AccountId, ServiceError> {
    account::add(app, By::Operator, new, password).await
}

/// Gives an account a new password; its sessions end.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::WeakPassphrase`].
pub async fn set_password(
    app: &Arc<App>,
    id: AccountId,
    new: &Passphrase,
) -> Result<(), ServiceError> {
    account::store_password(app, By::Operator, id, new, None).await
}

/// Sets the roles of an account.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn set_grants(app: &App, id: AccountId, grants: &[Grant]) -> Result<(), ServiceError> {
    transaction!(app.store, |tx| {
        find(tx, id).await?;
        known(&*tx.office().await?, None, grants)?;
        tx.set_grants(id, grants).await?;
        let fact = Fact::GrantsSet {
            grants: grants.to_vec(),
        };
        record(app, tx, By::Operator, id.uuid(), fact).await
    })
}

/// Lets an account be used, or not; its sessions end with it.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn set_state(app: &App, id: AccountId, state: AccountState) -> Result<(), ServiceError> {
    transaction!(app.store, |tx| {
        account::put_state(app, tx, By::Operator, id, state).await
    })
}

/// Forgets the second factor of an account; its sessions end.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn remove_totp(app: &App, id: AccountId) -> Result<(), ServiceError> {
    transaction!(app.store, |tx| {
        account::forget_totp(app, tx, By::Operator, id).await
    })
}

/// Makes a key of an application. It is shown this once.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Invalid`].
pub async fn make_api_key(
    app: &App,
    id: AccountId,
    new: &NewApiKey,
) -> Result<(ApiKeyId, Zeroizing<String>), ServiceError> {
    api_key::make(app, By::Operator, id, new).await
}
