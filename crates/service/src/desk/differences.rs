//! What changed between the contents a letter has had, line by line.

use std::time::Duration;

use flow::id::{JabatanId, NaskahId};
use flow::naskah::{Content, Fact, Recipient, Source};
use flow::office::Office;
use flow::time::Timestamp;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};
use store::model::{Stream, StreamKind};

use super::people::{name, opd_name, title};
use crate::access::{self, Action};
use crate::identity::Subject;
use crate::letter_blob::LetterBlobs;
use crate::{App, ServiceError, stream};

/// What one edit changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which content it made, from 2: the first is the one the letter began with.
    pub no: u32,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// In which position.
    pub title: String,
    /// The parts that are not as they were, in the order of the printed letter.
    pub parts: Vec<ChangedPart>,
}

/// A part of a letter that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedPart {
    /// Which.
    pub part: Part,
    /// Its lines, old and new.
    pub lines: Vec<ChangedLine>,
}

/// A part of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Whose letter, and from which position.
    From,
    /// Subject.
    Hal,
    /// Urgency.
    Sifat,
    /// Addressees, and the place below them.
    Recipients,
    /// The text.
    Body,
    /// Who gets a copy.
    Tembusan,
    /// Archive classification.
    Klasifikasi,
    /// Secrecy.
    Keamanan,
    /// Who signs.
    Signers,
    /// Attachments.
    Lampiran,
}

/// A line of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedLine {
    /// What became of it.
    pub change: Change,
    /// What it says.
    pub text: String,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It stands as it stood.
    Same,
    /// It is gone.
    Removed,
    /// It is new.
    Added,
}

/// The differences, oldest first; none for a letter that was never changed, or whose words were erased.
///
/// # Errors
/// [`ServiceError::NotFound`] alike for what is absent and what is to be hidden; [`ServiceError::Forbidden`] where
/// only the outline is the reader's.
pub async fn differences(
    app: &App,
    subject: &Subject,
    id: NaskahId,
) -> Result<Vec<Difference>, ServiceError> {
    let permit = access::letter(app, subject, id, Action::ReadContent).await?;
    let mut tx = app.store.snapshot().await?;
    let blobs = match LetterBlobs::open(app, &mut tx, id).await {
        Ok(blobs) => blobs,
        // The letter was erased: its proof is left, its words are not.
        Err(ServiceError::NotFound { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let stream = Stream {
        kind: StreamKind::Naskah,
        id: id.uuid(),
    };
    let mut before: Option<Content> = None;
    let mut no = 0;
    let mut all = Vec::new();
    for event in stream::load::<Fact>(&mut tx, stream).await? {
        let Some(blob) = content_of(&event.fact) else {
            continue;
        };
        let content = Content::from_json(&blobs.read(&mut tx, blob).await?)?;
        if before.as_ref() == Some(&content) {
            continue;
        }
        no += 1;
        if let Some(before) = &before {
            all.push(Difference {
                no,
                at: event.at,
                who: name(&permit.office, event.by),
                title: title(&permit.office, event.by.jabatan),
                parts: changed_parts(before, &content, &permit.office),
            });
        }
        before = Some(content);
    }
    Ok(all)
}

fn content_of(fact: &Fact) -> Option<flow::id::BlobId> {
    match fact {
        Fact::Created { content, .. } | Fact::Edited { content, .. } => Some(content.blob),
        Fact::Submitted
        | Fact::ParafGiven { .. }
        | Fact::Returned { .. }
        | Fact::Withdrawn
        | Fact::Rejected { .. }
        | Fact::Prepared { .. }
        | Fact::Reprepared { .. }
        | Fact::Signed { .. }
        | Fact::Dispatched { .. }
        | Fact::Filed { .. }
        | Fact::Cancelled { .. } => None,
    }
}

fn changed_parts(before: &Content, after: &Content, office: &Office) -> Vec<ChangedPart> {
    texts(before, office)
        .into_iter()
        .zip(texts(after, office))
        .filter(|((_, old), (_, new))| old != new)
        .map(|((part, old), (_, new))| ChangedPart {
            part,
            lines: changed_lines(&old, &new),
        })
        .collect()
}

/// Line by line. A text that is too much work to compare well is compared roughly.
fn changed_lines(old: &str, new: &str) -> Vec<ChangedLine> {
    let compared = TextDiff::configure()
        .timeout(MOST_WORK)
        .diff_lines(old, new);
    compared
        .iter_all_changes()
        .map(|change| ChangedLine {
            change: match change.tag() {
                ChangeTag::Equal => Change::Same,
                ChangeTag::Delete => Change::Removed,
                ChangeTag::Insert => Change::Added,
            },
            text: change.value().trim_end_matches(['\r', '\n']).to_owned(),
        })
        .collect()
}

const MOST_WORK: Duration = Duration::from_millis(250);

/// The parts of a content as text, always the same parts in the same order.
fn texts(content: &Content, office: &Office) -> [(Part, String); 10] {
    let titles = |positions: &[JabatanId]| lines(positions.iter().map(|one| title(office, *one)));
    let names = |list: &[Recipient]| lines(list.iter().map(|one| one.name.clone()));
    let body = match &content.source {
        Source::Template { body, .. } => body.clone(),
        Source::Imported { sha256 } => sha256.to_string(),
    };
    let from = [title(office, content.dari), opd_name(office, content.opd)];
    let place = std::iter::once(content.recipients_place.clone());
    let recipients = content.recipients.iter().map(|one| one.name.clone());
    [
        (Part::From, lines(from)),
        (Part::Hal, content.hal.clone()),
        (Part::Sifat, content.sifat.word().to_owned()),
        (Part::Recipients, lines(recipients.chain(place))),
        (Part::Body, body),
        (Part::Tembusan, names(&content.tembusan)),
        (Part::Klasifikasi, content.klasifikasi.to_string()),
        (Part::Keamanan, content.keamanan.word().to_owned()),
        (Part::Signers, titles(&content.signers)),
        (
            Part::Lampiran,
            lines(content.lampiran.iter().map(ToString::to_string)),
        ),
    ]
}

fn lines(all: impl IntoIterator<Item = String>) -> String {
    let all: Vec<String> = all.into_iter().filter(|line| !line.is_empty()).collect();
    all.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_line_shows_old_then_new_and_what_stayed_beside_it() {
        let lines = changed_lines("satu\ndua\ntiga", "satu\r\ndua\nempat");
        let seen: Vec<(Change, &str)> = lines
            .iter()
            .map(|line| (line.change, line.text.as_str()))
            .collect();
        assert!(seen.contains(&(Change::Same, "dua")), "{seen:?}");
        assert!(seen.contains(&(Change::Removed, "tiga")), "{seen:?}");
        assert!(seen.contains(&(Change::Added, "empat")), "{seen:?}");
    }

    #[test]
    fn a_hostile_text_is_compared_in_a_moment() {
        let many = |step: usize| -> String {
            let lines: Vec<String> = (0..40_000)
                .map(|n: usize| (n * step % 7919).to_string())
                .collect();
            lines.join("\n")
        };
        let lines = changed_lines(&many(3), &many(5));
        assert!(lines.len() >= 40_000);
    }
}
