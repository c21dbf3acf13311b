//! What the form lends its fields: fonts, a style of writing, and who draws them (ISO 32000-2 table 224). It may grow as
//! long as nothing that was signed looks different by it.

use std::collections::BTreeSet;

use super::{only_differ_in, own_id};
use crate::{
    diff::{
        change::{Change, ChangeKind},
        compare::same_node,
        fields::{self, FieldKind, FieldNode},
        level::Modification,
        step::Comparison,
    },
    pdf::{Dictionary, Located, Node, ReadError, View},
};

/// Says in the step what the form lends beyond before; `false` when it differs in anything else, or in a way that draws
/// signed fields otherwise.
pub(super) fn claim(
    comparison: &mut Comparison<'_>,
    old: &Located,
    new: &Located,
) -> Result<bool, ReadError> {
    let entry = |of: &Located, key: &[u8]| of.dictionary().and_then(|of| of.entry(key)).cloned();
    let mut allowed = vec![b"Fields".as_slice(), b"SigFlags", b"NeedAppearances"];
    let style_added = entry(old, b"DA").is_none() && entry(new, b"DA").is_some();
    if style_added {
        allowed.push(b"DA");
    }
    let resources = (entry(old, b"DR"), entry(new, b"DR"));
    let offered = match (&resources.0, &resources.1) {
        (Some(one), Some(other)) if same_node(one, other) => {
            if grown_in_place(comparison, old, new)? {
                added_names(comparison, old, new)?
            } else {
                Vec::new()
            }
        }
        (before, after) if grow(before.as_ref(), after.as_ref(), 2) => {
            allowed.push(b"DR");
            added_names(comparison, old, new)?
        }
        (_, _) => Vec::new(),
    };
    if !only_differ_in(old, new, &allowed) {
        return Ok(false);
    }
    let drawn_by_reader = (
        need_appearances(&comparison.old, old)?,
        need_appearances(&comparison.new, new)?,
    );
    let grown = style_added || !offered.is_empty();
    if !grown && drawn_by_reader == (false, false) {
        return Ok(true);
    }
    let known = fields::all(&comparison.old)?;
    if grown {
        if drawn_by_reader != (false, false) || are_named(&comparison.old, old, &known, &offered)? {
            return Ok(false);
        }
        let change = Change::new(ChangeKind::FormDefaultsAdded, "");
        let is_used = known.iter().any(|field| field.kind != FieldKind::Signature);
        comparison.step.changes.push(if is_used {
            change
        } else {
            change.of_class(Modification::Ltv)
        });
    }
    if drawn_by_reader.0 != drawn_by_reader.1 {
        comparison.step.note(ChangeKind::NeedAppearancesChanged, "");
        let touched = known
            .into_iter()
            .filter(|field| field.kind != FieldKind::Signature);
        comparison
            .step
            .fields
            .extend(touched.map(|field| field.name));
    }
    Ok(true)
}

/// Whether readers draw the fields by their values, whatever pictures the file has of them.
fn need_appearances(view: &View<'_>, form: &Located) -> Result<bool, ReadError> {
    let flag = view.entry(form, b"NeedAppearances")?;
    Ok(flag.is_some_and(|flag| flag.node.value != crate::pdf::Value::Boolean(false)))
}

/// Claims the form's resources, or their fonts, where they are objects that got more names and that the form has for itself;
/// whether there are any.
fn grown_in_place(
    comparison: &mut Comparison<'_>,
    old: &Located,
    new: &Located,
) -> Result<bool, ReadError> {
    let form = [old, new].map(|form| form.object.id.number);
    let mut owners = BTreeSet::from(form);
    let (mut before, mut after) = (old.clone(), new.clone());
    let mut grown = false;
    for (key, depth) in [(b"DR".as_slice(), 2), (b"Font", 1)] {
        let parts = (
            comparison.old.entry(&before, key)?,
            comparison.new.entry(&after, key)?,
        );
        let (Some(old), Some(new)) = parts else { break };
        (before, after) = (old, new);
        let Some(id) = own_id(&after) else { continue };
        // What pages have too may not grow: they may have waited for a name.
        if own_id(&before) != Some(id) || !comparison.references.is_owned_by(id.number, &owners) {
            break;
        }
        owners.insert(id.number);
        let is_plain = [&before, &after].map(|of| of.object.stream_start) == [None, None];
        if comparison.changed.contains_key(&id.number)
            && is_plain
            && grow(Some(&before.node), Some(&after.node), depth)
        {
            comparison.claim(id.number);
            comparison.claim_fresh(&after.node);
            grown = true;
        }
    }
    Ok(grown)
}

