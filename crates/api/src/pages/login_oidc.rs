//! Logging in with the account of the institution: to the identity provider and back.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::HeaderMap;
use serde::Deserialize;
use service::identity::oidc::{self, CALLBACK_PATH, Callback};

use crate::client::ClientInfo;
use crate::limits::Class;
use crate::problem::{Problem, ProblemKind};
use crate::session::{self, Lasting, cookie_value, set_cookie, way_back};
use crate::settings::{Cookies, Oidc};
use crate::state::ApiState;

/// The addresses of the way to the provider and back.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/masuk/oidc", get(begin))
        .route(CALLBACK_PATH, get(finish))
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    kembali: String,
}

async fn begin(
    ClientInfo(client): ClientInfo,
    State(state): State<ApiState>,
    Query(Back { kembali }): Query<Back>,
) -> Result<Response, Problem> {
    state.limits.spend(Class::LogIn, client.address)?;
    if state.settings.oidc == Oidc::Absent {
        return Err(Problem::not_found());
    }
    let way = oidc::begin(&state.app, way_back(Some(&kembali))).await?;
    let name = errand_cookie(state.settings.cookies);
    let cookie = set_cookie(&state.settings, name, &way.state_cookie, Lasting::Errand);
    Ok((cookie, Redirect::to(&way.url)).into_response())
}

#[derive(Deserialize)]
struct Returned {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

async fn finish(
    ClientInfo(client): ClientInfo,
    State(state): State<ApiState>,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Result<Response, Problem> {
    state.limits.spend(Class::LogIn, client.address)?;
    if state.settings.oidc == Oidc::Absent {
        return Err(Problem::not_found());
    }
    let name = errand_cookie(state.settings.cookies);
    let pending =
        cookie_value(&headers, name).ok_or_else(|| Problem::new(ProblemKind::LoginFailed))?;
    let callback = Callback {
        state_cookie: pending,
        code: &returned.code,
        state: &returned.state,
    };
    let done = oidc::finish(&state.app, &callback, &client).await?;
    let back = way_back(Some(&done.return_to)).to_owned();
    let mut response = Redirect::to(&back).into_response();
    let session = session::begin(&state.settings, &done.session.token);
    let errand = set_cookie(&state.settings, name, "", Lasting::Gone);
    for (name, value) in session.into_iter().chain(errand) {
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

/// The cookie that carries what the provider's answer must fit.
const fn errand_cookie(cookies: Cookies) -> &'static str {
    match cookies {
        Cookies::Secure => "__Host-pena-oidc",
        Cookies::Loopback => "pena-oidc",
    }
}
