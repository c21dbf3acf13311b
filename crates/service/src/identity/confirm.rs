//! The step-up: whoever does something dangerous enters the password again.

use std::sync::Arc;

use custody::Passphrase;
use flow::account::AccountState;
use flow::id::AccountId;
use flow::office_event::By;
use flow::time::Timestamp;

use super::attempts::{self, Door};
use super::{Subject, password, totp};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// That the owner of an account entered the password just now. It cannot be copied, kept or made otherwise.
#[derive(Debug)]
pub struct Confirmed {
    account: AccountId,
    at: Timestamp,
}

/// Asks for the password of the account again, and for a code where a second factor is enrolled. An account that has
/// no password, because it logs in elsewhere, confirms with its second factor alone.
///
/// # Errors
/// [`ServiceError::LoginFailed`] for a wrong password, [`ServiceError::SecondFactor`], [`ServiceError::LoginWait`];
/// [`ServiceError::Stepup`] for an account that has nothing to confirm with.
pub async fn confirm(
    app: &Arc<App>,
    subject: &Subject,
    password: &Passphrase,
    totp: Option<&str>,
) -> Result<Confirmed, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let row = tx.account(subject.account).await?;
    drop(tx);
    let row = row
        .filter(|row| row.state == AccountState::Active)
        .ok_or(ServiceError::LoginFailed)?;
    let enrolled = totp::is_enrolled(&row);
    if row.account.password.is_none() && !enrolled {
        return Err(ServiceError::Stepup);
    }
    let counted = Door::Confirm.subject(app, &row.account.id.to_string());
    attempts::count(app, &counted).await?;
    if row.account.password.is_some()
        && !password::verify(app, password, row.account.password.clone()).await?
    {
        return Err(ServiceError::LoginFailed);
    }
    let step = if enrolled {
        let code = totp.ok_or(ServiceError::SecondFactor)?;
        Some(totp::matching_step(app, &row, code)?.ok_or(ServiceError::SecondFactor)?)
    } else {
        None
    };
    transaction!(app.store, |tx| {
        if let Some(step) = step
            && !tx.take_totp_step(row.account.id, step).await?
        {
            return Err(ServiceError::SecondFactor);
        }
        tx.clear_logins(&counted).await?;
        Ok(())
    })?;
    Ok(Confirmed {
        account: row.account.id,
        at: app.now(),
    })
}

impl Confirmed {
    /// That it is the subject's own, and fresh.
    ///
    /// # Errors
    /// [`ServiceError::Stepup`].
    pub(crate) fn check(&self, app: &App, subject: &Subject) -> Result<(), ServiceError> {
        if self.account == subject.account && app.now() < self.at.plus_seconds(LIFE_SECONDS) {
            Ok(())
        } else {
            Err(ServiceError::Stepup)
        }
    }

    /// That it is fresh and of a session: a key of an application does not change the account it stands for.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`], [`ServiceError::Stepup`].
    pub(super) fn own(&self, app: &App, subject: &Subject) -> Result<By, ServiceError> {
        if subject.session.is_none() {
            return Err(ServiceError::Forbidden {
                what: "own account",
            });
        }
        self.check(app, subject)?;
        Ok(By::Account(subject.account))
    }
}

const LIFE_SECONDS: i64 = 300;
