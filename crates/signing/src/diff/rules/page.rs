//! The page a new signature widget stands on: nothing of it changes but the list of annotations, which grows.

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
    let known = |node: &crate::pdf::Node| {
        node.as_reference()
            .is_some_and(|id| id == widget || comparison.is_claimed(id.number))
    };
    if !more.into_iter().all(known) {
        return Ok(());
    }
    comparison.claim(id.number);
    if let Some(own) = own_id(&list)
        && (comparison.fresh(own).is_some() || list_before.as_ref().and_then(own_id) == Some(own))
    {
        comparison.claim(own.number);
    }
    Ok(())
}
