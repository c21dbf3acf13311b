//! `/ca`: the certificates and revocation lists that our own certificates name.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::problem::Problem;
use crate::state::ApiState;

/// One of the files that are published; every other name is unknown, whatever lies in the folder.
pub(super) async fn file(
    State(state): State<ApiState>,
    Path(file): Path<String>,
) -> Result<Response, Problem> {
    let (_, kind) = PUBLISHED
        .into_iter()
        .find(|(name, _)| *name == file)
        .ok_or_else(Problem::not_found)?;
    let bytes = state
        .app
        .data_dir
        .read(&format!("ca/{file}"))
        .map_err(service::ServiceError::from)?
        .ok_or_else(Problem::not_found)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=300"),
        ),
    ];
    Ok((headers, bytes).into_response())
}

/// RFC 2585 4 (types of certificates and lists), RFC 8555 9.1 (PEM).
const PUBLISHED: [(&str, &str); 6] = [
    ("root.cer", "application/pkix-cert"),
    ("root.crl", "application/pkix-crl"),
    ("root.pem", "application/pem-certificate-chain"),
    ("issuing.cer", "application/pkix-cert"),
    ("issuing.crl", "application/pkix-crl"),
    ("issuing.pem", "application/pem-certificate-chain"),
];
