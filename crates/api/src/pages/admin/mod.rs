//! `/administrasi`: OPD, positions, people, delegations, accounts, keys, certificates, webhooks. Nothing of letters.
//!
//! Every act is a form with the step-up inside; one handler confirms it before any of them runs.

mod accounts;
mod api_keys;
mod area;
mod bring;
mod certificates;
mod mandates;
mod office;
mod people;
mod webhooks;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use flow::office::Office;
use flow::time::{CalendarDate, Timestamp, Zone};
use http::StatusCode;
use serde::Deserialize;
use service::access::{self, Object};
use service::identity::Subject;
use service::{ServiceError, identity};
use zeroize::Zeroizing;

use area::Area;

use super::layout::Frame;
use super::parts::{Fault, Fields, Form, Link, Tab, Table, regency_zone};
use super::profile::{confirm, not_kept, step_up_refusal};
use super::render;
use crate::form::{Checked, FormToken};
use crate::problem::Problem;
use crate::session::Person;
use crate::state::ApiState;

/// The addresses of the administration.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route(
            "/administrasi",
            get(async || Redirect::to("/administrasi/opd")),
        )
        .route("/administrasi/{area}", get(page))
        .route("/administrasi/{area}/{verb}", get(row).post(act))
        .merge(bring::router())
}

/// Who administers what, with the office as it stands.
struct Desk {
    frame: Frame,
    token: FormToken,
    state: ApiState,
    subject: Subject,
    office: Arc<Office>,
    totp: bool,
}

/// What came of an act.
enum Done {
    /// It is stored.
    Saved,
    /// It is stored, and this is shown once.
    Secret(Zeroizing<String>),
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    pesan: String,
    #[serde(default)]
    id: String,
}

async fn page(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(area): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let area = Area::parse(&area)?;
    let desk = Desk::open(frame, token, state, subject, area).await?;
    let done = (asked.pesan == "tersimpan").then(|| desk.frame.t("profil-tersimpan"));
    let forms = area.forms(&desk).await?;
    let tables = area.tables(&desk).await?;
    let shown = Shown {
        done,
        secret: None,
        tables,
        forms,
    };
    Ok(desk.show(area, StatusCode::OK, shown))
}

