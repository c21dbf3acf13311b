//! Is this installation well? Looks, and changes nothing.

mod test_signature;

use std::sync::Arc;

use serde::Serialize;
use store::model::IntentState;

use crate::key::{self, CRL_SECONDS, list, open_issuing, stored_seal};
use crate::{App, ServiceError, provable};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How it was found.
    pub state: State,
    /// What was seen.
    pub seen: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// How something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Ok,
    /// It works, but somebody should look at it.
    Warn,
    /// It does not work.
    Fail,
}

impl Check {
    /// As it should be.
    pub fn ok(name: &'static str, seen: impl Into<String>) -> Self {
        Self {
            name,
            state: State::Ok,
            seen: seen.into(),
            advice: None,
        }
    }

    /// It works, but should be looked at.
    pub fn warn(name: &'static str, seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            state: State::Warn,
            advice: Some(advice.into()),
            ..Self::ok(name, seen)
        }
    }

    /// It does not work.
    pub fn fail(name: &'static str, seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            state: State::Fail,
            ..Self::warn(name, seen, advice)
        }
    }
}

/// Looks at everything inside an office that opened, which shows already that the server key is the
/// right one and every migration has run.
pub async fn examine(app: &Arc<App>) -> Vec<Check> {
    let mut checks = Vec::new();
    for (name, looked) in [
        (DATABASE, database(app).await),
        (CLOCK, clock(app).await),
        (ISSUING, issuing(app).await),
        (CRL, revocation_list(app).await),
        (SEAL, seal(app).await),
        (OFFICIALS, officials(app).await),
        (SIGNATURE, test_signature(app).await),
        (WAITING, waiting(app).await),
    ] {
        checks.push(looked.unwrap_or_else(|error| {
            Check::fail(name, error.to_string(), "see what the message names")
        }));
    }
    checks.extend(timestamps(app).await);
    checks.extend(providers(app).await);
    checks
}

/// Each token is looked for, and each signing service asked, without any PIN.
async fn providers(app: &App) -> Vec<Check> {
    let tried = match key::try_all(app).await {
        Ok(tried) => tried,
        Err(error) => {
            let advice = "see what the message names";
            return vec![Check::fail(PROVIDERS, error.to_string(), advice)];
        }
    };
    tried
        .into_iter()
        .map(|one| match one.found {
            Ok(()) => Check::ok(PROVIDERS, format!("{} answers", one.name)),
            Err(problem) => Check::fail(
                PROVIDERS,
                format!("{}: {problem}", one.name),
                "officials whose keys lie there cannot sign; see what the message names",
            ),
        })
        .collect()
}

/// Each authority is asked once, and its own certificate looked at.
async fn timestamps(app: &App) -> Vec<Check> {
    let tried = provable::try_all(app).await;
    let others = tried.iter().filter(|one| one.found.is_ok()).count();
    tried
        .into_iter()
        .map(|one| {
            let host = one.host;
            match one.found {
                Ok(until) if until.unix() <= app.now().plus_seconds(AUTHORITY_NOTICE).seconds() => {
                    Check::warn(
                        TIMESTAMPS,
                        format!("{host} gives them; its certificate ends {until}"),
                        "ask its operator for the next one, or name another in signing.tsa",
                    )
                }
                Ok(until) => Check::ok(
                    TIMESTAMPS,
                    format!("{host} gives them; its certificate is good until {until}"),
                ),
                Err(problem) if others > 0 => Check::warn(
                    TIMESTAMPS,
                    format!("{host}: {problem}"),
                    "another authority is asked instead; see what the message names",
                ),
                Err(problem) => Check::fail(
                    TIMESTAMPS,
                    format!("{host}: {problem}"),
                    "letters that are signed wait for their timestamps; see what the message names",
                ),
            }
        })
        .collect()
}

/// Letters that wait for somebody outside.
async fn waiting(app: &App) -> Result<Check, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let intents = tx.open_intents().await?;
    let stamps = intents
        .iter()
        .filter(|row| row.state == IntentState::AwaitingTimestamp)
        .count();
    let evidence = tx.open_preservation_count().await?;
    let seen = format!("{stamps} signatures wait for a timestamp, {evidence} letters for evidence");
    Ok(if stamps == 0 && evidence == 0 {
        Check::ok(WAITING, seen)
    } else {
        Check::warn(
            WAITING,
            seen,
            "pena serve tries again by itself; its log names the source that fails",
        )
    })
}

async fn database(app: &App) -> Result<Check, ServiceError> {
    let about = app.store.about().await?;
    let (engine, version, schema) = (about.engine, about.version, about.schema);
    Ok(Check::ok(
        DATABASE,
        format!("{engine} {version}, schema {schema}, opened with the right server key"),
    ))
}

/// A clock that stands before what happened already gives wrong dates to letters.
async fn clock(app: &App) -> Result<Check, ServiceError> {
    let now = app.now();
    let newest = app.store.snapshot().await?.newest_event().await?;
    Ok(match newest {
        Some(newest) if newest > now => Check::fail(
            CLOCK,
            format!("the clock says {now}, but something happened at {newest}"),
            "set the clock of this machine, by NTP",
        ),
        Some(_) | None => Check::ok(CLOCK, now.to_string()),
    })
}

