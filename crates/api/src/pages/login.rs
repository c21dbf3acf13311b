//! `/masuk` and `/keluar`: logging in and out, and the language of those who are not logged in.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use serde::Deserialize;
use service::identity;

use super::layout::Frame;
use super::parts::Fields;
use super::render;
use crate::client::ClientInfo;
use crate::form::{Checked, FormToken};
use crate::lang::{LANGUAGE_COOKIE, Lang};
use crate::limits::Class;
use crate::problem::Problem;
use crate::session::{self, Lasting, Person, set_cookie, way_back};
use crate::settings::Oidc;
use crate::state::ApiState;

/// The addresses of logging in and out.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/masuk", get(form).post(log_in))
        .route("/keluar", post(log_out))
        .route("/bahasa/{tag}", get(language))
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    kembali: String,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    page: Frame,
    token: FormToken,
    back: String,
    username: String,
    problem: Option<String>,
    oidc: bool,
}

async fn form(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Query(Back { kembali }): Query<Back>,
) -> Result<Response, Problem> {
    if page.subject.is_some() {
        return Ok(Redirect::to(way_back(Some(&kembali))).into_response());
    }
    // Before the first account there is nobody who could log in.
    if service::setup::needed(&state.app).await? {
        return Ok(Redirect::to("/pasang").into_response());
    }
    let page = LoginPage {
        page,
        token,
        back: way_back(Some(&kembali)).to_owned(),
        username: String::new(),
        problem: None,
        oidc: state.settings.oidc == Oidc::Offered,
    };
    Ok(render(StatusCode::OK, &page))
}

async fn log_in(
    page: Frame,
    token: FormToken,
    ClientInfo(client): ClientInfo,
    State(state): State<ApiState>,
    Checked(sent): Checked<Fields>,
) -> Result<Response, Problem> {
    let back = way_back(sent.optional("kembali")).to_owned();
    let username = sent.one("nama");
    state.limits.spend(Class::LogIn, client.address)?;
    let answer = identity::log_in(
        &state.app,
        username,
        &sent.secret("sandi"),
        sent.optional("kode"),
        &client,
    )
    .await;
    let problem = match answer {
        Ok(new) => {
            let cookie = session::begin(&state.settings, &new.token);
            return Ok((cookie, Redirect::to(&back)).into_response());
        }
        Err(error) => Problem::from(error),
    };
    let status = problem.kind().status();
    let lang = page.lang;
    let page = LoginPage {
        page,
        token,
        back,
        username: username.to_owned(),
        problem: Some(problem.detail(lang)),
        oidc: state.settings.oidc == Oidc::Offered,
    };
    Ok(render(status, &page))
}

async fn log_out(
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(_): Checked<Fields>,
) -> Result<Response, Problem> {
    identity::log_out(&state.app, &subject).await?;
    Ok((session::end(&state.settings), Redirect::to("/masuk")).into_response())
}

async fn language(
    State(state): State<ApiState>,
    page: Frame,
    Path(tag): Path<String>,
    Query(Back { kembali }): Query<Back>,
) -> Result<Response, Problem> {
    let lang = Lang::from_tag(&tag).ok_or_else(Problem::not_found)?;
    if let Some(subject) = &page.subject {
        let language = match lang {
            Lang::Id => identity::Language::Id,
            Lang::En => identity::Language::En,
        };
        identity::set_language(&state.app, subject, language).await?;
    }
    let cookie = set_cookie(
        &state.settings,
        LANGUAGE_COOKIE,
        lang.tag(),
        Lasting::Browser,
    );
    Ok((cookie, Redirect::to(way_back(Some(&kembali)))).into_response())
}