/// The form of one act on one row.
async fn row(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path((area, verb)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let area = Area::parse(&area)?;
    let desk = Desk::open(frame, token, state, subject, area).await?;
    let form = area
        .row_form(&desk, &verb, &asked.id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let shown = Shown {
        forms: vec![form],
        ..Shown::default()
    };
    Ok(desk.show(area, StatusCode::OK, shown))
}

async fn act(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path((area, verb)): Path<(String, String)>,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let area = Area::parse(&area)?;
    let desk = Desk::open(frame, token, state, subject, area).await?;
    let done = async {
        let confirmed = confirm(&desk.state, &desk.subject, &fields).await?;
        area.act(&desk, &confirmed, &verb, &fields).await
    };
    match done.await {
        Ok(Done::Saved) => Ok(saved(area)),
        Ok(Done::Secret(secret)) => {
            let shown = Shown {
                secret: Some(secret),
                tables: area.tables(&desk).await?,
                ..Shown::default()
            };
            Ok(not_kept(desk.show(area, StatusCode::OK, shown)))
        }
        Err(error) => refused(desk, area, &verb, &fields, error, None).await,
    }
}

/// On to the page, which says that it was done.
fn saved(area: Area) -> Response {
    let address = format!("/administrasi/{}?pesan=tersimpan", area.word());
    Redirect::to(&address).into_response()
}

/// The page again, with what was typed and why it was not done; beside the field, where it is about one.
async fn refused(
    desk: Desk,
    area: Area,
    verb: &str,
    fields: &Fields,
    error: ServiceError,
    fault: Option<Fault>,
) -> Result<Response, Problem> {
    let own_words = match &fault {
        Some(_) => Some(desk.t("tulis-ada-salah")),
        None => step_up_refusal(&error, &desk.frame),
    };
    let problem = Problem::from(error);
    let status = problem.kind().status();
    if status.is_server_error() {
        return Err(problem);
    }
    let text = own_words.unwrap_or_else(|| problem.detail(desk.frame.lang));
    let mut forms = area.forms(&desk).await?;
    if !forms.iter().any(|form| form.id == verb) {
        let row = area.row_form(&desk, verb, fields.one("id")).await?;
        forms = vec![row.ok_or(problem)?];
    }
    let forms = forms
        .into_iter()
        .map(|form| {
            if form.id != verb {
                return form;
            }
            let form = form.refused(fields, text.clone());
            match &fault {
                Some(fault) => form.at_fault(fault),
                None => form,
            }
        })
        .collect();
    let shown = Shown {
        tables: area.tables(&desk).await?,
        forms,
        ..Shown::default()
    };
    Ok(desk.show(area, status, shown))
}

/// What stands on a page of the administration.
#[derive(Default)]
struct Shown {
    done: Option<String>,
    secret: Option<Zeroizing<String>>,
    tables: Vec<Table>,
    forms: Vec<Form>,
}

#[derive(Template)]
#[template(path = "admin/page.html")]
struct AdminPage {
    page: Frame,
    token: FormToken,
    nav_label: String,
    heading: String,
    lead: Option<String>,
    tabs: Vec<Tab>,
    done: Option<String>,
    secret: Option<Zeroizing<String>>,
    tables: Vec<Table>,
    forms: Vec<Form>,
}

impl Desk {
    async fn open(
        frame: Frame,
        token: FormToken,
        state: ApiState,
        subject: Subject,
        area: Area,
    ) -> Result<Self, Problem> {
        access::require(&state.app, &subject, area.action(), Object::Regency).await?;
        let office = service::office::current(&state.app).await?;
        let totp = identity::own_account(&state.app, &subject).await?.totp;
        Ok(Self {
            frame,
            token,
            state,
            subject,
            office,
            totp,
        })
    }

    fn zone(&self) -> Zone {
        regency_zone(&self.office)
    }

    fn t(&self, key: &str) -> String {
        self.frame.t(key)
    }

    /// A form with the step-up, its words under `adm-<id>`.
    fn form(&self, area: Area, id: &'static str) -> Form {
        Form {
            id,
            action: format!("/administrasi/{}/{id}", area.word()),
            heading: self.t(&format!("adm-{id}")),
            button: self.t(&format!("adm-{id}-tombol")),
            stepup: true,
            totp: self.totp,
            folded: true,
            ..Form::default()
        }
    }

    /// The form of an act on one row: alone on its page.
    fn row_form(&self, area: Area, id: &'static str, row: &str, about: String) -> Form {
        Form {
            folded: false,
            primary: true,
            about: Some(about),
            hidden: vec![("id", row.to_owned())],
            ..self.form(area, id)
        }
    }

    fn link(&self, area: Area, verb: &str, id: &str, about: &str) -> Link {
        Link {
            href: format!("/administrasi/{}/{verb}?id={id}", area.word()),
            label: self.t(&format!("adm-{verb}-tombol")),
            about: about.to_owned(),
        }
    }

    fn table(&self, caption: &str, columns: &[&str]) -> Table {
        Table::new(self.frame.lang, caption, "adm-kosong", columns)
    }

    fn act_column(&self) -> String {
        self.t("hasil-tindakan")
    }

    fn show(self, area: Area, status: StatusCode, shown: Shown) -> Response {
        let tabs = Area::ALL
            .into_iter()
            .map(|other| Tab {
                href: format!("/administrasi/{}", other.word()),
                label: self.t(&format!("adm-tab-{}", other.word())),
                current: other == area,
            })
            .collect();
        let heading = self.t(&format!("adm-tab-{}", area.word()));
        let tables = shown.tables.into_iter().map(|table| table.under(&heading));
        let view = AdminPage {
            nav_label: self.t("adm-judul"),
            lead: Some(self.t(&format!("adm-lead-{}", area.word()))),
            tabs,
            done: shown.done,
            secret: shown.secret,
            tables: tables.collect(),
            heading,
            forms: shown.forms,
            page: self.frame,
            token: self.token,
        };
        render(status, &view)
    }
}

/// A parsed id or word of a form, or the refusal that names the field.
fn parsed<T: std::str::FromStr>(fields: &Fields, name: &'static str) -> Result<T, ServiceError> {
    fields
        .one(name)
        .parse()
        .map_err(|_| ServiceError::Invalid { what: name })
}

/// Like [`parsed`], where nothing may be chosen.
fn perhaps<T: std::str::FromStr>(
    fields: &Fields,
    name: &'static str,
) -> Result<Option<T>, ServiceError> {
    fields
        .optional(name)
        .map(|text| {
            text.parse()
                .map_err(|_| ServiceError::Invalid { what: name })
        })
        .transpose()
}

/// The instant at which a date of the regency begins.
fn day(desk: &Desk, fields: &Fields, name: &'static str) -> Result<Timestamp, ServiceError> {
    let date: CalendarDate = parsed(fields, name)?;
    Ok(date.begins_in(desk.zone()))
}

/// The beginning of something: a day to come, or now for today.
fn beginning(desk: &Desk, fields: &Fields, name: &'static str) -> Result<Timestamp, ServiceError> {
    let at = day(desk, fields, name)?;
    let now = desk.state.app.now();
    let is_today = at <= now && now < at.plus_seconds(86_400);
    Ok(if is_today { now } else { at })
}

/// What an act that does not exist is answered with.
fn unknown_verb(verb: &str) -> ServiceError {
    ServiceError::NotFound {
        what: "act",
        id: verb.chars().take(40).collect(),
    }
}
