//! What is done to an agenda entry by the forms of its page.

use std::collections::BTreeSet;

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use flow::agenda::Instruksi;
use flow::id::{DisposisiId, JabatanId};
use flow::time::CalendarDate;
use service::access::{self, Action};
use service::agenda::{self, NewDisposisi};
use service::identity::Subject;

use super::disposisi::{INSTRUCTIONS, Seen, parse, word};
use super::parts::Fields;
use super::visit::Visit;
use crate::form::Checked;
use crate::problem::Problem;

pub(super) async fn dispose(
    at: Visit,
    Path(id): Path<String>,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    let permit = access::agenda(&at.state.app, &at.subject, id, Action::Dispose).await?;
    let seen = Seen::load(&at.state, &at.subject, id).await?;
    let new = match new_disposisi(&fields, &seen) {
        Ok(new) => new,
        Err(key) => {
            let refusal = at.frame.t(key);
            return Ok(seen.page(at.frame, at.token, &fields, Some(refusal)));
        }
    };
    let actor = match at.subject.actor_as(new.from) {
        Ok(actor) => actor,
        Err(_) => permit.actor()?,
    };
    let done = agenda::dispose(&at.state.app, &actor, id, &new).await;
    after(at, done.map(drop), &seen, &fields)
}

pub(super) async fn mark_read(
    at: Visit,
    Path(id): Path<String>,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    let permit = access::agenda(&at.state.app, &at.subject, id, Action::MarkRead).await?;
    let seen = Seen::load(&at.state, &at.subject, id).await?;
    let disposisi = node(&fields)?;
    let actor = acting(
        &at.subject,
        seen.find(disposisi).map(|node| node.to.jabatan),
        &permit,
    )?;
    let done = agenda::mark_read(&at.state.app, &actor, id, disposisi).await;
    after(at, done, &seen, &fields)
}

pub(super) async fn recall(
    at: Visit,
    Path(id): Path<String>,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    let permit = access::agenda(&at.state.app, &at.subject, id, Action::Recall).await?;
    let seen = Seen::load(&at.state, &at.subject, id).await?;
    let disposisi = node(&fields)?;
    let actor = acting(
        &at.subject,
        seen.find(disposisi).map(|node| node.from.jabatan),
        &permit,
    )?;
    let done = agenda::recall(&at.state.app, &actor, id, disposisi).await;
    after(at, done, &seen, &fields)
}

pub(super) async fn follow_up(
    at: Visit,
    Path(id): Path<String>,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    let permit = access::agenda(&at.state.app, &at.subject, id, Action::FollowUp).await?;
    let seen = Seen::load(&at.state, &at.subject, id).await?;
    let disposisi = node(&fields)?;
    let actor = acting(
        &at.subject,
        seen.find(disposisi).map(|node| node.to.jabatan),
        &permit,
    )?;
    let note = fields.one("catatan");
    let done = agenda::follow_up(&at.state.app, &actor, id, disposisi, note, None).await;
    after(at, done, &seen, &fields)
}

pub(super) async fn complete(
    at: Visit,
    Path(id): Path<String>,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    let permit = access::agenda(&at.state.app, &at.subject, id, Action::Complete).await?;
    let seen = Seen::load(&at.state, &at.subject, id).await?;
    let actor = acting(&at.subject, Some(seen.entry.to.jabatan), &permit)?;
    let done = agenda::complete(&at.state.app, &actor, id).await;
    after(at, done, &seen, &fields)
}

fn node(fields: &Fields) -> Result<DisposisiId, Problem> {
    fields
        .one("disposisi")
        .parse()
        .map_err(|_| Problem::not_found())
}

/// The subject in the position the node is about, or in the one that fits best.
fn acting(
    subject: &Subject,
    wanted: Option<JabatanId>,
    permit: &access::AgendaPermit,
) -> Result<flow::office::Actor, Problem> {
    if let Some(Ok(actor)) = wanted.map(|jabatan| subject.actor_as(jabatan)) {
        return Ok(actor);
    }
    Ok(permit.actor()?)
}

/// What the form asks for, or the message that says what is missing.
fn new_disposisi(fields: &Fields, seen: &Seen) -> Result<NewDisposisi, &'static str> {
    let (from, parent) = match fields.one("dari").split_once('/') {
        Some((from, parent)) => (from.parse(), Some(parent.parse())),
        None => (fields.one("dari").parse(), None),
    };
    let from = from.map_err(|_| "disposisi-tanpa-tujuan")?;
    let parent = parent.transpose().map_err(|_| "disposisi-tanpa-tujuan")?;
    let to: Vec<JabatanId> = fields
        .all("kepada")
        .into_iter()
        .filter_map(|id| id.parse().ok())
        .collect();
    if to.is_empty() {
        return Err("disposisi-tanpa-tujuan");
    }
    let wanted = fields.all("instruksi");
    let instructions: BTreeSet<Instruksi> = INSTRUCTIONS
        .into_iter()
        .filter(|one| wanted.contains(&word(*one)))
        .collect();
    if instructions.is_empty() {
        return Err("disposisi-tanpa-instruksi");
    }
    let deadline = match fields.optional("batas") {
        None => None,
        Some(text) => {
            let date: CalendarDate = text.parse().map_err(|_| "disposisi-batas-salah")?;
            Some(date.begins_in(seen.zone).plus_seconds(86_400))
        }
    };
    Ok(NewDisposisi {
        from,
        parent,
        to,
        instructions,
        note: fields.one("catatan").to_owned(),
        deadline,
    })
}

/// To the entry again; with the fields kept and the reason on top when it was refused.
fn after(
    at: Visit,
    done: Result<(), service::ServiceError>,
    seen: &Seen,
    fields: &Fields,
) -> Result<Response, Problem> {
    let Err(error) = done else {
        let address = format!("/agenda/entri/{}", seen.entry.id);
        return Ok(Redirect::to(&address).into_response());
    };
    let problem = Problem::from(error);
    if problem.kind().status().is_server_error() {
        return Err(problem);
    }
    let refusal = problem.detail(at.frame.lang);
    Ok(seen.page(at.frame, at.token, fields, Some(refusal)))
}
