//! Pictures for those who may read the letter, and of a draft that is stored nowhere.

use std::sync::Arc;

use flow::id::NaskahId;
use flow::naskah::Content;
use signing::source::ByteSource;
use worker::Mark;

use super::view::Picture;
use crate::access::{self, Action, Object};
use crate::identity::Subject;
use crate::naskah::preview_input;
use crate::picture::{self, Audience};
use crate::{App, ServiceError};

/// A page of the letter's newest version, counted from zero. What nobody has signed carries a mark.
///
/// # Errors
/// As [`super::letter`]; [`ServiceError::Forbidden`] where only the outline is the reader's.
pub async fn picture(
    app: &Arc<App>,
    subject: &Subject,
    id: NaskahId,
    page: u32,
    width: u32,
) -> Result<Picture, ServiceError> {
    let permit = access::letter(app, subject, id, Action::ReadContent).await?;
    picture::of_letter(app, Audience::Office, &permit.naskah, page, width).await
}

/// The pages of a draft as it would be printed now, marked as a draft; at most ten. Nothing is stored.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever may not draft for that OPD; what the content or the typesetter refuses.
pub async fn preview(
    app: &Arc<App>,
    subject: &Subject,
    content: &Content,
) -> Result<Vec<Picture>, ServiceError> {
    access::require(app, subject, Action::Create, Object::Opd(content.opd)).await?;
    let input = preview_input(app, content).await?;
    let typesetter = Arc::clone(&app.worker);
    let pdf = tokio::task::spawn_blocking(move || typesetter.typeset(input))
        .await??
        .pdf;
    let source: Arc<dyn ByteSource> = Arc::new(pdf);
    let mut pictures = Vec::new();
    let mut pages = 1;
    while u32::try_from(pictures.len()).unwrap_or(u32::MAX) < pages {
        let page = u32::try_from(pictures.len()).unwrap_or(u32::MAX);
        let width = picture::USUAL_WIDTH;
        let (worker, source) = (Arc::clone(&app.worker), Arc::clone(&source));
        let one = picture::render(worker, source, page, width, Some(Mark::Draft)).await?;
        pages = one.pages.min(MOST_PAGES);
        pictures.push(one);
    }
    Ok(pictures)
}

const MOST_PAGES: u32 = 10;
