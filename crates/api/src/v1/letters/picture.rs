//! Pages as pictures.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::id::NaskahId;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue};
use serde::Deserialize;
use service::desk;
use utoipa::IntoParams;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::{Path, Query};
use crate::v1::{paging, schema};

/// How large.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct PictureQuery {
    /// Width in pixels.
    #[param(minimum = 100, maximum = 2000, default = 800)]
    width: Option<u32>,
}

/// See a page of the newest version
///
/// Before the last signature it says that it is not signed.
#[utoipa::path(get, path = "/letters/{id}/pages/{page}", operation_id = "letters_page", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter."),
        ("page" = u32, Path, description = "Which page, from 1.", minimum = 1, maximum = 10000),
        PictureQuery),
    responses((status = 200, description = "PNG.", content_type = "image/png", body = inline(schema::File))))]
pub(super) async fn picture(
    State(state): State<ApiState>,
    caller: Caller,
    Path((id, page)): Path<(NaskahId, u32)>,
    Query(query): Query<PictureQuery>,
) -> Result<Response, Problem> {
    let width = query.width.unwrap_or(800);
    if !(100..=2000).contains(&width) {
        return Err(paging::malformed());
    }
    // The first page is the first to people, and number 0 to the program.
    let index = page.checked_sub(1).ok_or_else(Problem::not_found)?;
    let picture = desk::picture(&state.app, &caller.0, id, index, width)
        .await
        .map_err(|error| {
            if error.blames_document() {
                Problem::not_found()
            } else {
                error.into()
            }
        })?;
    Ok((
        [
            (CONTENT_TYPE, HeaderValue::from_static("image/png")),
            (PAGES, HeaderValue::from(picture.pages)),
        ],
        picture.png,
    )
        .into_response())
}

const PAGES: HeaderName = HeaderName::from_static("x-pages");
