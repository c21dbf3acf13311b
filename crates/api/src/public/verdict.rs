//! A validation report in words for people: the five plain lines first, everything behind.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flow::time::{Timestamp, Zone};
use service::verification::{
    Code, Finding, Headline, Kind, Language, Particulars, PublicLetter, PublicState, Report,
    Severity, SignatureReport, attribute,
};

use crate::lang::Lang;
use crate::pages::parts::Line;
use crate::show;

/// What the page of a result shows.
pub(crate) struct VerdictView {
    pub(crate) word: &'static str,
    pub(crate) headline: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) reasons: Vec<String>,
    pub(crate) advice: Vec<String>,
    pub(crate) known: Option<Known>,
    pub(crate) changes: Vec<ChangeView>,
    pub(crate) signatures: Vec<SignatureView>,
    pub(crate) findings: Vec<FindingView>,
    pub(crate) judged: String,
}

/// The report in base64, where it is small enough to be carried inside the page.
pub(crate) struct DocumentsView {
    /// As JSON.
    pub(crate) json: Option<String>,
    /// As ETSI TS 119 102-2 lays down.
    pub(crate) xml: Option<String>,
}

/// The letter of the register that has exactly these bytes.
pub(crate) struct Known {
    pub(crate) code: String,
    pub(crate) label: String,
    /// What is to be known of a letter that is void.
    pub(crate) cancelled: Option<String>,
}

/// One later change.
pub(crate) struct ChangeView {
    pub(crate) permitted: bool,
    pub(crate) kind: String,
    pub(crate) text: String,
}

/// One signature, folded.
pub(crate) struct SignatureView {
    pub(crate) title: String,
    pub(crate) headline: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) findings: Vec<FindingView>,
}

/// One finding.
pub(crate) struct FindingView {
    pub(crate) severity: &'static str,
    pub(crate) severity_word: String,
    pub(crate) text: String,
    pub(crate) code: String,
}

/// Puts a verdict into words.
pub(crate) fn view(
    report: &Report,
    known: Option<&PublicLetter>,
    lang: Lang,
    zone: Zone,
) -> VerdictView {
    let word = word(report.headline);
    let [_, plain @ ..] = report.lines_with(language(lang), &|at| instant(at.unix(), zone));
    let mut lines = vec![Line::new(
        lang.text("hasil-arti"),
        lang.text(&format!("hasil-arti-{word}")),
    )];
    lines.extend(plain.into_iter().filter_map(|line| {
        let (label, value) = line.split_once(": ")?;
        Some(Line::new(label.to_owned(), with_plain_names(report, value)))
    }));
    if report.signatures.is_empty() {
        lines.truncate(1);
    }
    VerdictView {
        word,
        headline: report.headline.words(language(lang)).to_owned(),
        lines,
        reasons: reasons(report, lang),
        advice: advice(report, lang),
        known: known.map(|letter| self::known(letter, lang)),
        changes: changes(report, lang),
        signatures: signatures(report, lang, zone),
        findings: findings(&report.findings, lang),
        judged: lang.text_with(
            "hasil-dinilai",
            &[("at", &instant(report.judged_at.unix(), zone))],
        ),
    }
}

/// The report in forms that programs read, for the page to carry.
pub(crate) fn documents(report: &Report, particulars: &[Particulars]) -> DocumentsView {
    DocumentsView {
        json: serde_json::to_vec_pretty(report).ok().and_then(carried),
        xml: carried(report.to_xml(particulars).into_bytes()),
    }
}

/// The stable word of a headline.
pub(crate) const fn word(headline: Headline) -> &'static str {
    match headline {
        Headline::Intact => "intact",
        Headline::Changed => "changed",
        Headline::Invalid => "invalid",
        Headline::Untrusted => "untrusted",
        Headline::Unsigned => "unsigned",
        Headline::Unreadable => "unreadable",
    }
}

