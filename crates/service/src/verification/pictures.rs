//! What a change looks like: pages before and after, for whoever brought a changed file.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use signing::source::ByteSource;
use signing::validate::{Headline, Report};
use worker::{ChangedPage, Done, Task};

use super::examine::{Verdict, examine, other_answer};
use crate::{App, ServiceError};

/// What there is to see of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pictures {
    /// Nothing was changed that was not permitted.
    NotWanted,
    /// Pages that look different; none where all that were compared look the same.
    Made(Vec<ChangedPage>),
    /// There was no time for them, the office worked, or the file cannot be shown.
    NotMade,
}

/// Judges a file as [`examine`] does, and shows the pages that changes it found have touched. A verdict never waits for
/// pictures longer than a stranger is to wait for an answer, and never fails by them.
///
/// # Errors
/// As [`examine`].
pub async fn examine_and_show(
    app: &Arc<App>,
    source: Arc<dyn ByteSource>,
) -> Result<(Verdict, Pictures), ServiceError> {
    let began = Instant::now();
    let verdict = examine(app, Arc::clone(&source), None).await?;
    if verdict.report.headline != Headline::Changed {
        return Ok((verdict, Pictures::NotWanted));
    }
    let Some(before) = before(&verdict).filter(|_| began.elapsed() < SHOWN_WITHIN) else {
        return Ok((verdict, Pictures::NotMade));
    };
    let task = Task::Compare {
        before,
        pages: pages(&verdict.report),
        width: WIDTH,
    };
    let worker = Arc::clone(&app.worker);
    let compared = move || {
        let Done::Compare { changed } = worker.run_for_public(task, source)? else {
            return Err(other_answer());
        };
        Ok(changed)
    };
    let pictures = match tokio::task::spawn_blocking(compared).await? {
        Ok(changed) => small_enough(changed),
        Err(error) => {
            tracing::info!(%error, "no pictures of a change");
            Pictures::NotMade
        }
    };
    Ok((verdict, pictures))
}

/// Where the file ended when the first of those signed whose signature does not permit what came later.
fn before(verdict: &Verdict) -> Option<u64> {
    let signatures = verdict.report.signatures.iter().zip(&verdict.particulars);
    let changed = signatures.filter(|(one, _)| !one.modification_permitted);
    changed
        .filter_map(|(_, particulars)| particulars.covered)
        .min()
}

/// The pages that changes name, counted from zero; the first one where they name none.
fn pages(report: &Report) -> Vec<u32> {
    let signatures = report.signatures.iter();
    let changed = signatures.filter(|one| !one.modification_permitted);
    let changes = changed.flat_map(|one| &one.changes);
    let named: BTreeSet<u32> = changes
        .filter_map(|change| change.place.page)
        .map(|page| page.saturating_sub(1))
        .collect();
    if named.is_empty() {
        return vec![0];
    }
    named.into_iter().take(MOST_PAGES).collect()
}

/// As many as a page of ours carries: pictures of a photograph are large.
fn small_enough(changed: Vec<ChangedPage>) -> Pictures {
    let alike = changed.is_empty();
    let mut bytes = 0_usize;
    let fitting = changed.into_iter().take_while(|one| {
        bytes = bytes.saturating_add(one.before.png.len() + one.after.png.len());
        bytes <= MOST_BYTES
    });
    let fitting: Vec<ChangedPage> = fitting.collect();
    if fitting.is_empty() && !alike {
        return Pictures::NotMade;
    }
    Pictures::Made(fitting)
}

/// A stranger is answered within five seconds; what is left of them is as long as pictures may take.
const SHOWN_WITHIN: Duration = Duration::from_secs(2);
const MOST_PAGES: usize = 3;
const MOST_BYTES: usize = 4 << 20;
/// Two of them stand beside each other on a wide screen.
const WIDTH: u32 = 640;
