//! Registering mail from outside.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::id::{AgendaId, JabatanId, OpdId};
use flow::sifat::{Keamanan, Sifat};
use flow::time::CalendarDate;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::agenda::{self, NewMail, Registered};
use utoipa::ToSchema;

use crate::problem::{Problem, ProblemKind};
use crate::public::verdict;
use crate::state::ApiState;
use crate::upload::UploadForm;
use crate::v1::auth::Caller;
use crate::v1::extract::read;
use crate::v1::letters::content::{Secrecy, Urgency};
use crate::v1::once::Batch;
use crate::v1::schema;

/// Mail from outside, as the registry reads it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MailInput {
    /// The OPD that received it.
    #[schema(value_type = schema::OpdId)]
    opd: OpdId,
    /// The position it is addressed to.
    #[schema(value_type = schema::JabatanId)]
    to: JabatanId,
    /// Who sent it.
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\s\x00-\x1f]([^\x00-\x1f]*[^\s\x00-\x1f])?$",
        example = "PT Andaian Jaya"
    )]
    sender: String,
    /// Its number, as they wrote it.
    #[serde(default)]
    #[schema(
        max_length = 100,
        pattern = r"^([^\s\x00-\x1f]([^\x00-\x1f]*[^\s\x00-\x1f])?)?$"
    )]
    nomor: String,
    /// The date on it.
    #[serde(default)]
    #[schema(value_type = Option<schema::Day>)]
    date: Option<CalendarDate>,
    /// What it is about.
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\s\x00-\x1f]([^\x00-\x1f]*[^\s\x00-\x1f])?$",
        example = "Penawaran perangkat"
    )]
    hal: String,
    /// Urgency.
    #[schema(value_type = Urgency)]
    sifat: Sifat,
    /// Secrecy.
    #[schema(value_type = Secrecy)]
    keamanan: Keamanan,
}

/// Mail from outside and its file, as a form.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the schema of a form that is read field by field")]
struct MailForm {
    /// What the registry reads on it.
    mail: MailInput,
    /// The scan, or the file as it came: a PDF.
    #[schema(format = Binary, min_length = 1)]
    file: String,
}

/// What was registered.
#[derive(Serialize, ToSchema)]
pub(super) struct RegisteredView {
    /// The entry.
    #[schema(value_type = schema::AgendaId)]
    id: AgendaId,
    /// Its running number in the book of the year.
    urut: Option<u64>,
    /// What the validator says of the file: `intact`, `changed`, `invalid`, `untrusted`, `unsigned` or `unreadable`.
    headline: &'static str,
}

/// Register mail from outside
///
/// It gets the next number of the agenda, and the validator says at once what its file is worth. The field `mail` is
/// JSON and stands before the file.
#[utoipa::path(post, path = "/agenda", operation_id = "agenda_receive", tag = "agenda",
    request_body(content = MailForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "It was registered.", body = RegisteredView)))]
pub(super) async fn receive(
    State(state): State<ApiState>,
    caller: Caller,
    Batch(batch): Batch,
    form: UploadForm<MOST_PDF>,
) -> Result<Response, Problem> {
    let mail = form.fields.get("mail").ok_or_else(|| missing("mail"))?;
    if form.fields.len() > 1 {
        return Err(Problem::new(ProblemKind::Invalid));
    }
    let input: MailInput = read(mail.as_bytes())?;
    let file = form.file.ok_or_else(|| missing("file"))?;
    let pdf = file.into_bytes()?;
    if !pdf.starts_with(b"%PDF-") {
        return Err(Problem::new(ProblemKind::Refused)
            .with("rule", "not-pdf")
            .with("who", "you")
            .because("refusal-not-pdf", &[]));
    }
    let mail = NewMail {
        opd: input.opd,
        to: input.to,
        sender: input.sender,
        nomor: input.nomor,
        date: input.date,
        hal: input.hal,
        sifat: input.sifat,
        keamanan: input.keamanan,
        pdf,
        batch: Some(batch),
    };
    let Registered { id, urut, headline } = agenda::receive(&state.app, &caller.0, mail).await?;
    let view = RegisteredView {
        id,
        urut,
        headline: verdict::word(headline),
    };
    Ok((StatusCode::CREATED, Json(view)).into_response())
}

const MOST_PDF: u64 = 50 << 20;

fn missing(field: &'static str) -> Problem {
    Problem::invalid(field).because("problem-field-detail", &[("field", field)])
}