/// The language of the engine's sentences.
pub(crate) const fn language(lang: Lang) -> Language {
    match lang {
        Lang::Id => Language::Id,
        Lang::En => Language::En,
    }
}

/// A report of more bytes than this is had through the command line or the API.
const MOST_CARRIED: usize = 48 * 1024;
const MOST_SIGNATURES: usize = 50;
const MOST_CHANGES: usize = 100;

fn instant(seconds: i64, zone: Zone) -> String {
    show::instant(
        Timestamp::from_micros(seconds.saturating_mul(1_000_000)),
        zone,
    )
}

/// Calls people and authorities by their common names; the whole names stand in the details.
fn with_plain_names(report: &Report, line: &str) -> String {
    let names = report
        .signatures
        .iter()
        .flat_map(|one| [&one.signer, &one.issuer, &one.anchor, &one.time_authority])
        .flatten();
    let mut text = line.to_owned();
    for name in names {
        if let Some(common) = common_name(name) {
            text = text.replace(name.as_str(), &common);
        }
    }
    text
}

/// The common name in a distinguished name as the report writes it (RFC 4514, most general first).
fn common_name(name: &str) -> Option<String> {
    attribute(name, &["CN"])
}

/// What weighs against the file, each once.
fn reasons(report: &Report, lang: Lang) -> Vec<String> {
    if report.headline == Headline::Intact {
        return Vec::new();
    }
    let of_signatures = report.signatures.iter().flat_map(|one| &one.findings);
    let mut reasons: Vec<String> = Vec::new();
    for finding in report.findings.iter().chain(of_signatures) {
        let text = sentence(finding, lang);
        if finding.severity == Severity::Failure && !reasons.contains(&text) {
            reasons.push(text);
        }
    }
    reasons.truncate(5);
    reasons
}

fn advice(report: &Report, lang: Lang) -> Vec<String> {
    let issuer = report
        .signatures
        .iter()
        .find(|one| one.headline() == Headline::Untrusted)
        .and_then(|one| one.issuer.as_deref())
        .unwrap_or("?");
    match report.headline {
        Headline::Intact => Vec::new(),
        Headline::Untrusted => {
            vec![lang.text_with("hasil-saran-untrusted", &[("issuer", issuer)])]
        }
        Headline::Changed | Headline::Invalid | Headline::Unsigned | Headline::Unreadable => {
            vec![lang.text(&format!("hasil-saran-{}", word(report.headline)))]
        }
    }
}

/// The letter's name, as far as everybody may know it.
fn known(letter: &PublicLetter, lang: Lang) -> Known {
    Known {
        code: letter.code.clone(),
        label: match &letter.hal {
            Some(hal) => format!("{}, {hal}", letter.nomor),
            None => letter.nomor.clone(),
        },
        cancelled: match letter.state {
            PublicState::Cancelled => Some(lang.text("surat-batal")),
            PublicState::Valid | PublicState::PartlySigned => None,
        },
    }
}

fn changes(report: &Report, lang: Lang) -> Vec<ChangeView> {
    let mut changes: Vec<ChangeView> = Vec::new();
    for signature in &report.signatures {
        for change in &signature.changes {
            let text = match language(lang) {
                Language::Id => change.apa.clone(),
                Language::En => change.what.clone(),
            };
            if changes.iter().any(|known| known.text == text) {
                continue;
            }
            changes.push(ChangeView {
                permitted: signature.modification_permitted,
                kind: lang.text(&format!("hasil-ubah-{}", stored_word(&change.class))),
                text,
            });
        }
    }
    changes.truncate(MOST_CHANGES);
    changes
}

fn signatures(report: &Report, lang: Lang, zone: Zone) -> Vec<SignatureView> {
    report
        .signatures
        .iter()
        .take(MOST_SIGNATURES)
        .enumerate()
        .map(|(place, one)| signature(one, place + 1, lang, zone))
        .collect()
}

