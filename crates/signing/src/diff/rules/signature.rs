//! A signature dictionary that came with a later revision (ISO 32000-2 12.8.1).

use super::fresh;
use crate::{
    diff::{level::Modification, step::Comparison},
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
        comparison
            .step
            .note(class, format!("a signature was added in {name}"));
    }
    Ok(true)
}
