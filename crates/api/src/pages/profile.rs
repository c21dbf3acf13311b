//! `/profil`: one's own signature, second factor, sessions, password, language and API keys.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flow::account::Scope;
use flow::time::{Timestamp, Zone};
use http::StatusCode;
use serde::Deserialize;
use service::identity::{self, Language, NewApiKey, Subject};
use service::{ServiceError, freeze, key};
use zeroize::Zeroizing;

use super::layout::Frame;
use super::parts::{Choice, Fields};
use super::render;
use crate::form::{Checked, FormToken};
use crate::once::NotKept;
use crate::problem::Problem;
use crate::session::Person;
use crate::show;
use crate::state::ApiState;

/// The addresses of the profile.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/profil", get(page))
        .route("/profil/frasa", post(change_passphrase))
        .route("/profil/bekukan", post(freeze_own))
        .route("/profil/totp", post(begin_totp))
        .route("/profil/totp/pastikan", post(confirm_totp))
        .route("/profil/totp/lepas", post(remove_totp))
        .route("/profil/sesi/akhiri", post(end_session))
        .route("/profil/sesi/akhiri-lain", post(end_others))
        .route("/profil/sandi", post(change_password))
        .route("/profil/bahasa", post(set_language))
        .route("/profil/kunci", post(create_key))
        .route("/profil/kunci/cabut", post(revoke_key))
}

/// What a page of one's own needs besides its form.
struct Own {
    frame: Frame,
    token: FormToken,
    state: ApiState,
    subject: Subject,
}

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    pesan: String,
}

async fn page(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Query(told): Query<Told>,
) -> Result<Response, Problem> {
    let own = Own {
        frame,
        token,
        state,
        subject,
    };
    let done = TOLD
        .into_iter()
        .find(|(word, _)| *word == told.pesan)
        .map(|(_, key)| own.frame.t(key));
    own.show(
        StatusCode::OK,
        "",
        Said {
            done,
            ..Said::default()
        },
    )
    .await
}

/// What the address may say was done: words of ours alone.
const TOLD: [(&str, &str); 4] = [
    ("tersimpan", "profil-tersimpan"),
    ("dibekukan", "profil-dibekukan"),
    ("dikeluarkan", "profil-keluar-lain"),
    ("dicabut", "profil-kunci-dicabut"),
];

/// What the page says on top.
#[derive(Default)]
struct Said {
    done: Option<String>,
    refusal: Option<String>,
    fresh_key: Option<Zeroizing<String>>,
}

async fn change_passphrase(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let own = Own {
        frame,
        token,
        state,
        subject,
    };
    let new = fields.secret("baru");
    if new.expose() != fields.secret("ulang").expose() {
        return own.differ("frasa").await;
    }
    let Some(official) = own.subject.pejabat else {
        return Err(Problem::not_found());
    };
    let old = fields.secret("lama");
    let done = key::change_passphrase(&own.state.app, official, &old, &new).await;
    own.done(done, "frasa", "tersimpan").await
}

async fn freeze_own(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(_): Checked<Fields>,
) -> Result<Response, Problem> {
    let own = Own {
        frame,
        token,
        state,
        subject,
    };
    let done = freeze::freeze(&own.state.app, &own.subject).await;
    own.done(done, "tte", "dibekukan").await
}

async fn begin_totp(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let own = Own {
        frame,
        token,
        state,
        subject,
    };
    let begun = async {
        let confirmed = confirm(&own.state, &own.subject, &fields).await?;
        identity::begin_totp(&own.state.app, &own.subject, &confirmed).await
    };
    match begun.await {
        Ok(enrolment) => {
            let view = TotpPage {
                page: own.frame,
                token: own.token,
                qr: Zeroizing::new(STANDARD.encode(enrolment.qr_svg.as_bytes())),
                secret: enrolment.secret,
                refusal: None,
            };
            Ok(not_kept(render(StatusCode::OK, &view)))
        }
        Err(error) => own.refused(error, "totp").await,
    }
}

async fn confirm_totp(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let own = Own {
        frame,
        token,
        state,
        subject,
    };
    match identity::confirm_totp(&own.state.app, &own.subject, fields.one("kode")).await {
        Err(error @ ServiceError::SecondFactor) => {
            let problem = Problem::from(error);
            let view = TotpPage {
                refusal: Some(problem.detail(own.frame.lang)),
                page: own.frame,
                token: own.token,
                qr: Zeroizing::default(),
                secret: Zeroizing::default(),
            };
            Ok(render(problem.kind().status(), &view))
        }
        done => own.done(done, "totp", "tersimpan").await,
    }
}

async fn remove_totp(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let own = Own {
        frame,
        token,
        state,
        subject,
    };
    let done = async {
        let confirmed = confirm(&own.state, &own.subject, &fields).await?;
        identity::remove_totp(&own.state.app, &own.subject, &confirmed).await
    };
    let done = done.await;
    own.done(done, "totp", "tersimpan").await
}

async fn end_session(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let own = Own {
        frame,
        token,
        state,
        subject,
    };
    let id = fields
        .one("sesi")
        .parse()
        .map_err(|_| Problem::not_found())?;
    let done = identity::end_session(&own.state.app, &own.subject, id).await;
    own.done(done, "sesi", "dikeluarkan").await
}

