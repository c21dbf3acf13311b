//! `/administrasi/sertifikat/ikat-berkas`: a key that an official brings along as a PKCS#12 file.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use axum::routing::post;
use service::ServiceError;
use service::custody::Passphrase;
use service::key::{self, KeyProblem, KeySource};
use zeroize::Zeroizing;

use super::area::Area;
use super::people::people;
use super::{Desk, parsed, refused, saved};
use crate::form::FormToken;
use crate::pages::layout::Frame;
use crate::pages::parts::{Fault, Field, Fields, Form};
use crate::pages::profile::confirm;
use crate::problem::Problem;
use crate::session::Person;
use crate::state::ApiState;
use crate::upload::{CheckedUpload, Uploaded};

/// The address of the form, which carries a file and so is read in its own way.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/administrasi/sertifikat/ikat-berkas", post(act))
        .layer(DefaultBodyLimit::max(MOST_BODY))
}

pub(super) fn form(desk: &Desk) -> Form {
    let secret = |name, label, hint| Field {
        longest: LONGEST,
        ..Field::new(name, desk.t(label), "password").hint(desk.t(hint))
    };
    Form {
        multipart: true,
        fields: vec![
            Field::new("pejabat", desk.t("adm-pejabat"), "select").options(people(desk)),
            Field {
                accept: ".p12,.pfx,application/x-pkcs12",
                ..Field::new(FILE, desk.t("adm-berkas-kunci"), "file")
                    .hint(desk.t("adm-berkas-kunci-bantuan"))
            },
            // A file may be sealed under nothing.
            secret(OPENS, "adm-berkas-frasa", "adm-ikat-bantuan").optional(),
            secret(
                SEALS,
                "adm-berkas-frasa-baru",
                "adm-sertifikat-frasa-bantuan",
            ),
            secret(
                AGAIN,
                "adm-berkas-frasa-ulang",
                "adm-berkas-frasa-ulang-bantuan",
            ),
        ],
        ..desk.form(Area::Certificates, VERB)
    }
}

async fn act(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    CheckedUpload(sent): CheckedUpload<MOST_FILE>,
) -> Result<Response, Problem> {
    let area = Area::Certificates;
    let desk = Desk::open(frame, token, state, subject, area).await?;
    let fields = Fields::from(sent.fields.into_iter().collect::<Vec<_>>());
    let file = sent.file.map(Uploaded::into_bytes).transpose()?;
    let file = Zeroizing::new(file.unwrap_or_default());
    let done = async {
        confirm(&desk.state, &desk.subject, &fields).await?;
        bind(&desk, &fields, &file).await
    };
    match done.await {
        Ok(()) => Ok(saved(area)),
        Err(error) => {
            let fault = fault(&desk, &error);
            refused(desk, area, VERB, &fields, error, fault).await
        }
    }
}

async fn bind(desk: &Desk, fields: &Fields, file: &[u8]) -> Result<(), ServiceError> {
    let official = parsed(fields, "pejabat")?;
    if file.is_empty() {
        return Err(ServiceError::Invalid { what: FILE });
    }
    let (opens, seals) = (fields.secret(OPENS), fields.secret(SEALS));
    same(&seals, &fields.secret(AGAIN))?;
    let source = KeySource::Import {
        file,
        file_passphrase: &opens,
        passphrase: &seals,
    };
    key::bind(&desk.state.app, official, source).await?;
    Ok(())
}

/// A slip in a passphrase that nobody sees would lose the key: once bound, its certificate is not taken a second time.
fn same(one: &Passphrase, other: &Passphrase) -> Result<(), ServiceError> {
    if one.expose() == other.expose() {
        return Ok(());
    }
    Err(ServiceError::Invalid { what: AGAIN })
}

/// The field that a refusal concerns, if it is about one.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is non-exhaustive; what is not told apart concerns the form as a whole"
)]
fn fault(desk: &Desk, error: &ServiceError) -> Option<Fault> {
    let (field, key) = match error {
        ServiceError::Invalid { what: FILE } => (FILE, "adm-berkas-kunci-pilih"),
        ServiceError::Invalid { what: AGAIN } => (AGAIN, "profil-tidak-sama"),
        ServiceError::Invalid { .. } | ServiceError::NotFound { .. } => {
            ("pejabat", "adm-berkas-pejabat-pilih")
        }
        ServiceError::WeakPassphrase(_) => (SEALS, "adm-berkas-frasa-pendek"),
        ServiceError::KeyPlace(KeyProblem::WrongPin) => (OPENS, "adm-berkas-frasa-keliru"),
        ServiceError::KeyPlace(KeyProblem::Unfit { flaw, .. }) => {
            let text = desk.t(&format!("key-unfit-{}", flaw.word()));
            return Some(Fault { field: FILE, text });
        }
        ServiceError::KeyPlace(problem) => {
            let text = desk.t(&format!("key-{}", problem.word()));
            return Some(Fault { field: FILE, text });
        }
        _ => return None,
    };
    Some(Fault {
        field,
        text: desk.t(key),
    })
}

const VERB: &str = "ikat-berkas";
const FILE: &str = "berkas";
const OPENS: &str = "frasa_berkas";
const SEALS: &str = "frasa";
const AGAIN: &str = "ulang";
/// As long as programs may send passphrases.
const LONGEST: usize = 1000;
/// A key and its certificates are some kilobytes.
const MOST_FILE: u64 = 1 << 20;
/// The file and the fields around it.
const MOST_BODY: usize = (1 << 20) + (64 << 10);
