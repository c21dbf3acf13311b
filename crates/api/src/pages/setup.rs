//! `/pasang`: the first start. Whoever can read the set-up code in the data directory makes office, admin and CA.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use flow::time::Zone;
use http::StatusCode;
use service::office::{Identity, NewOpd};
use service::setup::{self, SetUp};

use super::layout::Frame;
use super::parts::{Choice, Field, Fields, Form};
use super::render;
use crate::client::ClientInfo;
use crate::form::{Checked, FormToken};
use crate::limits::Class;
use crate::problem::Problem;
use crate::state::ApiState;

/// The address of the set-up.
pub(super) fn router() -> Router<ApiState> {
    Router::new().route("/pasang", get(page).post(install))
}

async fn page(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
) -> Result<Response, Problem> {
    if !setup::needed(&state.app).await? {
        return Err(Problem::not_found());
    }
    let form = form(&frame);
    Ok(show(StatusCode::OK, frame, token, form))
}

async fn install(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    ClientInfo(client): ClientInfo,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    state.limits.spend(Class::LogIn, client.address)?;
    if !setup::needed(&state.app).await? {
        return Err(Problem::not_found());
    }
    if fields.secret("sandi").expose() != fields.secret("ulang").expose() {
        let refusal = frame.t("profil-tidak-sama");
        let form = form(&frame).refused(&fields, refusal);
        return Ok(show(StatusCode::UNPROCESSABLE_ENTITY, frame, token, form));
    }
    match setup::install(&state.app, fields.one("kode"), &set_up(&fields)).await {
        Ok(_) => Ok(Redirect::to("/masuk").into_response()),
        Err(error) => {
            let is_code = matches!(error, service::ServiceError::LoginFailed);
            let problem = Problem::from(error);
            if problem.kind().status().is_server_error() {
                return Err(problem);
            }
            let refusal = if is_code {
                frame.t("pasang-kode-salah")
            } else {
                problem.detail(frame.lang)
            };
            let form = form(&frame).refused(&fields, refusal);
            Ok(show(problem.kind().status(), frame, token, form))
        }
    }
}

#[derive(Template)]
#[template(path = "setup/setup.html")]
struct SetUpPage {
    page: Frame,
    token: FormToken,
    form: Form,
}

fn show(status: StatusCode, frame: Frame, token: FormToken, form: Form) -> Response {
    render(
        status,
        &SetUpPage {
            page: frame,
            token,
            form,
        },
    )
}

fn form(frame: &Frame) -> Form {
    let t = |key: &str| frame.t(key);
    let zones = ["WIB", "WITA", "WIT"]
        .into_iter()
        .map(|zone| Choice::new(zone, zone))
        .collect();
    Form {
        id: "pasang",
        action: "/pasang".to_owned(),
        heading: t("pasang-judul"),
        button: t("pasang-tombol"),
        primary: true,
        fields: vec![
            Field::new("kode", t("pasang-kode"), "text").hint(t("pasang-kode-bantuan")),
            Field::new("pemda", t("pasang-pemda"), "text").hint(t("pasang-pemda-bantuan")),
            Field::new("organisasi", t("pasang-organisasi"), "text")
                .hint(t("pasang-organisasi-bantuan")),
            Field::new("tempat", t("pasang-tempat"), "text").hint(t("pasang-tempat-bantuan")),
            Field::new("nama", t("adm-opd-nama"), "text").hint(t("pasang-opd-bantuan")),
            Field::new("kode_unit", t("adm-opd-kode"), "text").hint(t("adm-opd-kode-bantuan")),
            Field::new("alamat", t("adm-opd-alamat"), "textarea"),
            Field::new("zona", t("adm-opd-zona"), "select").options(zones),
            Field::new("pengguna", t("pasang-pengguna"), "text").hint(t("adm-akun-nama-bantuan")),
            Field::new("sandi", t("profil-sandi-baru"), "password").hint(t("profil-sandi-bantuan")),
            Field::new("ulang", t("profil-sandi-ulang"), "password"),
            Field::new("operator", t("pasang-operator"), "password")
                .hint(t("pasang-operator-bantuan")),
        ],
        ..Form::default()
    }
}

fn set_up(fields: &Fields) -> SetUp {
    let zone = match fields.one("zona") {
        "WITA" => Zone::Wita,
        "WIT" => Zone::Wit,
        _ => Zone::Wib,
    };
    SetUp {
        identity: Identity {
            pemda: fields.one("pemda").to_owned(),
            organisation: fields.one("organisasi").to_owned(),
            place: fields.one("tempat").to_owned(),
        },
        opd: NewOpd {
            kode_unit: fields.one("kode_unit").to_owned(),
            name: fields.one("nama").to_owned(),
            address: fields.lines("alamat"),
            zone,
        },
        username: fields.one("pengguna").to_owned(),
        password: fields.secret("sandi"),
        operator: fields.secret("operator"),
    }
}
