//! The rules: each claims the changes it can account for, and nothing else.

mod annotation;
mod catalog;
mod defaults;
mod description;
mod dss;
mod fill;
mod form;
mod page;
mod signature;
mod widget;

use std::sync::Arc;

use super::{
    compare::{differing_keys, same_node},
    step::Comparison,
};
use crate::pdf::{Located, Node, ObjectId, ReadError};

pub(super) fn run(comparison: &mut Comparison<'_>) -> Result<(), ReadError> {
    if !catalog::trailer(comparison) {
        return Ok(());
    }
    let (before, after) = (comparison.old.catalog()?, comparison.new.catalog()?);
    catalog::claim(comparison, &before, &after);
    catalog::metadata(comparison, &before, &after)?;
    dss::claim(comparison, &before, &after)?;
    form::claim(comparison, &before, &after)?;
    annotation::claim(comparison)
}

/// Whether two dictionaries differ at most in these keys.
fn only_differ_in(before: &Located, after: &Located, allowed: &[&[u8]]) -> bool {
    match (before.dictionary(), after.dictionary()) {
        (Some(one), Some(other)) => differing_keys(one, other)
            .iter()
            .all(|key| allowed.contains(key)),
        (_, _) => false,
    }
}

/// Whether every key is one of these.
fn has_only(of: &Located, allowed: &[&[u8]]) -> bool {
    of.dictionary().is_some_and(|dictionary| {
        !dictionary.has_doubled_key()
            && dictionary
                .entries()
                .iter()
                .all(|entry| allowed.contains(&&*entry.key))
    })
}

/// What a list has more than before, if all the old items are still there in their order.
fn added<'n>(before: Option<&Located>, after: &'n Located) -> Option<Vec<&'n Node>> {
    more_than(
        before.map_or(Some([].as_slice()), |before| before.node.as_array())?,
        after,
    )
}

/// The same beside the items themselves.
fn more_than<'n>(old: &[Node], after: &'n Located) -> Option<Vec<&'n Node>> {
    let mut kept = old.iter().peekable();
    let mut more = Vec::new();
    for item in after.node.as_array()? {
        if kept.next_if(|old| same_node(old, item)).is_none() {
            more.push(item);
        }
    }
    kept.next().is_none().then_some(more)
}

/// The object a value is, when it is not part of another one.
fn own_id(at: &Located) -> Option<ObjectId> {
    (at.node == at.object.node && at.object.id.number != 0).then_some(at.object.id)
}

/// A fresh object as a value.
fn fresh(comparison: &Comparison<'_>, id: ObjectId) -> Option<Located> {
    let object = comparison.fresh(id)?;
    Some(Located {
        object: Arc::clone(object),
        node: object.node.clone(),
    })
}
