//! What somebody does to one letter by a button of its page.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use flow::id::NaskahId;
use flow::naskah::ContentDigest;
use service::access::{self, Action, LetterPermit};
use service::identity::Subject;
use service::{ServiceError, naskah, sign};

use super::layout::Frame;
use super::letter::answer;
use super::parts::Fields;
use super::tasks::{awaited, picked};
use crate::form::{Checked, FormToken};
use crate::problem::Problem;
use crate::session::Person;
use crate::state::ApiState;

/// Does what the address names; a refusal shows the letter as it stands, with the reason and what was typed.
pub(super) async fn act(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path((id, act)): Path<(NaskahId, String)>,
    Checked(sent): Checked<Fields>,
) -> Result<Response, Problem> {
    let Some(act) = Act::of(&act) else {
        return Err(Problem::not_found());
    };
    match perform(&state, &subject, id, act, &sent).await {
        Ok(()) => Ok(Redirect::to(&format!("/naskah/{id}")).into_response()),
        Err(problem) => {
            let note = sent.one("catatan");
            answer(page, token, &state, &subject, id, Some(problem), note).await
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Submit,
    Paraf,
    Return,
    Reject,
    Withdraw,
    Prepare,
    Dispatch,
    File,
    Cancel,
    GiveUp,
}

impl Act {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "ajukan" => Self::Submit,
            "paraf" => Self::Paraf,
            "kembalikan" => Self::Return,
            "tolak" => Self::Reject,
            "tarik" => Self::Withdraw,
            "siapkan" => Self::Prepare,
            "kirim" => Self::Dispatch,
            "berkaskan" => Self::File,
            "batalkan" => Self::Cancel,
            "lepas" => Self::GiveUp,
            _ => return None,
        })
    }

    const fn action(self) -> Action {
        match self {
            Self::Submit => Action::Submit,
            Self::Paraf => Action::Paraf,
            Self::Return => Action::Return,
            Self::Reject => Action::Reject,
            Self::Withdraw => Action::Withdraw,
            Self::Prepare => Action::Prepare,
            Self::Dispatch => Action::Dispatch,
            Self::File => Action::File,
            Self::Cancel => Action::Cancel,
            Self::GiveUp => Action::Sign,
        }
    }
}

async fn perform(
    state: &ApiState,
    subject: &Subject,
    id: NaskahId,
    act: Act,
    sent: &Fields,
) -> Result<(), Problem> {
    let app = &state.app;
    let permit = access::letter(app, subject, id, act.action()).await?;
    shown(&permit, sent)?;
    let actor = permit.actor()?;
    let jabatan = awaited(state, subject, &permit, actor.jabatan);
    let note = sent.one("catatan");
    if note.chars().count() > LONGEST_NOTE {
        return Err(Problem::invalid("note"));
    }
    match act {
        Act::Submit => naskah::submit(app, &actor, id).await?,
        Act::Paraf => {
            let content = content(sent)?;
            naskah::paraf(app, &actor, id, jabatan, content).await?;
        }
        Act::Return => naskah::return_for_revision(app, &actor, id, jabatan, note).await?,
        Act::Reject => naskah::reject(app, &actor, id, jabatan, note).await?,
        Act::Withdraw => naskah::withdraw(app, &actor, id).await?,
        Act::Prepare => {
            naskah::prepare(app, &actor, id).await?;
        }
        Act::Dispatch => naskah::dispatch(app, &actor, id).await?,
        Act::File => naskah::file(app, &actor, id).await?,
        Act::Cancel => naskah::cancel(app, &actor, id, jabatan, note).await?,
        Act::GiveUp => sign::give_up(app, subject, id, note).await?,
    }
    Ok(())
}

const LONGEST_NOTE: usize = 4_000;

/// Nobody acts on a letter that changed since it was shown.
pub(super) fn shown(permit: &LetterPermit, sent: &Fields) -> Result<(), Problem> {
    let version: u64 = sent
        .one("versi")
        .parse()
        .map_err(|_| Problem::invalid("versi"))?;
    if version == permit.row.version {
        Ok(())
    } else {
        Err(ServiceError::Precondition {
            present: permit.row.version,
        }
        .into())
    }
}

fn content(sent: &Fields) -> Result<ContentDigest, Problem> {
    picked(sent.one("pilih"))
        .map(|(_, digest)| digest)
        .ok_or_else(|| Problem::invalid("pilih"))
}
