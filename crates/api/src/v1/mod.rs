//! `/api/v1`: the interface for programs, one verb a file.
//!
//! Each handler states its part of the OpenAPI document beside itself; router and document come from one source.

mod accept;
mod accounts;
mod agenda;
mod archive;
mod audit;
pub mod auth;
mod confirmation;
mod desk;
mod distinct;
pub mod extract;
pub mod instant;
mod letters;
mod me;
mod office;
mod once;
mod paging;
mod range;
pub mod schema;
pub(crate) mod secret;
mod signatures;
mod signing_keys;
mod text;
mod verifications;
mod webhooks;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tower::ServiceBuilder;
use utoipa_axum::router::OpenApiRouter;

use crate::state::ApiState;
use crate::{documentation, openapi};

/// Every address of the interface, its document, and the page that shows the document.
pub fn router(state: &ApiState) -> Router<ApiState> {
    let (router, document) = OpenApiRouter::new()
        .nest("/api/v1", operations())
        .split_for_parts();
    let document = openapi::finished(&document, &state.settings);
    router
        .route_layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(state.clone(), auth::authenticate))
                .layer(from_fn_with_state(state.clone(), once::once))
                .layer(from_fn(accept::acceptable))
                .layer(from_fn(range::part)),
        )
        .route(
            "/api/v1/openapi.json",
            get({
                let text = document.to_string();
                async move || documentation::json(text.clone())
            }),
        )
        .route(
            "/api/dokumentasi",
            get(async move || documentation::page(&document)),
        )
}

fn operations() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .merge(me::routes())
        .merge(letters::routes())
        .merge(desk::routes())
        .merge(agenda::routes())
        .merge(signatures::routes())
        .merge(verifications::routes())
        .merge(archive::routes())
        .merge(audit::routes())
        .merge(office::routes())
        .merge(accounts::routes())
        .merge(webhooks::routes())
        .merge(signing_keys::routes())
}
