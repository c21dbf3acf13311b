//! Asking the authorities for a timestamp, one after the other.

use std::time::Duration;

use remote::tsa::{self, TsaError};
use signing::cms::TimestampToken;
use signing::cms::timestamp::Imprint;
use signing::sign::{SignError, archive, extend};
use signing::validate::{Evidence, needs_of_signer};
use signing::x509::signature::Digest;
use signing::{CertificateDer, UtcTime};

use super::{Authority, Level};
use crate::App;

/// No authority gave a timestamp to rely on.
#[derive(Debug, thiserror::Error)]
#[error("no timestamp: {}", told(.0))]
pub(crate) struct NoToken(Vec<(String, Useless)>);

/// Why what one authority gave is of no use.
#[derive(Debug, thiserror::Error)]
enum Useless {
    /// It gave nothing, or nothing that holds.
    #[error(transparent)]
    Tsa(#[from] TsaError),
    /// Its own certificate does not hold.
    #[error("its certificate does not hold: {0}")]
    Certificate(SignError),
    /// Its token does not fit into the room that was left for it.
    #[error("its token has {length} bytes, and there is room for {room}")]
    TooLong {
        /// Of the token.
        length: usize,
        /// Of the hole.
        room: usize,
    },
    /// All of them together took too long.
    #[error("the time for asking was over")]
    Late,
    /// There is no randomness for a nonce.
    #[error("this machine gives no random numbers")]
    NoRandomness,
}

/// A time on `imprint` from the first authority that gives one to rely on, in at most `room` bytes. Above B-T the
/// authority's own certificate must not be revoked; where nobody tells, that is settled when evidence is added.
///
/// # Errors
/// [`NoToken`] with what each of them did.
pub(crate) async fn timestamp(
    app: &App,
    imprint: &Imprint,
    level: Level,
    room: usize,
) -> Result<TimestampToken, NoToken> {
    let mut failed = Vec::new();
    let asking = async {
        for authority in &app.settings.provability.authorities {
            match ask(app, authority, imprint, level, room).await {
                Ok(token) => return Some(token),
                Err(problem) => {
                    let host = remote::host_of(&authority.url);
                    tracing::warn!(authority = host, %problem, "no timestamp");
                    failed.push((host, problem));
                }
            }
        }
        None
    };
    match tokio::time::timeout(PATIENCE, asking).await {
        Ok(Some(token)) => Ok(token),
        Ok(None) => Err(NoToken(failed)),
        Err(_) => {
            failed.push(("all".to_owned(), Useless::Late));
            Err(NoToken(failed))
        }
    }
}

/// What an authority is found to do when it is tried.
pub(crate) struct Tried {
    pub(crate) host: String,
    /// When its certificate ends, or why it gives no timestamp.
    pub(crate) found: Result<UtcTime, String>,
}

/// Asks every authority for a time on nothing in particular.
pub(crate) async fn try_all(app: &App) -> Vec<Tried> {
    let mut tried = Vec::new();
    for authority in &app.settings.provability.authorities {
        let imprint = Imprint::of(Digest::Sha256, b"pena doctor");
        // The strictest level, so that its own certificate is looked at too.
        let asked = ask(app, authority, &imprint, Level::BLta, archive::CAPACITY).await;
        let found = asked.and_then(|token| Ok(token.check().map_err(TsaError::from)?.not_after));
        tried.push(Tried {
            host: remote::host_of(&authority.url),
            found: found.map_err(|problem| problem.to_string()),
        });
    }
    tried
}

async fn ask(
    app: &App,
    authority: &Authority,
    imprint: &Imprint,
    level: Level,
    room: usize,
) -> Result<TimestampToken, Useless> {
    let nonce = app.random().map_err(|_| Useless::NoRandomness)?;
    let request = tsa::request(imprint.clone(), nonce);
    let now = UtcTime::from_unix(app.now().seconds());
    let anchors = authority.certificates();
    let token = tsa::ask(&app.outside, &authority.url, &request, &anchors, now).await?;
    let length = token.der.len();
    if length > room {
        return Err(Useless::TooLong { length, room });
    }
    if level > Level::BT {
        clear(app, authority, &token).await?;
    }
    Ok(token)
}

/// Whether the authority's own certificate holds. Nothing but a source's word makes it useless.
async fn clear(app: &App, authority: &Authority, token: &TimestampToken) -> Result<(), Useless> {
    let own = token.check().map_err(TsaError::from)?;
    let chain: Vec<CertificateDer> = std::iter::once(own)
        .chain(token.certificates())
        .map(CertificateDer::from)
        .collect();
    let (policy, at) = (authority.policy(), token.time);
    let mut evidence = Evidence::new();
    let needs = |evidence: &Evidence| needs_of_signer(&chain, &policy, evidence, at);
    let complete = remote::evidence::complete(&app.outside, &mut evidence, &app.rng, at, needs);
    if let Err(problem) = complete.await {
        tracing::info!(%problem, "the authority's certificate is looked at again later");
    }
    match extend::clear_signer(&chain, &policy, &evidence, at) {
        Ok(()) | Err(SignError::NoEvidence { .. }) => Ok(()),
        Err(problem) => Err(Useless::Certificate(problem)),
    }
}

fn told(failed: &[(String, Useless)]) -> String {
    let each: Vec<String> = failed
        .iter()
        .map(|(host, problem)| format!("{host}: {problem}"))
        .collect();
    if each.is_empty() {
        "no authority is named in the section signing of the configuration".to_owned()
    } else {
        each.join("; ")
    }
}

/// A letter must not stay longer than a minute in a state without a name.
const PATIENCE: Duration = Duration::from_secs(45);