fn signature(one: &SignatureReport, number: usize, lang: Lang, zone: Zone) -> SignatureView {
    let title = match one.kind {
        Kind::Signature => "hasil-tanda-tangan",
        Kind::DocumentTimestamp => "hasil-cap-waktu",
    };
    let none = || lang.text("hasil-tidak-ada");
    let text = |value: &Option<String>| value.clone().unwrap_or_else(none);
    let line = |key: &str, value: String| Line::new(lang.text(key), value);
    let time = one
        .proven_time()
        .or(one.claimed_time)
        .map_or_else(none, |at| instant(at.unix(), zone));
    SignatureView {
        title: lang.text_with(title, &[("number", &number.to_string())]),
        headline: one.headline().words(language(lang)).to_owned(),
        lines: vec![
            line("hasil-penanda-tangan", text(&one.signer)),
            line("hasil-penerbit", text(&one.issuer)),
            line("hasil-akar", text(&one.anchor)),
            line("hasil-waktu", time),
            line("hasil-isi", checked("hasil-isi", one.digest_ok, lang)),
            line(
                "hasil-nilai",
                checked("hasil-nilai", one.signature_ok, lang),
            ),
            line("hasil-kesimpulan", conclusion(one)),
            line(
                "hasil-tingkat",
                one.level.map_or_else(none, |level| stored_word(&level)),
            ),
            line("hasil-algoritma", text(&one.algorithm)),
            line("hasil-bidang", one.field.clone()),
        ],
        findings: findings(&one.findings, lang),
    }
}

fn checked(key: &str, ok: Option<bool>, lang: Lang) -> String {
    match ok {
        Some(true) => lang.text(&format!("{key}-cocok")),
        Some(false) => lang.text(&format!("{key}-tidak-cocok")),
        None => lang.text("hasil-tidak-dihitung"),
    }
}

/// The conclusion in the words of EN 319 102-1.
fn conclusion(one: &SignatureReport) -> String {
    let value = serde_json::to_value(one.verdict).unwrap_or_default();
    let part = |name: &str| value.get(name).and_then(|word| word.as_str());
    match (part("indication"), part("sub_indication")) {
        (Some(indication), Some(sub)) => format!("{indication} / {sub}"),
        (Some(indication), None) => indication.to_owned(),
        (None, _) => String::new(),
    }
}

fn findings(findings: &[Finding], lang: Lang) -> Vec<FindingView> {
    findings
        .iter()
        .take(MOST_CHANGES)
        .map(|finding| {
            let severity = match finding.severity {
                Severity::Failure => "failure",
                Severity::Warning => "warning",
                Severity::Info => "info",
            };
            FindingView {
                severity,
                severity_word: lang.text(&format!("hasil-berat-{severity}")),
                text: sentence(finding, lang),
                code: stored_word(&finding.code),
            }
        })
        .collect()
}

fn sentence(finding: &Finding, lang: Lang) -> String {
    if let Code::Change(kind) = finding.code {
        return lang.text(&format!("hasil-ubah-{}", stored_word(&kind.class())));
    }
    let key = format!("temuan-{}", stored_word(&finding.code));
    let text = lang.text(&key);
    // A key without a text is shown as itself: a finding of a newer engine.
    if text == key {
        lang.text("temuan-lain")
    } else {
        text
    }
}

/// The word an enum of the report is written with.
fn stored_word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}

/// In base64, where it is small enough to be carried inside the page.
fn carried(document: Vec<u8>) -> Option<String> {
    (document.len() <= MOST_CARRIED).then(|| STANDARD.encode(document))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_called_by_their_common_names() {
        let name = "C=ID, O=Pemerintah Kabupaten Contohrejo, CN=Karangan Kedua, OU=DINAS";
        assert_eq!(common_name(name).as_deref(), Some("Karangan Kedua"));
        assert_eq!(common_name("O=Tanpa Nama"), None);
        assert_eq!(common_name("CN="), None);
    }
}
