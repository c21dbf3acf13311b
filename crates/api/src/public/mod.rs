//! Public verification: for anyone, without logging in. Nothing of a secret letter passes here, and no address comes
//! from anywhere but the settings.

mod ca;
mod compare;
mod letter;
mod pictures;
mod problem_type;
pub(crate) mod receipt;
mod typed;
pub(crate) mod verdict;
mod verify;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use service::verification::{ByteSource, FileSource};

use crate::limits::{self, Class};
use crate::problem::{Problem, ProblemKind};
use crate::state::ApiState;
use crate::upload::Uploaded;

/// The most bytes of a file to check.
pub(crate) const MOST_FILE: u64 = 50 * 1024 * 1024;

/// Every public address.
pub fn router(state: &ApiState) -> Router<ApiState> {
    let limited = |class| from_fn_with_state((state.clone(), class), limits::guard);
    let uploads = Router::new()
        .route("/verifikasi", post(verify::check))
        .route("/v/{code}/bandingkan", post(compare::compare))
        .layer(axum::extract::DefaultBodyLimit::disable())
        .layer(limited(Class::Verification));
    let receipts = Router::new()
        .route("/verifikasi/tanda-terima", post(receipt::give))
        .layer(limited(Class::Verification));
    let codes = Router::new()
        .route("/v", get(typed::page))
        .route("/v/{code}", get(letter::page))
        .route("/v/{code}/gambar.png", get(letter::picture))
        .route("/v/{code}/dokumen.pdf", get(letter::download))
        .layer(limited(Class::Code));
    let plain = Router::new()
        .route("/verifikasi", get(verify::page))
        .route("/ca/{file}", get(ca::file))
        .route("/masalah/{slug}", get(problem_type::page))
        .route("/robots.txt", get(robots));
    uploads.merge(receipts).merge(codes).merge(plain)
}

/// A file somebody sent, for whoever reads it in windows.
fn source(file: Uploaded) -> Result<Arc<dyn ByteSource>, Problem> {
    match FileSource::new(file.into_file()) {
        Ok(source) => Ok(Arc::new(source)),
        Err(error) => {
            tracing::error!(%error, "a temporary file failed");
            Err(Problem::new(ProblemKind::Internal))
        }
    }
}

/// Letters are found by their code, never by a search engine.
async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /v/\nDisallow: /v?\n"
}