async fn end_others(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(_): Checked<Fields>,
) -> Result<Response, Problem> {
    let own = Own {
        frame,
        token,
        state,
        subject,
    };
    let done = identity::end_other_sessions(&own.state.app, &own.subject).await;
    own.done(done.map(drop), "sesi", "dikeluarkan").await
}

async fn change_password(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let own = Own {
        frame,
        token,
        state,
        subject,
    };
    let new = fields.secret("baru");
    if new.expose() != fields.secret("ulang").expose() {
        return own.differ("sandi").await;
    }
    let done = async {
        let confirmed = confirm(&own.state, &own.subject, &fields).await?;
        identity::change_password(&own.state.app, &own.subject, &confirmed, &new).await
    };
    let done = done.await;
    own.done(done, "sandi", "tersimpan").await
}

async fn set_language(
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let language = match fields.one("bahasa") {
        "en" => Language::En,
        _ => Language::Id,
    };
    identity::set_language(&state.app, &subject, language).await?;
    Ok(Redirect::to("/profil?pesan=tersimpan").into_response())
}

async fn create_key(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let own = Own {
        frame,
        token,
        state,
        subject,
    };
    let made = async {
        let confirmed = confirm(&own.state, &own.subject, &fields).await?;
        let new = new_key(&fields, own.state.app.now())?;
        identity::create_api_key(&own.state.app, &own.subject, &confirmed, &new).await
    };
    match made.await {
        Ok((_, secret)) => {
            let said = Said {
                fresh_key: Some(secret),
                ..Said::default()
            };
            Ok(not_kept(own.show(StatusCode::OK, "", said).await?))
        }
        Err(error) => own.refused(error, "kunci").await,
    }
}

async fn revoke_key(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let own = Own {
        frame,
        token,
        state,
        subject,
    };
    let id = fields
        .one("kunci")
        .parse()
        .map_err(|_| Problem::not_found())?;
    let done = identity::revoke_api_key(&own.state.app, &own.subject, id).await;
    own.done(done, "kunci", "dicabut").await
}

/// The step-up of a form: password, and the code where a second factor is enrolled.
pub(super) async fn confirm(
    state: &ApiState,
    subject: &Subject,
    fields: &Fields,
) -> Result<identity::Confirmed, ServiceError> {
    let password = fields.secret("sandi");
    let code = fields.optional("kode");
    identity::confirm(&state.app, subject, &password, code).await
}

/// What a failed step-up is told in its own words: whoever is logged in typed no name.
pub(super) fn step_up_refusal(error: &ServiceError, frame: &Frame) -> Option<String> {
    matches!(error, ServiceError::LoginFailed).then(|| frame.t("langkah-salah"))
}

/// An answer with a secret in it, or one that must not return when the form is sent again.
pub(super) fn not_kept(mut response: Response) -> Response {
    response.extensions_mut().insert(NotKept);
    response
}

/// A scope in words.
pub(super) fn scope_in_words(frame: &Frame, scope: Scope) -> String {
    frame.t(&format!("lingkup-{}", scope.word().replace(':', "-")))
}

fn new_key(fields: &Fields, now: Timestamp) -> Result<NewApiKey, ServiceError> {
    let wanted = fields.all("lingkup");
    let scopes: BTreeSet<Scope> = Scope::ALL
        .into_iter()
        .filter(|scope| wanted.contains(&scope.word()))
        .collect();
    let days: i64 = fields
        .one("hari")
        .parse()
        .ok()
        .filter(|days| (1..=365).contains(days))
        .ok_or(ServiceError::Invalid { what: "expiry" })?;
    Ok(NewApiKey {
        name: fields.one("nama").to_owned(),
        scopes,
        expires: Some(now.plus_seconds(days * 86_400)),
        account: None,
    })
}

#[derive(Template)]
#[template(path = "profile/totp.html")]
struct TotpPage {
    page: Frame,
    token: FormToken,
    qr: Zeroizing<String>,
    secret: Zeroizing<String>,
    refusal: Option<String>,
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

impl Own {
    /// To the page again after it was done; with the form open and the reason on top when it was not.
    async fn done(
        self,
        done: Result<(), ServiceError>,
        open: &'static str,
        told: &str,
    ) -> Result<Response, Problem> {
        match done {
            Ok(()) => Ok(Redirect::to(&format!("/profil?pesan={told}")).into_response()),
            Err(error) => self.refused(error, open).await,
        }
    }

    async fn differ(self, open: &'static str) -> Result<Response, Problem> {
        let said = Said {
            refusal: Some(self.frame.t("profil-tidak-sama")),
            ..Said::default()
        };
        self.show(StatusCode::UNPROCESSABLE_ENTITY, open, said)
            .await
    }

    async fn refused(self, error: ServiceError, open: &'static str) -> Result<Response, Problem> {
        let text = step_up_refusal(&error, &self.frame);
        let problem = Problem::from(error);
        let status = problem.kind().status();
        if status.is_server_error() || status == StatusCode::NOT_FOUND {
            return Err(problem);
        }
        let said = Said {
            refusal: Some(text.unwrap_or_else(|| problem.detail(self.frame.lang))),
            ..Said::default()
        };
        self.show(status, open, said).await
    }

    async fn show(
        self,
        status: StatusCode,
        open: &'static str,
        said: Said,
    ) -> Result<Response, Problem> {
        let Self {
            frame,
            token,
            state,
            subject,
        } = self;
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
