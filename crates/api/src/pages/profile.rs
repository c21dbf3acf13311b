//! `/profil`: one's own signature, second factor, sessions, password, language and API keys.

use std::collections::BTreeSet;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flow::account::Scope;
use flow::time::Timestamp;
use http::StatusCode;
use serde::Deserialize;
use service::identity::{self, Language, NewApiKey, Subject};
use service::{ServiceError, freeze, key};
use zeroize::Zeroizing;

use super::layout::Frame;
use super::parts::Fields;
use super::profile_view::{Said, after, differ, refused, show};
use super::render;
use super::visit::Visit;
use crate::form::{Checked, FormToken};
use crate::once::NotKept;
use crate::problem::Problem;
use crate::session::Person;
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

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    pesan: String,
}

async fn page(own: Visit, Query(told): Query<Told>) -> Result<Response, Problem> {
    let done = TOLD
        .into_iter()
        .find(|(word, _)| *word == told.pesan)
        .map(|(_, key)| own.frame.t(key));
    show(
        own,
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

async fn change_passphrase(
    own: Visit,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let new = fields.secret("baru");
    if new.expose() != fields.secret("ulang").expose() {
        return differ(own, "frasa").await;
    }
    let Some(official) = own.subject.pejabat else {
        return Err(Problem::not_found());
    };
    let old = fields.secret("lama");
    let done = key::change_passphrase(&own.state.app, official, &old, &new).await;
    after(own, done, "frasa", "tersimpan").await
}

async fn freeze_own(own: Visit, Checked(_): Checked<Fields>) -> Result<Response, Problem> {
    let done = freeze::freeze(&own.state.app, &own.subject).await;
    after(own, done, "tte", "dibekukan").await
}

async fn begin_totp(own: Visit, Checked(fields): Checked<Fields>) -> Result<Response, Problem> {
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
        Err(error) => refused(own, error, "totp").await,
    }
}

async fn confirm_totp(own: Visit, Checked(fields): Checked<Fields>) -> Result<Response, Problem> {
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
        done => after(own, done, "totp", "tersimpan").await,
    }
}

async fn remove_totp(own: Visit, Checked(fields): Checked<Fields>) -> Result<Response, Problem> {
    let done = async {
        let confirmed = confirm(&own.state, &own.subject, &fields).await?;
        identity::remove_totp(&own.state.app, &own.subject, &confirmed).await
    };
    let done = done.await;
    after(own, done, "totp", "tersimpan").await
}

async fn end_session(own: Visit, Checked(fields): Checked<Fields>) -> Result<Response, Problem> {
    let id = fields
        .one("sesi")
        .parse()
        .map_err(|_| Problem::not_found())?;
    let done = identity::end_session(&own.state.app, &own.subject, id).await;
    after(own, done, "sesi", "dikeluarkan").await
}

async fn end_others(own: Visit, Checked(_): Checked<Fields>) -> Result<Response, Problem> {
    let done = identity::end_other_sessions(&own.state.app, &own.subject).await;
    after(own, done.map(drop), "sesi", "dikeluarkan").await
}

async fn change_password(
    own: Visit,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let new = fields.secret("baru");
    if new.expose() != fields.secret("ulang").expose() {
        return differ(own, "sandi").await;
    }
    let done = async {
        let confirmed = confirm(&own.state, &own.subject, &fields).await?;
        identity::change_password(&own.state.app, &own.subject, &confirmed, &new).await
    };
    let done = done.await;
    after(own, done, "sandi", "tersimpan").await
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

async fn create_key(own: Visit, Checked(fields): Checked<Fields>) -> Result<Response, Problem> {
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
            Ok(not_kept(show(own, StatusCode::OK, "", said).await?))
        }
        Err(error) => refused(own, error, "kunci").await,
    }
}

async fn revoke_key(own: Visit, Checked(fields): Checked<Fields>) -> Result<Response, Problem> {
    let id = fields
        .one("kunci")
        .parse()
        .map_err(|_| Problem::not_found())?;
    let done = identity::revoke_api_key(&own.state.app, &own.subject, id).await;
    after(own, done, "kunci", "dicabut").await
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
