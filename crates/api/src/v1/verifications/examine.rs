//! Judging a PDF.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use flow::digest::Sha256;
use http::header::{CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};
use serde::Serialize;
use service::identity::Scope;
use service::verification::{self, Examination, FileSource, Language, Report, Verdict};
use utoipa::ToSchema;

use crate::lang::Lang;
use crate::limits::Class;
use crate::problem::{Problem, ProblemKind};
use crate::public::receipt::answer;
use crate::receipt::sealed;
use crate::state::ApiState;
use crate::upload::Uploaded;
use crate::v1::accept;
use crate::v1::auth::Caller;
use crate::v1::schema;

/// What is found about a file.
#[derive(Serialize, ToSchema)]
pub(super) struct Examined {
    /// `intact`, `changed`, `invalid`, `untrusted`, `unsigned` or `unreadable`.
    headline: String,
    /// Five plain lines, in the language asked for.
    lines: Vec<String>,
    /// SHA-256 of the file.
    #[schema(value_type = schema::Digest)]
    sha256: Sha256,
    /// The code of our letter that it is a version of, byte for byte.
    code: Option<String>,
    /// Whether it is the newest version of that letter.
    newest: Option<bool>,
    /// Everything that was checked, as `pena verify --json` prints it.
    #[schema(value_type = Object)]
    report: Report,
}

/// Judge a PDF
///
/// The body is the file. Nothing of it is stored, so it needs no `Idempotency-Key`. Whoever accepts `application/xml`
/// rather than JSON gets the report of ETSI TS 119 102-2; whoever accepts `application/pdf` gets the receipt under the
/// institution's seal, in the language asked for.
#[utoipa::path(post, path = "/verifications", operation_id = "verifications_examine", tag = "verification",
    request_body(content = inline(schema::File), content_type = "application/pdf", description = "The file, at most 50 MiB."),
    responses((status = 200, description = "What is found; whatever cannot be read is a headline, not an error.",
        content((Examined = "application/json"), (String = "application/xml"), (inline(schema::File) = "application/pdf")))))]
pub(super) async fn examine(
    State(state): State<ApiState>,
    caller: Caller,
    lang: Lang,
    request: Request,
) -> Result<Response, Problem> {
    caller.needs(Scope::Verify)?;
    if !is_pdf(request.headers()) {
        return Err(Problem::new(ProblemKind::MediaType));
    }
    let form = accept::preferred(request.headers(), [JSON, XML, PDF]);
    let asking = crate::client::of(request.headers(), request.extensions(), &state).0;
    state.limits.spend(Class::Verification, asking.address)?;
    let stream = request.into_body().into_data_stream();
    let file = Uploaded::receive(stream, MOST_FILE).await?;
    let source = FileSource::new(file.into_file()).map_err(|error| {
        tracing::error!(%error, "a temporary file failed");
        Problem::new(ProblemKind::Internal)
    })?;
    let verdict = verification::examine(&state.app, Arc::new(source), None).await?;
    let vary = [(VARY, HeaderValue::from_static("accept, accept-language"))];
    match form {
        XML => {
            let kind = [(CONTENT_TYPE, HeaderValue::from_static(XML))];
            let report = verdict.report.to_xml(&verdict.particulars);
            Ok((vary, kind, report).into_response())
        }
        PDF => {
            let found = Examination::new(verdict, None);
            Ok((vary, answer(sealed(&state.app, &found, lang).await?)).into_response())
        }
        _ => Ok((vary, Json(view(verdict, lang))).into_response()),
    }
}

const JSON: &str = "application/json";
const XML: &str = "application/xml";
const PDF: &str = "application/pdf";

const MOST_FILE: u64 = 50 << 20;

fn is_pdf(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| {
            let kind = kind.trim();
            kind.eq_ignore_ascii_case("application/pdf")
                || kind.eq_ignore_ascii_case("application/octet-stream")
        })
}

fn view(verdict: Verdict, lang: Lang) -> Examined {
    let language = match lang {
        Lang::Id => Language::Id,
        Lang::En => Language::En,
    };
    let headline = serde_json::to_value(verdict.report.headline)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default();
    Examined {
        headline,
        lines: verdict.report.lines(language).to_vec(),
        sha256: verdict.sha256,
        newest: verdict.known.as_ref().map(|known| known.newest),
        code: verdict.known.map(|known| known.code),
        report: verdict.report,
    }
}
