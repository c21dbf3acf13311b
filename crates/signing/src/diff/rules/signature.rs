//! A signature dictionary that came with a later revision (ISO 32000-2 12.8.1).

use super::fresh;
use crate::{
    diff::{
        level::{Change, Modification, Visibility},
        step::Comparison,
    },
    pdf::{Located, ReadError},
};

/// Claims the signature a field was given, when it is a new object, and says so in the step.
pub(super) fn claim(
    comparison: &mut Comparison<'_>,
    field: &Located,
    name: &str,
) -> Result<bool, ReadError> {
    let value = field
        .dictionary()
        .and_then(|field| field.entry(b"V"))
        .cloned();
    let Some(signature) = value
        .as_ref()
        .and_then(crate::pdf::Node::as_reference)
        .and_then(|id| fresh(comparison, id))
        .filter(|signature| signature.object.stream_start.is_none())
    else {
        return Ok(false);
    };
    let entry = |key: &[u8]| comparison.new.entry(&signature, key);
    let kind = entry(b"Type")?;
    let kind = kind.as_ref().and_then(|kind| kind.node.as_name());
    if entry(b"ByteRange")?.is_none() || entry(b"Contents")?.is_none() {
        return Ok(false);
    }
    let sub_filter = entry(b"SubFilter")?;
    let timestamp = sub_filter.as_ref().and_then(|form| form.node.as_name())
        == Some(b"ETSI.RFC3161".as_slice());
    let class = match (kind, timestamp) {
        (Some(b"DocTimeStamp") | None, true) => Modification::Ltv,
        (Some(b"Sig") | None, false) => Modification::Sign,
        (_, _) => return Ok(false),
    };
    let node = signature.node.clone();
    comparison.claim(signature.object.id.number);
    comparison.claim_fresh(&node);
    if class == Modification::Ltv {
        comparison
            .step
            .note(class, format!("a document timestamp was added in {name}"));
    } else {
        comparison.step.fields.push(name.to_owned());
        let mut change = Change::new(class, format!("a signature was added in {name}"));
        change.visibility = visibility(comparison, field)?;
        comparison.step.changes.push(change);
    }
    Ok(true)
}

/// A field shows where its rectangle, or that of one of its widgets, has an area.
fn visibility(comparison: &Comparison<'_>, field: &Located) -> Result<Visibility, ReadError> {
    let mut widgets = vec![field.clone()];
    if let Some(kids) = comparison.new.entry(field, b"Kids")? {
        widgets.extend(comparison.new.items(&kids)?);
    }
    for widget in widgets {
        let Some(rectangle) = comparison.new.entry(&widget, b"Rect")? else {
            continue;
        };
        let sides: Vec<f64> = rectangle
            .node
            .as_array()
            .unwrap_or_default()
            .iter()
            .filter_map(crate::pdf::Node::as_number)
            .collect();
        if let [left, bottom, right, top] = sides.as_slice()
            && (right - left).abs() > 0.0
            && (top - bottom).abs() > 0.0
        {
            return Ok(Visibility::OverPage);
        }
    }
    Ok(Visibility::NotShown)
}
