//! Sessions: 32 random bytes in a cookie, their digest here, bound to the kind of browser and to the network.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flow::digest::Sha256;
use flow::id::{AccountId, SessionId};
use flow::time::Timestamp;
use store::model::SessionRow;
use zeroize::Zeroizing;

use super::log_in::NewSession;
use super::subject::Subject;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// What a session is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The browser, as it calls itself.
    pub agent: String,
    /// Where it is, as far as is known.
    pub address: Option<IpAddr>,
}

/// A session, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SessionSummary {
    /// Its id.
    pub id: SessionId,
    /// The browser, as it calls itself.
    pub agent: String,
    /// The network it is used from.
    pub network: String,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Who has that session; `None` when there is none, or it is over.
///
/// It ends 30 minutes after its last use, 12 hours after its beginning, and at once when another kind of browser or
/// another network shows its token.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn session_subject(
    app: &App,
    token: &str,
    client: &Client,
) -> Result<Option<Subject>, ServiceError> {
    let now = app.now();
    let mut tx = app.store.snapshot().await?;
    let Some(session) = tx.session_by_token(&Sha256::of(token.as_bytes())).await? else {
        return Ok(None);
    };
    let elsewhere = session.agent_class != agent_class(&client.agent)
        || session.address_class != address_class(client.address);
    if elsewhere || is_over(&session, now) {
        drop(tx);
        transaction!(app.store, |tx| {
            tx.end_session(session.account, session.id).await?;
            Ok(())
        })?;
        return Ok(None);
    }
    let Some(account) = tx.account(session.account).await? else {
        return Ok(None);
    };
    let office = tx.office().await?;
    drop(tx);
    if now >= session.last_seen.plus_seconds(60) {
        transaction!(app.store, |tx| {
            tx.touch_session(session.id, now).await?;
            Ok(())
        })?;
    }
    Ok(Subject::of(&account, &office, None, Some(session.id), now))
}

/// Ends the session that asks.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn log_out(app: &App, subject: &Subject) -> Result<(), ServiceError> {
    let Some(session) = subject.session else {
        return Ok(());
    };
    transaction!(app.store, |tx| {
        tx.end_session(subject.account, session).await?;
        Ok(())
    })
}

/// The sessions of whoever asks, newest first.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn sessions(app: &App, subject: &Subject) -> Result<Vec<SessionSummary>, ServiceError> {
    let now = app.now();
    let mut tx = app.store.snapshot().await?;
    let rows = tx.sessions_of(subject.account).await?;
    let live = rows.into_iter().filter(|row| !is_over(row, now));
    Ok(live
        .map(|row| SessionSummary {
            id: row.id,
            agent: row.agent,
            network: row.address_class,
            created: row.created,
            last_seen: row.last_seen,
            current: subject.session == Some(row.id),
        })
        .collect())
}

/// Ends one session of whoever asks.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn end_session(app: &App, subject: &Subject, id: SessionId) -> Result<(), ServiceError> {
    transaction!(app.store, |tx| {
        if tx.end_session(subject.account, id).await? {
            return Ok(());
        }
        Err(ServiceError::NotFound {
            what: "session",
            id: id.to_string(),
        })
    })
}

/// Ends every session of whoever asks but the one that asks; returns how many.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn end_other_sessions(app: &App, subject: &Subject) -> Result<u64, ServiceError> {
    transaction!(app.store, |tx| {
        Ok(tx.end_sessions(subject.account, subject.session).await?)
    })
}

/// A new session of an account: its row, and what the browser gets.
pub(crate) fn begin(
    app: &App,
    account: AccountId,
    client: &Client,
) -> Result<(SessionRow, NewSession), ServiceError> {
    let now = app.now();
    let id = SessionId::new(now, app.random()?);
    let secret = Zeroizing::new(app.random::<32>()?);
    let token = Zeroizing::new(URL_SAFE_NO_PAD.encode(secret.as_slice()));
    let row = SessionRow {
        id,
        token_sha256: Sha256::of(token.as_bytes()),
        account,
        agent: client.agent.chars().take(LONGEST_AGENT).collect(),
        agent_class: agent_class(&client.agent),
        address_class: address_class(client.address),
        created: now,
        last_seen: now,
    };
    Ok((row, NewSession { token, id }))
}

/// Forgets sessions that are over, and wrong entries of yesterday.
pub(crate) async fn sweep(app: &App) -> Result<(), ServiceError> {
    let now = app.now();
    transaction!(app.store, |tx| {
        tx.sweep_sessions(
            now.plus_seconds(-ABSOLUTE_SECONDS),
            now.plus_seconds(-IDLE_SECONDS),
        )
        .await?;
        tx.sweep_logins(now.plus_seconds(-86_400)).await?;
        Ok(())
    })
}

fn is_over(session: &SessionRow, now: Timestamp) -> bool {
    now >= session.created.plus_seconds(ABSOLUTE_SECONDS)
        || now >= session.last_seen.plus_seconds(IDLE_SECONDS)
}

/// Family and system of a browser: what an update does not change and a thief rarely shares.
fn agent_class(agent: &str) -> String {
    let first = |words: &[&'static str]| {
        words
            .iter()
            .find(|word| agent.contains(**word))
            .copied()
            .unwrap_or("other")
    };
    // Most call themselves by several names; the first that fits is the rarest.
    let family = first(&[
        "Edg",
        "OPR",
        "SamsungBrowser",
        "Firefox",
        "Chrome",
        "Safari",
    ]);
    let system = first(&["Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux"]);
    format!("{family}/{system}")
}

/// The network of an address, wide enough for a telephone that wanders in its operator's.
fn address_class(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        None => "unknown".to_owned(),
        Some(address) if address.is_loopback() => "loopback".to_owned(),
        Some(IpAddr::V4(address)) => {
            let [a, b, _, _] = address.octets();
            format!("{a}.{b}.0.0/16")
        }
        Some(IpAddr::V6(address)) => {
            let [a, b, ..] = address.segments();
            format!("{a:x}:{b:x}::/32")
        }
    }
}

const IDLE_SECONDS: i64 = 30 * 60;
const ABSOLUTE_SECONDS: i64 = 12 * 3_600;
const LONGEST_AGENT: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_of_a_browser_is_the_same_class_and_another_browser_is_not() {
        let firefox = |version: u8| {
            agent_class(&format!(
                "Mozilla/5.0 (X11; Linux x86_64; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"
            ))
        };
        assert_eq!(firefox(140), firefox(141));
        assert_eq!(firefox(140), "Firefox/Linux");
        let edge =
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140";
        assert_eq!(agent_class(edge), "Edg/Windows");
        assert_eq!(agent_class("curl/8"), "other/other");
    }

    #[test]
    fn a_neighbour_is_in_the_same_network_and_a_stranger_is_not() {
        let class = |text: &str| address_class(text.parse().ok());
        assert_eq!(class("203.0.113.5"), class("203.0.7.9"));
        assert_eq!(class("::ffff:203.0.113.5"), class("203.0.113.5"));
        assert_ne!(class("203.0.113.5"), class("198.51.100.7"));
        assert_eq!(class("2001:db8:1::1"), class("2001:db8:2::1"));
        assert_eq!(class("127.0.0.1"), class("::1"));
    }
}
