//! Logging in with the account of an identity provider.
//!
//! What must be kept until the browser comes back is sealed into a cookie of that browser: no row is written for
//! somebody who only knocked. An account is tied to issuer and subject, the provider's lasting name of a person;
//! who else gets the same username there later does not get the account.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use custody::{open_server, seal_server};
use flow::account::AccountState;
use flow::digest::Sha256;
use flow::id::AccountId;
use flow::office_event::{By, Fact};
use remote::oidc::{self, Person, Provider, Returned};
pub use remote::oidc::{OidcError, TokenProblem};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::model::AccountRow;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::account::{find, normal};
use super::session::{Client, begin as begin_session};
use super::{Confirmed, NewSession, Subject};
use crate::office::{administers, record};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// The identity provider people may log in with.
pub struct SingleSignOn {
    provider: Provider,
    username_claim: Option<String>,
}

/// Where the browser goes, and what it keeps meanwhile.
pub struct Redirect {
    /// The provider's page.
    pub url: String,
    /// The value of a cookie, good for ten minutes.
    pub state_cookie: Zeroizing<String>,
}

/// What the browser brought back from the provider.
pub struct Callback<'a> {
    /// The cookie it kept.
    pub state_cookie: &'a str,
    /// `code` of the query.
    pub code: &'a str,
    /// `state` of the query.
    pub state: &'a str,
}

/// Somebody who is in.
pub struct LoggedIn {
    /// The session.
    pub session: NewSession,
    /// Where they wanted to go.
    pub return_to: String,
}

impl SingleSignOn {
    /// With the provider of the configuration. `username_claim` names the claim whose value is the username or NIP of
    /// an account at its first log-in; without one an admin ties accounts.
    ///
    /// # Errors
    /// [`ServiceError::Oidc`] for an issuer that is not https.
    pub fn new(
        issuer: &str,
        client_id: String,
        client_secret: Option<Zeroizing<String>>,
        username_claim: Option<String>,
    ) -> Result<Self, ServiceError> {
        Ok(Self {
            provider: Provider::new(issuer, client_id, client_secret)?,
            username_claim,
        })
    }
}

/// Begins a log-in; afterwards the browser goes on to `return_to`.
///
/// # Errors
/// [`ServiceError::NotFound`] where no provider is configured; [`ServiceError::Oidc`].
pub async fn begin(app: &App, return_to: &str) -> Result<Redirect, ServiceError> {
    let sso = configured(app)?;
    let begun = oidc::begin(&app.outside, &sso.provider, &callback_address(app)).await?;
    let pending = Pending {
        state: begun.state,
        nonce: begun.nonce,
        verifier: begun.verifier.to_string(),
        return_to: return_to.to_owned(),
        until: app.now().plus_seconds(LIFE_SECONDS).micros(),
    };
    Ok(Redirect {
        url: begun.url,
        state_cookie: pending.seal(app)?,
    })
}

/// Ends a log-in: a session for the account the provider's person is tied to.
///
/// # Errors
/// [`ServiceError::LoginFailed`] alike when the browser is not the one that began, and when the person has no account
/// that may be used; [`ServiceError::Oidc`] when the provider is not believed.
pub async fn finish(
    app: &App,
    callback: &Callback<'_>,
    client: &Client,
) -> Result<LoggedIn, ServiceError> {
    let sso = configured(app)?;
    let pending = Pending::open(app, callback.state_cookie).ok_or(ServiceError::LoginFailed)?;
    let same = pending.state.as_bytes().ct_eq(callback.state.as_bytes());
    if !bool::from(same) || app.now().micros() >= pending.until {
        return Err(ServiceError::LoginFailed);
    }
    let returned = Returned {
        code: callback.code,
        nonce: &pending.nonce,
        verifier: Zeroizing::new(pending.verifier.clone()),
        redirect: &callback_address(app),
    };
    let now = app.now().micros().div_euclid(1_000_000);
    let person = oidc::finish(&app.outside, &sso.provider, returned, now).await?;
    let session = transaction!(app.store, |tx| {
        let row = account_of(app, tx, sso, &person).await?;
        let (session, new) = begin_session(app, row.account.id, client)?;
        tx.insert_session(&session).await?;
        Ok(new)
    })?;
    Ok(LoggedIn {
        session,
        return_to: pending.return_to.clone(),
    })
}

