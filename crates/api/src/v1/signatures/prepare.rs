//! Making ready what is to be signed.

use axum::Json as Answer;
use axum::extract::State;
use flow::digest::Sha256;
use flow::id::{JabatanId, NaskahId};
use flow::time::CalendarDate;
use serde::{Deserialize, Serialize};
use service::ServiceError;
use service::identity::Scope;
use service::sign::{self, PreparedView};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::distinct::distinct;
use crate::v1::extract::Json;
use crate::v1::schema;

/// Letters to be signed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToPrepare {
    /// Which.
    #[serde(deserialize_with = "distinct")]
    #[schema(schema_with = schema::letters)]
    letters: Vec<NaskahId>,
}

/// What became of each letter.
#[derive(Serialize, ToSchema)]
pub(super) struct PreparedLetters {
    /// In the order asked.
    items: Vec<PreparedLetter>,
}

/// A letter with what its signer is to be shown, or why it cannot be signed now.
#[derive(Serialize, ToSchema)]
struct PreparedLetter {
    /// The letter.
    #[schema(value_type = schema::LetterId)]
    letter: NaskahId,
    /// What is to be signed.
    prepared: Option<PreparedBlock>,
    /// The kind of problem that forbids it.
    problem: Option<&'static str>,
}

/// What a signer is to be shown.
#[derive(Serialize, ToSchema)]
struct PreparedBlock {
    /// SHA-256 of the final bytes: whoever signs names it.
    #[schema(value_type = schema::Digest)]
    version_sha256: Sha256,
    /// Its number.
    nomor: String,
    /// The date on it.
    #[schema(value_type = schema::Day)]
    date: CalendarDate,
    /// What it is about, where lists may say it.
    hal: Option<String>,
    /// The position that signs.
    #[schema(value_type = schema::JabatanId)]
    jabatan: JabatanId,
    /// What is printed above the name.
    above: Vec<String>,
    /// The name that is printed.
    name: String,
    /// Number of the SK the signer acts under.
    sk: Option<String>,
}

/// Make ready what is to be signed
///
/// Gives each letter its number, date and final bytes where it has none yet.
#[utoipa::path(post, path = "/signatures/prepare", operation_id = "signatures_prepare", tag = "signatures",
    request_body = ToPrepare,
    responses((status = 200, description = "What became of each letter.", body = PreparedLetters)))]
pub(super) async fn prepare(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<ToPrepare>,
) -> Result<Answer<PreparedLetters>, Problem> {
    caller.needs(Scope::LettersSign)?;
    if !(1..=100).contains(&body.letters.len()) {
        return Err(Problem::invalid("letters"));
    }
    let prepared = sign::prepare_many(&state.app, &caller.0, &body.letters).await;
    Ok(Answer(PreparedLetters {
        items: prepared.into_iter().map(PreparedLetter::from).collect(),
    }))
}

impl From<(NaskahId, Result<PreparedView, ServiceError>)> for PreparedLetter {
    fn from((letter, outcome): (NaskahId, Result<PreparedView, ServiceError>)) -> Self {
        match outcome {
            Ok(view) => Self {
                letter,
                prepared: Some(PreparedBlock {
                    version_sha256: view.version_sha256,
                    nomor: view.nomor,
                    date: view.date,
                    hal: view.hal,
                    jabatan: view.jabatan,
                    above: view.above,
                    name: view.name,
                    sk: view.sk,
                }),
                problem: None,
            },
            Err(error) => Self {
                letter,
                prepared: None,
                problem: Some(Problem::from(error).kind().slug()),
            },
        }
    }
}
