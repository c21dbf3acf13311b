//! What came after a signature, put into findings (ISO 32000-2 12.8.2).

use crate::diff::{Change, ChangeKind, Modification, Visibility};
use crate::validate::{
    facts::{Behind, Facts, SignatureFacts},
    finding::{Code, Finding},
};

pub(crate) fn check(file: &Facts, facts: &SignatureFacts) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(facts.later.changes.iter().map(finding));
    if let Some(rule) = &facts.later.forbidden_by {
        findings.push(Finding::failure(Code::ChangeNotPermitted, rule.clone()));
    }
    if let Ok(covered) = &facts.range
        && covered.behind == Behind::WhiteSpace
    {
        let count = file.length.saturating_sub(covered.end);
        let detail = format!("{count} bytes of white space follow the signed revision");
        findings.push(Finding::info(Code::TrailingWhiteSpace, detail));
    }
    if !facts.shared_with.is_empty() {
        let detail = format!(
            "the same signature also stands in {}",
            facts.shared_with.join(", ")
        );
        findings.push(Finding::warning(Code::SharedByFields, detail));
    }
    findings
}

/// A change under its own name. What no rule accounts for weighs as a failure; what shows, as something to look at.
fn finding(change: &Change) -> Finding {
    let code = Code::Change(change.kind);
    let detail = detail(change);
    match (change.class, change.visibility) {
        (Modification::Other, _) => Finding::failure(code, detail),
        (Modification::Annotate, _) | (_, Visibility::OverPage) => Finding::warning(code, detail),
        (_, Visibility::NotShown) if is_remarkable(change.kind) => Finding::warning(code, detail),
        (
            Modification::None | Modification::Ltv | Modification::FormFill | Modification::Sign,
            Visibility::NotShown,
        ) => Finding::info(code, detail),
    }
}

/// Permitted, without a place on a page, and still something a reader of the signed text would want to know.
const fn is_remarkable(kind: ChangeKind) -> bool {
    matches!(
        kind,
        ChangeKind::UnusedObjectAdded
            | ChangeKind::DescriptionReplaced
            | ChangeKind::FieldValueReplaced
            | ChangeKind::NeedAppearancesChanged
    )
}

fn detail(change: &Change) -> String {
    let mut detail = change.what.trim_end_matches('.').to_owned();
    let place = &change.place;
    let mut say = |what: String| {
        detail.push_str(", ");
        detail.push_str(&what);
    };
    if let Some(revision) = place.revision {
        say(format!("in revision {revision}"));
    }
    if let Some(page) = place.page {
        say(format!("on page {page}"));
    }
    if let (Visibility::OverPage, Some(rectangle)) = (change.visibility, place.rectangle) {
        let [left, bottom, right, top] = rectangle.0;
        say(format!("over the area {left} {bottom} {right} {top}"));
    }
    detail
}
