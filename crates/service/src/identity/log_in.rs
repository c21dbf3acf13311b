//! Logging in with a local account.

use std::sync::Arc;

use custody::Passphrase;
use flow::account::AccountState;
use flow::id::SessionId;
use store::model::AccountRow;
use zeroize::Zeroizing;

use super::attempts::{self, Door};
use super::session::{Client, begin};
use super::{password, totp};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// A session that just began.
pub struct NewSession {
    /// What the browser keeps; the database knows its digest only.
    pub token: Zeroizing<String>,
    /// Its id.
    pub id: SessionId,
}

/// Begins a session for whoever knows name (or NIP), password and, where enrolled, the code of the second factor.
///
/// The entry is counted durably before the hash runs. A wrong name, password or code and an account that may not be
/// used answer alike, in words and in time.
///
/// # Errors
/// [`ServiceError::LoginFailed`], [`ServiceError::LoginWait`].
pub async fn log_in(
    app: &Arc<App>,
    username: &str,
    password: &Passphrase,
    totp: Option<&str>,
    client: &Client,
) -> Result<NewSession, ServiceError> {
    let name = super::account::normal(username);
    let found = app
        .store
        .snapshot()
        .await?
        .account_by_name(name.as_str())
        .await?;
    // One count per account, whichever of its names is tried.
    let subject = match &found {
        Some(row) => Door::LogIn.subject(app, &row.account.id.to_string()),
        None => Door::LogIn.subject(app, &name),
    };
    attempts::count(app, &subject).await?;
    let hash = found.as_ref().and_then(|row| row.account.password.clone());
    let right = password::verify(app, password, hash).await?;
    let row = found.filter(|row| right && row.state == AccountState::Active);
    let Some(row) = row else {
        return Err(ServiceError::LoginFailed);
    };
    let step = right_step(app, &row, totp)?;
    let (session, new) = begin(app, row.account.id, client)?;
    transaction!(app.store, |tx| {
        if let Some(step) = step
            && !tx.take_totp_step(row.account.id, step).await?
        {
            return Err(ServiceError::LoginFailed);
        }
        tx.clear_logins(&subject).await?;
        tx.insert_session(&session).await?;
        Ok(())
    })?;
    Ok(new)
}

/// The time step of the code, where a code is asked for.
fn right_step(
    app: &App,
    row: &AccountRow,
    code: Option<&str>,
) -> Result<Option<u64>, ServiceError> {
    if !totp::is_enrolled(row) {
        return Ok(None);
    }
    let step = code.map(|code| totp::matching_step(app, row, code));
    match step.transpose()?.flatten() {
        Some(step) => Ok(Some(step)),
        None => Err(ServiceError::LoginFailed),
    }
}
