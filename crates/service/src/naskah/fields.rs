//! Where the signers' fields stand in the final bytes, one per signer. The last locks the whole letter when it is signed
//! (DESIGN of signatures in `docs/`).

use std::sync::Arc;

use letter::{Anchor, Block, Look, Stamp, Standing};
use signing::sign::{Appearance, Drawing, Lock, Marked, NewField};
use signing::source::ByteSource;
use worker::{PdfWorker, WorkerError};

/// The name of a signer's field, counted from 1.
pub(super) fn name(place: usize) -> String {
    format!("TTE{place}")
}

/// Nowhere to be seen.
pub(super) fn unseen(names: &[String]) -> Vec<NewField> {
    fields(names, names.iter().map(|_| None))
}

/// Over the blocks that were printed for them, so nothing more is drawn.
pub(super) fn over_anchors(names: &[String], anchors: &[Anchor]) -> Vec<NewField> {
    let place = |signer: usize| {
        let anchor = anchors.iter().find(|anchor| anchor.signer == signer)?;
        let (page, rect) = (anchor.page, anchor.rect);
        Some((Marked { page, rect }, Appearance::Transparent))
    };
    let places = (0..names.len()).map(place);
    fields(names, places)
}

/// Over the marks that a file from elsewhere has for them, `${ttd1}` for the first signer, each with its block; a signer
/// without a mark signs unseen.
///
/// # Errors
/// When a block cannot be drawn.
pub(super) fn over_marks(
    worker: &dyn PdfWorker,
    file: &Arc<dyn ByteSource>,
    names: &[String],
    blocks: Vec<Block>,
) -> Result<Vec<NewField>, WorkerError> {
    let marks = (1..=names.len()).map(|signer| format!("${{ttd{signer}}}"));
    let found = match worker.locate(Arc::clone(file), marks.collect(), STAMP_SIZE) {
        // Text that cannot be read has no marks; whether the file can be signed is said where its fields are placed.
        Err(WorkerError::Unreadable { .. } | WorkerError::Limit { .. }) => vec![None; names.len()],
        found => found?,
    };
    let mut places = Vec::new();
    for (block, marked) in blocks.into_iter().zip(found) {
        places.push(match marked {
            Some(marked) => {
                let [.., width, height] = marked.rect;
                let pdf = worker.stamp(Stamp {
                    size: [width, height],
                    look: Look::Block(Box::new(block)),
                    standing: Standing::Signed,
                })?;
                Some((marked, Appearance::Drawn(Drawing::new(pdf))))
            }
            None => None,
        });
    }
    Ok(fields(names, places.into_iter()))
}

/// Width and height in points: a hand's breadth, as the blocks of typeset letters.
const STAMP_SIZE: [f64; 2] = [272.0, 92.0];

fn fields(
    names: &[String],
    places: impl Iterator<Item = Option<(Marked, Appearance)>>,
) -> Vec<NewField> {
    let last = names.len();
    (1..)
        .zip(names.iter().zip(places))
        .map(|(number, (name, place))| {
            let unseen = || {
                let nowhere = Marked {
                    page: 0,
                    rect: [0.0; 4],
                };
                (nowhere, Appearance::Transparent)
            };
            let (Marked { page, rect }, appearance) = place.unwrap_or_else(unseen);
            NewField {
                name: name.clone(),
                page,
                rect,
                appearance,
                lock: (number == last).then_some(Lock::EVERYTHING),
            }
        })
        .collect()
}