/// Ties an account to the provider's lasting name of its owner.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Stepup`]; [`ServiceError::Taken`] when another account has it.
pub async fn tie(
    app: &App,
    by: &Subject,
    confirmed: &Confirmed,
    account: AccountId,
    subject: &str,
) -> Result<(), ServiceError> {
    let admin = administers(app, by, confirmed, None)?;
    let sso = configured(app)?;
    let subject = subject.trim();
    if subject.is_empty() || subject.len() > LONGEST_SUBJECT {
        return Err(ServiceError::Invalid {
            what: "subject of the identity provider",
        });
    }
    let name = format!("{} {subject}", sso.provider.issuer());
    transaction!(app.store, |tx| {
        find(tx, account).await?;
        match tx.account_by_oidc(&name).await? {
            Some(other) if other.account.id != account => Err(ServiceError::Taken {
                what: "subject of the identity provider",
            }),
            Some(_) | None => link(app, tx, admin, account, &name).await,
        }
    })
}

/// Where the provider sends the browser back to, below the base address.
pub const CALLBACK_PATH: &str = "/masuk/oidc/selesai";

fn configured(app: &App) -> Result<&SingleSignOn, ServiceError> {
    app.single_sign_on
        .as_ref()
        .ok_or_else(|| ServiceError::NotFound {
            what: "identity provider",
            id: "in the configuration".to_owned(),
        })
}

fn callback_address(app: &App) -> String {
    format!("{}{CALLBACK_PATH}", app.settings.base_address)
}

/// The account that is tied to the person; at a first log-in, the one the configured claim names.
async fn account_of(
    app: &App,
    tx: &mut Tx,
    sso: &SingleSignOn,
    person: &Person,
) -> Result<AccountRow, ServiceError> {
    let name = format!("{} {}", person.issuer, person.subject);
    let usable = |row: &AccountRow| row.state == AccountState::Active;
    if let Some(row) = tx.account_by_oidc(&name).await? {
        return Some(row).filter(usable).ok_or(ServiceError::LoginFailed);
    }
    let claimed = sso
        .username_claim
        .as_deref()
        .and_then(|claim| person.claim(claim));
    let Some(claimed) = claimed else {
        return Err(ServiceError::LoginFailed);
    };
    let row = tx
        .account_by_name(&normal(claimed))
        .await?
        // An account that is tied stays with whoever it is tied to.
        .filter(|row| usable(row) && row.oidc_subject.is_none())
        .ok_or(ServiceError::LoginFailed)?;
    let id = row.account.id;
    link(app, tx, By::Account(id), id, &name).await?;
    Ok(row)
}

async fn link(
    app: &App,
    tx: &mut Tx,
    by: By,
    account: AccountId,
    name: &str,
) -> Result<(), ServiceError> {
    tx.set_oidc_subject(account, name).await?;
    let sha256 = Sha256::of(name.as_bytes());
    record(app, tx, by, account.uuid(), Fact::OidcLinked { sha256 }).await
}

/// What is kept until the browser comes back.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Pending {
    state: String,
    nonce: String,
    verifier: String,
    return_to: String,
    until: i64,
}

impl Pending {
    fn seal(&self, app: &App) -> Result<Zeroizing<String>, ServiceError> {
        let corrupt = |error: serde_json::Error| ServiceError::Corrupt {
            what: "state of a log-in",
            id: "new".to_owned(),
            why: error.to_string(),
        };
        let plain = Zeroizing::new(serde_json::to_vec(self).map_err(corrupt)?);
        let sealed = seal_server(&app.field_key, PURPOSE, &plain, &app.rng)?;
        Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(sealed)))
    }

    fn open(app: &App, cookie: &str) -> Option<Self> {
        let sealed = String::from_utf8(URL_SAFE_NO_PAD.decode(cookie).ok()?).ok()?;
        let plain = open_server(&app.field_key, PURPOSE, &sealed).ok()?;
        serde_json::from_slice(plain.expose()).ok()
    }
}

/// Binds the envelope to what it is for.
const PURPOSE: &str = "oidc-state";
const LIFE_SECONDS: i64 = 600;
/// OpenID Connect Core 1.0, 2: a subject has at most 255 characters.
const LONGEST_SUBJECT: usize = 255;
