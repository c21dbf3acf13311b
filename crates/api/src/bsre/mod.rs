//! The paths of BSrE's eSign Client, for programs that were made for it: what they ask and are answered is as that service
//! does it, in Indonesian and with its misspelt keys. Here: those that check a file.

mod caller;
mod refusal;
mod verify_1;
mod verify_2;

use std::fs::File;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use service::verification::{self, FileSource, Password, Verdict};
use tower::ServiceBuilder;

use crate::limits::{self, Class};
use crate::problem::Problem;
use crate::state::ApiState;
use crate::upload::broken;

/// Every path that is served.
pub fn router(state: &ApiState) -> Router<ApiState> {
    Router::new()
        .route("/api/sign/verify", post(verify_1::verify))
        .layer(DefaultBodyLimit::max(MOST_FORM))
        .route("/api/v2/verify/pdf", post(verify_2::verify))
        .route_layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(state.clone(), refusal::written))
                .layer(from_fn_with_state(state.clone(), caller::authenticate))
                .layer(from_fn_with_state(
                    (state.clone(), Class::Verification),
                    limits::guard,
                )),
        )
}

/// A form with the largest file in it.
const MOST_FORM: usize = 51 << 20;

/// Judges a file as the public page and the interface do, and within the same limits.
async fn judged(
    state: &ApiState,
    file: File,
    password: Option<Password>,
) -> Result<Verdict, Problem> {
    let source = FileSource::new(file).map_err(broken)?;
    let verdict = verification::examine(&state.app, Arc::new(source), password).await?;
    tracing::info!(sha256 = %verdict.sha256, headline = ?verdict.report.headline, "judged");
    Ok(verdict)
}
