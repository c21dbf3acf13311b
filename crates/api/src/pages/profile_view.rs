//! The page of the profile: everything it shows, and what it says after something was done or refused.

use std::sync::Arc;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use flow::account::Scope;
use flow::time::Zone;
use http::StatusCode;
use service::identity::{self, Subject};
use service::{ServiceError, freeze, key};
use zeroize::Zeroizing;

use super::layout::Frame;
use super::parts::Choice;
use super::profile::{scope_in_words, step_up_refusal};
use super::render;
use super::visit::Visit;
use crate::form::FormToken;
use crate::problem::Problem;
use crate::show;

/// What the page says on top.
#[derive(Default)]
pub(super) struct Said {
    pub(super) done: Option<String>,
    pub(super) refusal: Option<String>,
    pub(super) fresh_key: Option<Zeroizing<String>>,
}

#[derive(Template)]
#[template(path = "profile/profile.html")]
struct ProfilePage {
    page: Frame,
    token: FormToken,
    name: String,
    username: String,
    positions: Vec<String>,
    done: Option<String>,
    refusal: Option<String>,
    open: &'static str,
    official: bool,
    frozen: bool,
    certificates: Vec<CertificateView>,
    totp: bool,
    sessions: Vec<SessionView>,
    language: &'static str,
    fresh_key: Option<Zeroizing<String>>,
    keys: Vec<KeyView>,
    scopes: Vec<Choice>,
}

struct CertificateView {
    until: String,
    state: String,
    uses: u64,
}

struct SessionView {
    id: String,
    agent: String,
    current: bool,
    created: String,
    seen: String,
}

struct KeyView {
    id: String,
    name: String,
    scopes: String,
    expires: String,
}

/// To the page again after it was done; with the form open and the reason on top when it was not.
pub(super) async fn after(
    own: Visit,
    done: Result<(), ServiceError>,
    open: &'static str,
    told: &str,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/profil?pesan={told}")).into_response()),
        Err(error) => refused(own, error, open).await,
    }
}

/// What was typed twice was not the same.
pub(super) async fn differ(own: Visit, open: &'static str) -> Result<Response, Problem> {
    let said = Said {
        refusal: Some(own.frame.t("profil-tidak-sama")),
        ..Said::default()
    };
    show(own, StatusCode::UNPROCESSABLE_ENTITY, open, said).await
}

/// The page with the form open and the reason on top.
pub(super) async fn refused(
    own: Visit,
    error: ServiceError,
    open: &'static str,
) -> Result<Response, Problem> {
    let text = step_up_refusal(&error, &own.frame);
    let problem = Problem::from(error);
    let status = problem.kind().status();
    if status.is_server_error() || status == StatusCode::NOT_FOUND {
        return Err(problem);
    }
    let said = Said {
        refusal: Some(text.unwrap_or_else(|| problem.detail(own.frame.lang))),
        ..Said::default()
    };
    show(own, status, open, said).await
}

/// The page, with what is said on top and this form open.
pub(super) async fn show(
    own: Visit,
    status: StatusCode,
    open: &'static str,
    said: Said,
) -> Result<Response, Problem> {
    let Visit {
        frame,
        token,
        state,
        subject,
    } = own;
    let app = Arc::clone(&state.app);
    let office = service::office::current(&app).await?;
    let zone = subject
        .positions
        .first()
        .and_then(|id| office.jabatan.get(id))
        .map_or(Zone::default(), |jabatan| office.zone(jabatan.opd));
    let account = identity::own_account(&app, &subject).await?;
    let frozen = match subject.pejabat {
        Some(official) => freeze::is_frozen(&app, official).await?.is_some(),
        None => false,
    };
    let view = ProfilePage {
        name: subject.name.clone(),
        username: subject.username.clone(),
        positions: subject
            .positions
            .iter()
            .filter_map(|id| office.jabatan.get(id))
            .map(|jabatan| jabatan.title.clone())
            .collect(),
        done: said.done,
        refusal: said.refusal,
        open,
        official: subject.pejabat.is_some(),
        frozen,
        certificates: certificates(&frame, &app, &subject, zone).await?,
        totp: account.totp,
        sessions: sessions(&app, &subject, zone).await?,
        language: frame.lang.tag(),
        fresh_key: said.fresh_key,
        keys: keys(&frame, &app, &subject, zone).await?,
        scopes: Scope::ALL
            .into_iter()
            .map(|scope| Choice::new(scope.word(), scope_in_words(&frame, scope)))
            .collect(),
        page: frame,
        token,
    };
    Ok(render(status, &view))
}

async fn certificates(
    frame: &Frame,
    app: &service::App,
    subject: &Subject,
    zone: Zone,
) -> Result<Vec<CertificateView>, Problem> {
    let Some(official) = subject.pejabat else {
        return Ok(Vec::new());
    };
    let now = app.now();
    let keys = key::list(app).await?;
    Ok(keys
        .into_iter()
        .filter(|key| key.official == official)
        .map(|key| CertificateView {
            until: key
                .until
                .map_or_else(String::new, |until| show::instant(until, zone)),
            state: match (&key.revoked, key.until) {
                (Some(_), _) => frame.t("profil-dicabut"),
                (None, Some(until)) if until <= now => frame.t("profil-kedaluwarsa"),
                (None, _) => frame.t("profil-berlaku"),
            },
            uses: key.uses,
        })
        .collect())
}

async fn sessions(
    app: &service::App,
    subject: &Subject,
    zone: Zone,
) -> Result<Vec<SessionView>, Problem> {
    let sessions = identity::sessions(app, subject).await?;
    Ok(sessions
        .into_iter()
        .map(|row| SessionView {
            id: row.id.to_string(),
            agent: format!("{} · {}", browser(&row.agent), row.network),
            current: row.current,
            created: show::instant(row.created, zone),
            seen: show::instant(row.last_seen, zone),
        })
        .collect())
}

/// The browser and the device in few words, as far as it says so.
fn browser(agent: &str) -> String {
    let first = |known: &[(&str, &'static str)]| {
        let found = known.iter().find(|(mark, _)| agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let device = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, device) {
        (Some(browser), Some(device)) => format!("{browser}, {device}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => agent.chars().take(40).collect(),
    }
}

async fn keys(
    frame: &Frame,
    app: &service::App,
    subject: &Subject,
    zone: Zone,
) -> Result<Vec<KeyView>, Problem> {
    let keys = identity::api_keys(app, subject).await?;
    Ok(keys
        .into_iter()
        .filter(|key| key.account == subject.account && key.revoked.is_none())
        .map(|key| KeyView {
            id: key.id.to_string(),
            name: key.name,
            scopes: key
                .scopes
                .iter()
                .map(|scope| scope_in_words(frame, *scope))
                .collect::<Vec<_>>()
                .join(", "),
            expires: match key.expires {
                Some(at) => frame.tx("kunci-sampai", &[("at", &show::instant(at, zone))]),
                None => frame.t("kunci-tanpa-akhir"),
            },
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_in_few_words() {
        let phone =
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36";
        assert_eq!(browser(phone), "Chrome, Android");
        assert_eq!(browser("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(browser(""), "");
    }
}
