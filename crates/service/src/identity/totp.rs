//! The second factor: time-based codes (RFC 6238), each good once.

use std::sync::Arc;

use custody::{open_server, seal_server};
use flow::account::AccountState;
use flow::id::AccountId;
use flow::office_event::{By, Fact};
use store::StoreError;
use store::model::AccountRow;
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use super::attempts::{self, Door};
use super::{Confirmed, Subject};
use crate::office::record;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// What an authenticator needs to know, shown once.
pub struct TotpEnrolment {
    /// The address an authenticator understands.
    pub uri: Zeroizing<String>,
    /// The secret to type, Base32.
    pub secret: Zeroizing<String>,
    /// The address as a QR code.
    pub qr_svg: String,
}

/// Makes the secret of a second factor. It counts only once a code of it was entered.
///
/// # Errors
/// [`ServiceError::Stepup`]; [`ServiceError::Taken`] when one counts already.
pub async fn begin_totp(
    app: &App,
    subject: &Subject,
    confirmed: &Confirmed,
) -> Result<TotpEnrolment, ServiceError> {
    confirmed.own(app, subject)?;
    let secret = Zeroizing::new(app.random::<20>()?);
    let sealed = seal_server(
        &app.field_key,
        &subject.account.to_string(),
        secret.as_slice(),
        &app.rng,
    )?;
    transaction!(app.store, |tx| {
        tx.lock_account(subject.account).await?;
        let row = tx.account(subject.account).await?;
        if row.is_some_and(|row| is_enrolled(&row)) {
            return Err(ServiceError::Taken {
                what: "second factor",
            });
        }
        tx.offer_totp(subject.account, &sealed).await?;
        Ok(())
    })?;
    let totp = totp(app, &subject.username, secret.as_slice())?;
    let uri = Zeroizing::new(totp.to_url().map_err(|_| UNUSABLE)?);
    Ok(TotpEnrolment {
        qr_svg: letter::qr_svg(&uri).map_err(|_| UNUSABLE)?,
        secret: Zeroizing::new(totp.secret().to_base32()),
        uri,
    })
}

/// The second factor counts from now on, because its owner's authenticator gives the right codes.
///
/// # Errors
/// [`ServiceError::SecondFactor`], [`ServiceError::LoginWait`].
pub async fn confirm_totp(app: &App, subject: &Subject, code: &str) -> Result<(), ServiceError> {
    let counted = Door::SecondFactor.subject(app, &subject.account.to_string());
    attempts::count(app, &counted).await?;
    let row = active(app, subject.account).await?;
    let step = matching_step(app, &row, code)?.ok_or(ServiceError::SecondFactor)?;
    let now = app.now();
    transaction!(app.store, |tx| {
        if !tx.take_totp_step(subject.account, step).await? {
            return Err(ServiceError::SecondFactor);
        }
        match tx.confirm_totp(subject.account, now).await {
            Ok(()) => {}
            Err(StoreError::Stale { .. }) => return Err(ServiceError::SecondFactor),
            Err(error) => return Err(error.into()),
        }
        tx.clear_logins(&counted).await?;
        let by = By::Account(subject.account);
        record(app, tx, by, subject.account.uuid(), Fact::TotpEnrolled).await
    })
}

/// Gives the second factor up.
///
/// # Errors
/// [`ServiceError::Stepup`].
pub async fn remove_totp(
    app: &App,
    subject: &Subject,
    confirmed: &Confirmed,
) -> Result<(), ServiceError> {
    let by = confirmed.own(app, subject)?;
    transaction!(app.store, |tx| {
        tx.remove_totp(subject.account).await?;
        record(app, tx, by, subject.account.uuid(), Fact::TotpRemoved).await
    })
}

/// Asks for a code where a second factor is enrolled, as signing does. A code that was taken once, on whatever node,
/// is not taken again.
///
/// # Errors
/// [`ServiceError::SecondFactor`], [`ServiceError::LoginWait`].
pub async fn check_second_factor(
    app: &Arc<App>,
    account: AccountId,
    code: Option<&str>,
) -> Result<(), ServiceError> {
    let row = active(app, account).await?;
    if !is_enrolled(&row) {
        return Ok(());
    }
    let code = code.ok_or(ServiceError::SecondFactor)?;
    let counted = Door::SecondFactor.subject(app, &account.to_string());
    attempts::count(app, &counted).await?;
    let step = matching_step(app, &row, code)?.ok_or(ServiceError::SecondFactor)?;
    transaction!(app.store, |tx| {
        if !tx.take_totp_step(account, step).await? {
            return Err(ServiceError::SecondFactor);
        }
        tx.clear_logins(&counted).await?;
        Ok(())
    })
}

/// Whether a second factor counts.
pub(super) const fn is_enrolled(row: &AccountRow) -> bool {
    row.totp_since.is_some() && row.totp_sealed.is_some()
}

/// The time step a code is right for: the present one or a neighbour (RFC 6238 5.2).
pub(super) fn matching_step(
    app: &App,
    row: &AccountRow,
    code: &str,
) -> Result<Option<u64>, ServiceError> {
    let Some(sealed) = &row.totp_sealed else {
        return Ok(None);
    };
    let digits: String = code.chars().filter(|char| !char.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let secret = open_server(&app.field_key, &row.account.id.to_string(), sealed)?;
    let totp = totp(app, &row.account.username, secret.expose())?;
    let seconds = app.now().micros().div_euclid(1_000_000);
    let seconds = u64::try_from(seconds).unwrap_or(0);
    Ok(totp.check(&digits, seconds))
}

async fn active(app: &App, account: AccountId) -> Result<AccountRow, ServiceError> {
    let row = app.store.snapshot().await?.account(account).await?;
    row.filter(|row| row.state == AccountState::Active)
        .ok_or(ServiceError::LoginFailed)
}

fn totp(app: &App, username: &str, secret: &[u8]) -> Result<Totp, ServiceError> {
    Builder::new()
        .with_secret(Secret::from(secret.to_vec()))
        .with_account_name(username)
        .with_issuer(Some(format!("Pena {}", app.settings.domain())))
        .build()
        .map_err(|_| UNUSABLE)
}

const UNUSABLE: ServiceError = ServiceError::Invalid {
    what: "second factor",
};
