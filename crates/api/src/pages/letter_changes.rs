//! `/naskah/{id}/perubahan`: what was changed in a letter, edit by edit.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use flow::id::NaskahId;
use flow::time::Zone;
use http::StatusCode;
use service::desk::{self, Change, Difference, Part};

use super::layout::Frame;
use super::render;
use crate::lang::Lang;
use crate::problem::Problem;
use crate::session::Person;
use crate::show;
use crate::state::ApiState;

#[derive(Template)]
#[template(path = "letter/changes.html")]
struct ChangesPage {
    page: Frame,
    id: NaskahId,
    heading: String,
    edits: Vec<Edit>,
}

struct Edit {
    heading: String,
    who: String,
    parts: Vec<PartView>,
}

struct PartView {
    label: String,
    lines: Vec<LineView>,
}

struct LineView {
    class: &'static str,
    /// Read aloud before the line, because colour alone says nothing to some.
    word: Option<String>,
    text: String,
}

/// The newest edit first.
pub(super) async fn changes(
    page: Frame,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(id): Path<NaskahId>,
) -> Result<Response, Problem> {
    let differences = desk::differences(&state.app, &subject, id).await?;
    let letter = desk::letter(&state.app, &subject, id).await?;
    let office = service::office::current(&state.app).await?;
    let zone = office.zone(letter.item.opd);
    let lang = page.lang;
    let view = ChangesPage {
        id,
        heading: letter.item.hal.unwrap_or_else(|| page.t("naskah-tertutup")),
        edits: differences
            .iter()
            .rev()
            .map(|edit| edit_view(edit, lang, zone))
            .collect(),
        page,
    };
    Ok(render(StatusCode::OK, &view))
}

fn edit_view(edit: &Difference, lang: Lang, zone: Zone) -> Edit {
    let no = edit.no.to_string();
    let at = show::instant(edit.at, zone);
    Edit {
        heading: lang.text_with("perubahan-isi-ke", &[("no", &no), ("at", &at)]),
        who: format!("{}, {}", edit.who, edit.title),
        parts: edit
            .parts
            .iter()
            .map(|part| PartView {
                label: lang.text(part_word(part.part)),
                lines: part
                    .lines
                    .iter()
                    .map(|line| line_view(line.change, &line.text, lang))
                    .collect(),
            })
            .collect(),
    }
}

fn line_view(change: Change, text: &str, lang: Lang) -> LineView {
    let (class, word) = match change {
        Change::Same => ("is-same", None),
        Change::Removed => ("is-removed", Some("perubahan-dihapus")),
        Change::Added => ("is-added", Some("perubahan-ditambah")),
    };
    LineView {
        class,
        word: word.map(|key| lang.text(key)),
        text: text.to_owned(),
    }
}

const fn part_word(part: Part) -> &'static str {
    match part {
        Part::From => "tulis-dari",
        Part::Hal => "naskah-kolom-hal",
        Part::Sifat => "naskah-kolom-sifat",
        Part::Recipients => "surat-baris-kepada",
        Part::Body => "tulis-isi",
        Part::Tembusan => "surat-baris-tembusan",
        Part::Klasifikasi => "surat-baris-klasifikasi",
        Part::Keamanan => "surat-baris-keamanan",
        Part::Signers => "rantai-tanda-tangan",
        Part::Lampiran => "perubahan-lampiran",
    }
}
