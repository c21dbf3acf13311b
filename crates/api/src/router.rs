//! All addresses, and what every request passes on its way to them.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

use crate::problem::{Problem, ProblemKind};
use crate::state::ApiState;
use crate::{assets, bsre, form, headers, health, origin, pages, present, public, trace, v1};

/// Everything the service answers. The listener gives each connection's address along
/// (`into_make_service_with_connect_info::<SocketAddr>()`).
pub fn router(state: ApiState) -> Router {
    Router::new()
        .merge(pages::router(&state))
        .merge(public::router(&state))
        .merge(v1::router(&state))
        .merge(bsre::router(&state))
        .merge(assets::router())
        .merge(health::router())
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::new(ProblemKind::MethodNotAllowed))
        // As one layer: a route is cloned for each request, and with each layer set by itself a box more.
        .layer(
            // Outermost first: what stands first sees the request first and the answer last.
            ServiceBuilder::new()
                .layer(from_fn(trace::requests))
                .layer(from_fn_with_state(state.clone(), headers::security))
                .layer(CompressionLayer::new())
                .layer(from_fn_with_state(state.clone(), present::problems))
                .layer(CatchPanicLayer::custom(broken))
                .layer(TimeoutLayer::with_status_code(
                    StatusCode::SERVICE_UNAVAILABLE,
                    LONGEST_WORK,
                ))
                .layer(DefaultBodyLimit::max(MOST_FORM))
                .layer(from_fn_with_state(state.clone(), origin::guard))
                .layer(from_fn_with_state(state.clone(), form::exchange))
                .layer(RequestBodyTimeoutLayer::new(SLOWEST_BODY)),
        )
        .with_state(state)
}

/// A form with the longest letter in it, every character escaped.
const MOST_FORM: usize = 4 << 20;
/// The longest pause between two pieces of a body.
const SLOWEST_BODY: Duration = Duration::from_secs(30);
/// From the first byte of a request to the first byte of its answer: more than a thousand letters take to be prepared.
const LONGEST_WORK: Duration = Duration::from_mins(5);

/// The reason stays in the log, where the panic hook wrote it.
fn broken(_reason: Box<dyn std::any::Any + Send>) -> Response {
    Problem::new(ProblemKind::Internal).into_response()
}