/// Whether everything that was named still means the same; `depth` is how many dictionaries deep names may be added.
fn grow(old: Option<&Node>, new: Option<&Node>, depth: u8) -> bool {
    let (Some(old), Some(new)) = (old, new) else {
        return old.is_none();
    };
    if same_node(old, new) {
        return true;
    }
    let (Some(old), Some(new), Some(depth)) = (
        old.as_dictionary(),
        new.as_dictionary(),
        depth.checked_sub(1),
    ) else {
        return false;
    };
    !new.has_doubled_key()
        && old
            .entries()
            .iter()
            .all(|entry| grow(Some(&entry.node), new.entry(&entry.key), depth))
}

/// The names that the form's resources offer and did not before, of every kind of resource.
fn added_names(
    comparison: &Comparison<'_>,
    old: &Located,
    new: &Located,
) -> Result<Vec<Vec<u8>>, ReadError> {
    let before = offered(&comparison.old, old)?;
    let mut after = offered(&comparison.new, new)?;
    after.retain(|offer| !before.contains(offer));
    Ok(after.into_iter().map(|offer| offer.name).collect())
}

/// A name of a resource, or of a kind of them.
#[derive(PartialEq, Eq)]
struct Offer {
    kind: Vec<u8>,
    name: Vec<u8>,
}

fn offered(view: &View<'_>, form: &Located) -> Result<Vec<Offer>, ReadError> {
    let mut names = Vec::new();
    let Some(resources) = view.entry(form, b"DR")? else {
        return Ok(names);
    };
    let keys = |of: &Located| -> Vec<Vec<u8>> {
        let entries = of.dictionary().map(Dictionary::entries);
        let entries = entries.unwrap_or_default().iter();
        entries.map(|entry| entry.key.to_vec()).collect()
    };
    for kind in keys(&resources) {
        if let Some(of_kind) = view.entry(&resources, &kind)? {
            names.extend(keys(&of_kind).into_iter().map(|name| Offer {
                kind: kind.clone(),
                name,
            }));
        }
        names.push(Offer {
            kind: Vec::new(),
            name: kind,
        });
    }
    Ok(names)
}

/// Whether a field, or the form for its fields, was waiting for one of these names.
fn are_named(
    view: &View<'_>,
    form: &Located,
    known: &[FieldNode],
    names: &[Vec<u8>],
) -> Result<bool, ReadError> {
    for at in known.iter().map(|field| &field.at).chain([form]) {
        let Some(style) = view.entry(at, b"DA")? else {
            continue;
        };
        let style = style.node.as_string().unwrap_or_default();
        if names.iter().any(|name| is_named(style, name)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a default appearance string uses a name. One that writes names in figures may use any.
fn is_named(style: &[u8], name: &[u8]) -> bool {
    let ends = |rest: &[u8]| {
        rest.first()
            .is_none_or(|next| next.is_ascii_whitespace() || b"\0()<>[]{}/%".contains(next))
    };
    style.contains(&b'#')
        || style
            .split(|byte| *byte == b'/')
            .skip(1)
            .any(|word| word.strip_prefix(name).is_some_and(ends))
}

#[cfg(test)]
mod tests {
    use super::is_named;

    #[test]
    fn a_name_is_found_whole() {
        assert!(is_named(b"/Evil 24 Tf 0 g", b"Evil"));
        assert!(is_named(b"0 g /Evil", b"Evil"));
        assert!(is_named(b"/E#76il 24 Tf", b"Evil"));
        assert!(!is_named(b"/EvilBold 24 Tf", b"Evil"));
    }
}