async fn issuing(app: &App) -> Result<Check, ServiceError> {
    let Some(issuing) = open_issuing(app).await? else {
        return Ok(Check::warn(
            ISSUING,
            "there is no certification authority yet",
            "finish the set-up, by which it is founded",
        ));
    };
    let mut tx = app.store.snapshot().await?;
    let certificate = tx.certificates_of(issuing.key).await?.into_iter().next();
    let Some(certificate) = certificate else {
        return Ok(Check::fail(
            ISSUING,
            "the issuing authority has no certificate",
            "restore the database from a backup",
        ));
    };
    let end = certificate.certificate.not_after;
    let advice = "issue the next one with the root key and the operator's passphrase";
    Ok(if end <= app.now() {
        Check::fail(ISSUING, format!("its certificate ended {end}"), advice)
    } else if end <= app.now().plus_seconds(AUTHORITY_NOTICE) {
        Check::warn(ISSUING, format!("its certificate ends {end}"), advice)
    } else {
        Check::ok(ISSUING, format!("its certificate is good until {end}"))
    })
}

async fn revocation_list(app: &App) -> Result<Check, ServiceError> {
    let Some(issuing) = open_issuing(app).await? else {
        return Ok(Check::ok(CRL, "none is needed yet"));
    };
    let newest = app.store.snapshot().await?.newest_crl(issuing.key).await?;
    let advice = "start pena serve, which publishes the next one";
    let Some(crl) = newest else {
        return Ok(Check::fail(CRL, "none was published", advice));
    };
    let end = crl.this_update.plus_seconds(CRL_SECONDS);
    Ok(if end <= app.now() {
        Check::fail(CRL, format!("number {} ended {end}", crl.number), advice)
    } else if crl.this_update.plus_seconds(CRL_SECONDS / 2) <= app.now() {
        Check::warn(CRL, format!("number {} ends {end}", crl.number), advice)
    } else {
        let seen = format!("number {} is good until {end}", crl.number);
        Check::ok(CRL, seen)
    })
}

/// Made by itself with the authority, and renewed by itself: what is wrong with it is that nothing does that.
async fn seal(app: &App) -> Result<Check, ServiceError> {
    let advice = "start pena serve, which makes the next one";
    let Some(seal) = stored_seal(&mut app.store.snapshot().await?).await? else {
        return Ok(match open_issuing(app).await? {
            None => Check::ok(SEAL, "none is needed yet"),
            Some(_) => Check::warn(SEAL, "there is none yet", advice),
        });
    };
    let (id, uses) = (seal.key.key.id, seal.key.uses);
    let Some(certificate) = seal.certificate else {
        let seen = format!("{id} has no certificate");
        return Ok(Check::fail(
            SEAL,
            seen,
            "restore the database from a backup",
        ));
    };
    let end = certificate.certificate.not_after;
    let opened = custody::open_server(&app.kek, &id.to_string(), &seal.key.key.envelope);
    Ok(if let Err(problem) = opened {
        let advice = "restore the database from a backup";
        Check::fail(SEAL, format!("{id} does not open: {problem}"), advice)
    } else if certificate.revoked.is_some() {
        Check::warn(SEAL, format!("the certificate of {id} is revoked"), advice)
    } else if end <= app.now() {
        Check::fail(SEAL, format!("its certificate ended {end}"), advice)
    } else {
        Check::ok(
            SEAL,
            format!("{id}, used {uses} times; its certificate is good until {end}"),
        )
    })
}

async fn officials(app: &App) -> Result<Check, ServiceError> {
    let now = app.now();
    let keys = list(app).await?;
    let usable: Vec<_> = keys.iter().filter(|key| key.revoked.is_none()).collect();
    let ending = |limit| {
        let ends = move |until: &flow::time::Timestamp| *until <= limit;
        usable
            .iter()
            .filter(|key| key.until.as_ref().is_some_and(ends))
            .count()
    };
    let ended = ending(now);
    let soon = ending(now.plus_seconds(OFFICIAL_NOTICE)).saturating_sub(ended);
    let seen = format!(
        "{} keys in force, {ended} whose certificate ended, {soon} whose certificate ends within 30 days",
        usable.len().saturating_sub(ended)
    );
    Ok(if ended + soon > 0 {
        Check::warn(
            OFFICIALS,
            seen,
            "pena key list names them; give them new ones by pena key issue",
        )
    } else {
        Check::ok(OFFICIALS, seen)
    })
}

/// Through the worker and the validator, as a letter goes, but with a key that is thrown away.
async fn test_signature(app: &Arc<App>) -> Result<Check, ServiceError> {
    let worker = Arc::clone(app);
    let outcome = tokio::task::spawn_blocking(move || test_signature::sign(&worker)).await?;
    Ok(match outcome {
        Ok(()) => Check::ok(SIGNATURE, "made with a throw-away key and found intact"),
        Err(reason) => Check::fail(
            SIGNATURE,
            reason.to_string(),
            "nobody can sign like this; look at the worker's lines above",
        ),
    })
}

const DATABASE: &str = "database";
const CLOCK: &str = "clock";
const ISSUING: &str = "issuing authority";
const CRL: &str = "revocation list";
const SEAL: &str = "institution's seal";
const OFFICIALS: &str = "officials' certificates";
const SIGNATURE: &str = "test signature";
const TIMESTAMPS: &str = "timestamps";
const PROVIDERS: &str = "providers of keys";
const WAITING: &str = "waiting for others";
const AUTHORITY_NOTICE: i64 = 90 * 86_400;
const OFFICIAL_NOTICE: i64 = 30 * 86_400;
