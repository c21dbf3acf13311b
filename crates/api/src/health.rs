//! Whether the process lives, whether it can do its work, and its figures.

use std::net::{IpAddr, SocketAddr};
use std::sync::OnceLock;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use subtle::ConstantTimeEq;

use crate::problem::{Problem, ProblemKind};
use crate::state::ApiState;

/// `/livez`, `/readyz`, `/metrics`.
pub fn router() -> Router<ApiState> {
    Router::new()
        .route("/livez", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
}

/// Begins to count. Called once a process, before the first request; later calls change nothing.
pub fn begin_counting() {
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(
                Matcher::Full("http_request_duration_seconds".to_owned()),
                &BUCKETS,
            )
            .ok()?;
        builder.install_recorder().ok()
    });
}

/// Folds what was counted into the figures. Until then every request is remembered, whether anybody asks or not, and a
/// busy minute of them is tens of megabytes: called about once a second.
pub fn fold_counts() {
    if let Some(Some(handle)) = HANDLE.get() {
        handle.run_upkeep();
    }
}

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
const BUCKETS: [f64; 10] = [0.001, 0.005, 0.02, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

async fn ready(State(state): State<ApiState>) -> Response {
    if state.is_draining() {
        return Problem::new(ProblemKind::Unavailable)
            .retry_after(5)
            .into_response();
    }
    match state.app.check().await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Problem::new(ProblemKind::Unavailable)
                .retry_after(5)
                .into_response()
        }
    }
}

/// For this machine, or for whoever has the configured token; for others it is not there.
async fn figures(State(state): State<ApiState>, request: Request) -> Response {
    if !may_read(&state, &request) {
        return Problem::not_found().into_response();
    }
    let Some(Some(handle)) = HANDLE.get() else {
        return Problem::not_found().into_response();
    };
    handle.run_upkeep();
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        handle.render(),
    )
        .into_response()
}

fn may_read(state: &ApiState, request: &Request) -> bool {
    match &state.settings.metrics_token {
        Some(token) => {
            let wanted = format!("Bearer {token}");
            request
                .headers()
                .get(AUTHORIZATION)
                .is_some_and(|given| given.as_bytes().ct_eq(wanted.as_bytes()).into())
        }
        None => request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(peer)| peer.ip().to_canonical())
            // Behind a proxy on this machine everybody comes from loopback.
            .is_some_and(|peer: IpAddr| {
                peer.is_loopback() && !request.headers().contains_key("x-forwarded-for")
            }),
    }
}
