//! What came after a signature, put into findings (ISO 32000-2 12.8.2).

use crate::diff::Visibility;
use crate::validate::{
    facts::{Behind, Facts, SignatureFacts},
    finding::{Code, Finding},
};

pub(crate) fn check(file: &Facts, facts: &SignatureFacts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for change in &facts.later.changes {
        findings.push(match change.visibility {
            Visibility::NotShown => Finding::info(Code::ChangedLater, change.what.clone()),
            Visibility::OverPage => {
                let detail = format!("{}, with a visible place on a page", change.what);
                Finding::warning(Code::LaterVisibleSignature, detail)
            }
        });
    }
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
