//! The page a new signature widget stands on: nothing of it changes but the list of annotations, which grows.

use std::collections::BTreeSet;

use super::{added, only_differ_in, own_id};
use crate::{
    diff::step::Comparison,
    pdf::{Located, ObjectId, ReadError},
};

/// Claims the page, or its list of annotations, when the only change is this widget.
pub(super) fn claim(
    comparison: &mut Comparison<'_>,
    widget: ObjectId,
    at: &Located,
) -> Result<(), ReadError> {
    comparison.show_by(widget.number);
    let page = at
        .dictionary()
        .and_then(|widget| widget.entry(b"P"))
        .and_then(crate::pdf::Node::as_reference);
    let Some(id) = page else { return Ok(()) };
    let (Some(before), Some(after)) = (comparison.old.object(id)?, comparison.new.object(id)?)
    else {
        return Ok(());
    };
    let before = Located {
        node: before.node.clone(),
        object: before,
    };
    let after = Located {
        node: after.node.clone(),
        object: after,
    };
    let is_page = |at: &Located| at.dictionary().is_some_and(|page| page.is_type(b"Page"));
    if !is_page(&before) || !is_page(&after) || !only_differ_in(&before, &after, &[b"Annots"]) {
        return Ok(());
    }
    let list_before = comparison.old.entry(&before, b"Annots")?;
    let Some(list) = comparison.new.entry(&after, b"Annots")? else {
        return Ok(());
    };
    let Some(more) = added(list_before.as_ref(), &list) else {
        return Ok(());
    };
    let more: Option<Vec<ObjectId>> = more
        .into_iter()
        .map(crate::pdf::Node::as_reference)
        .collect();
    let more = more.filter(|more| more.iter().all(|one| comparison.is_widget_of(*one, id)));
    if let Some(more) = more {
        grown(comparison, id, list_before.as_ref(), &list);
        for widget in more {
            comparison.found_on(widget.number, id);
        }
    }
    Ok(())
}

/// Claims a page whose list of annotations grew lawfully, and the list where it is an object that no other page has.
pub(super) fn grown(
    comparison: &mut Comparison<'_>,
    page: ObjectId,
    before: Option<&Located>,
    list: &Located,
) {
    comparison.claim(page.number);
    let Some(own) = own_id(list) else { return };
    let stays = before.and_then(own_id) == Some(own);
    let owned = comparison
        .references
        .only_from(own.number, &BTreeSet::from([page.number]));
    if owned && (stays || comparison.fresh(own).is_some()) {
        comparison.claim(own.number);
    }
}
