//! The receipt of a verification in the asker's words, for the institution's seal to be put on.

use std::sync::Arc;

use flow::time::{Timestamp, Zone};
use service::App;
use service::verification::receipt::{Language, LetterDate, Mark, Receipt, Row, Seal, Section};
use service::verification::{
    self, Examination, Headline, Kind, PublicLetter, Report, Sealer, attribute,
};

use crate::lang::Lang;
use crate::pages::parts::{Line, regency_zone};
use crate::problem::Problem;
use crate::public::verdict::{self, FindingView, VerdictView};
use crate::show;

/// Writes the receipt and has it sealed: the PDF.
///
/// # Errors
/// The problem to answer with: there is no authority yet, or too much to do.
pub(crate) async fn sealed(
    app: &Arc<App>,
    found: &Examination,
    lang: Lang,
) -> Result<Vec<u8>, Problem> {
    // Asked anew: a letter that was cancelled since must not look as if it stood.
    let known = match verification::known(app, found.sha256).await? {
        Some(letter) => verification::by_code(app, &letter.code).await?,
        None => None,
    };
    let office = service::office::current(app).await?;
    let writing = Writing {
        lang,
        zone: regency_zone(&office),
        now: app.now(),
        sealer: verification::sealer(app).await?,
    };
    let receipt = writing.receipt(found, known.as_ref());
    Ok(verification::seal_receipt(app, receipt).await?)
}

/// In whose words, and under whose name, it is written.
struct Writing {
    lang: Lang,
    zone: Zone,
    now: Timestamp,
    sealer: Sealer,
}

impl Writing {
    fn receipt(&self, found: &Examination, known: Option<&PublicLetter>) -> Receipt {
        let view = verdict::view(&found.report, known, self.lang, self.zone);
        let mut lines = view.lines.iter();
        let meaning = lines.next().map(|line| line.value.clone());
        let mut warnings = view.reasons.clone();
        let cancelled = view
            .known
            .as_ref()
            .and_then(|known| known.cancelled.clone());
        warnings.extend(cancelled);
        let mut sections = vec![self.file(found)];
        let answers = rows(lines);
        if !answers.is_empty() {
            sections.push(section(self.t("hasil-jawaban"), answers));
        }
        sections.extend(known.map(|letter| self.register(letter)));
        sections.extend(self.changes(&view));
        sections.extend(self.signatures(&view, &found.report));
        sections.extend(self.findings(&view, &found.report));
        sections.push(self.basis(found));
        let today = self.now.date_in(self.zone);
        Receipt {
            language: match self.lang {
                Lang::Id => Language::Id,
                Lang::En => Language::En,
            },
            issuer: self.sealer.organisation.clone(),
            title: self.t("tanda-terima-judul"),
            mark: mark(found.report.headline),
            headline: view.headline,
            meaning: meaning.unwrap_or_default(),
            warnings,
            sections,
            notes: vec![
                self.t("tanda-terima-arti"),
                self.t("tanda-terima-tidak-disimpan"),
            ],
            sha256: found.sha256.to_string(),
            seal: Seal {
                heading: self.t("tanda-terima-disegel"),
                name: self.sealer.seal.clone(),
                lines: vec![self.t("tanda-terima-periksa")],
                url: self.sealer.address.clone(),
            },
            date: LetterDate {
                year: today.year(),
                month: today.month(),
                day: today.day(),
            },
            ident: format!("{} {}", found.sha256, self.now),
        }
    }

    fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    fn row(&self, key: &str, value: impl Into<String>) -> Row {
        Row {
            label: self.t(key),
            value: value.into(),
        }
    }

    fn file(&self, found: &Examination) -> Section {
        let unnamed = || self.t("tanda-terima-tanpa-nama");
        let at = Timestamp::from_seconds(found.report.judged_at.unix());
        let clock = [
            ("at", show::instant(at, self.zone)),
            ("host", self.sealer.host.clone()),
        ];
        let clock = clock
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        section(
            self.t("tanda-terima-berkas"),
            vec![
                self.row(
                    "tanda-terima-nama",
                    found.name.clone().unwrap_or_else(unnamed),
                ),
                self.row("tanda-terima-ukuran", self.size(found.size)),
                self.row("tanda-terima-sidik", found.sha256.to_string()),
                self.row(
                    "tanda-terima-waktu",
                    self.lang.text_with("tanda-terima-menurut-jam", &clock),
                ),
            ],
        )
    }

    fn size(&self, bytes: u64) -> String {
        self.lang.text_with(
            "tanda-terima-byte",
            &[("count", &grouped(bytes, self.lang))],
        )
    }

    /// What the register knows of a letter that is this file, byte for byte, as far as everybody may know it.
    fn register(&self, letter: &PublicLetter) -> Section {
        let mut rows = vec![self.row("surat-nomor", letter.nomor.clone())];
        let date = letter.date.map(|date| show::date(date, self.lang));
        rows.extend(date.map(|date| self.row("surat-tanggal", date)));
        rows.extend(letter.hal.clone().map(|hal| self.row("surat-hal", hal)));
        rows.push(self.row("surat-instansi", letter.opd_name.clone()));
        for signer in letter.signers.iter().take(MOST_SIGNERS) {
            let title = match signer.capacity {
                Some(capacity) => format!("{} {}", capacity.word(), signer.title),
                None => signer.title.clone(),
            };
            let title = match &signer.sk {
                Some(sk) => format!("{title} (SK {sk})"),
                None => title,
            };
            rows.push(self.row("surat-penanda-tangan", format!("{}, {title}", signer.name)));
        }
        section(self.t("surat-judul"), rows)
    }

    fn changes(&self, view: &VerdictView) -> Option<Section> {
        let told = |change: &verdict::ChangeView| {
            let permitted = if change.permitted {
                "hasil-diizinkan"
            } else {
                "hasil-tidak-diizinkan"
            };
            format!("{} {}: {}", self.t(permitted), change.kind, change.text)
        };
        let items = self.bounded(view.changes.iter().map(told).collect(), view.changes.len());
        (!items.is_empty()).then(|| Section {
            items,
            ..section(self.t("hasil-perubahan"), Vec::new())
        })
    }

    fn signatures(&self, view: &VerdictView, report: &Report) -> Vec<Section> {
        let mut sections: Vec<Section> = view
            .signatures
            .iter()
            .zip(&report.signatures)
            .take(MOST_SIGNATURES)
            .map(|(shown, one)| {
                let mut rows = rows(shown.lines.iter());
                if one.kind == Kind::Signature {
                    let position = one.signer.as_deref().and_then(position);
                    let position = position.unwrap_or_else(|| self.t("hasil-tidak-ada"));
                    // Behind the name, as people are called.
                    rows.insert(
                        1.min(rows.len()),
                        self.row("tanda-terima-jabatan", position),
                    );
                }
                let proven = one.proven_time().and(one.time_authority.clone());
                let proven = proven.unwrap_or_else(|| self.t("tanda-terima-tidak-dibuktikan"));
                rows.push(self.row("tanda-terima-bukti-waktu", proven));
                Section {
                    items: self.sentences(&shown.findings, one.findings.len()),
                    ..section(format!("{}: {}", shown.title, shown.headline), rows)
                }
            })
            .collect();
        let left = report.signatures.len().saturating_sub(sections.len());
        if let (Some(last), true) = (sections.last_mut(), left > 0) {
            last.items.push(self.others(left));
        }
        sections
    }

    fn findings(&self, view: &VerdictView, report: &Report) -> Option<Section> {
        let items = self.sentences(&view.findings, report.findings.len());
        (!items.is_empty()).then(|| Section {
            items,
            ..section(self.t("hasil-temuan-berkas"), Vec::new())
        })
    }

    fn sentences(&self, findings: &[FindingView], all: usize) -> Vec<String> {
        let said = |one: &FindingView| format!("{} {} ({})", one.severity_word, one.text, one.code);
        let mut each: Vec<String> = Vec::new();
        for text in findings.iter().map(said) {
            if !each.contains(&text) {
                each.push(text);
            }
        }
        // Those that say the same as another are not missing.
        let repeated = findings.len() - each.len();
        self.bounded(each, all.saturating_sub(repeated))
    }

    /// By what it was judged.
    fn basis(&self, found: &Examination) -> Section {
        let basis = &found.basis;
        let version = [("version", basis.version.as_str())];
        Section {
            items: self.bounded(basis.anchors.clone(), basis.anchors.len()),
            ..section(
                self.t("tanda-terima-dasar"),
                vec![
                    self.row(
                        "tanda-terima-kebijakan",
                        self.lang.text_with("tanda-terima-kebijakan-isi", &version),
                    ),
                    self.row(
                        "tanda-terima-jangkar",
                        self.lang.text_with(
                            "tanda-terima-jangkar-isi",
                            &[("count", &basis.anchors.len().to_string())],
                        ),
                    ),
                ],
            )
        }
    }

    /// As many as a receipt holds; that there are more is said.
    fn bounded(&self, mut items: Vec<String>, all: usize) -> Vec<String> {
        items.truncate(MOST_ITEMS);
        let left = all.saturating_sub(items.len());
        if left > 0 {
            items.push(self.others(left));
        }
        items
    }

    fn others(&self, left: usize) -> String {
        self.lang
            .text_with("tanda-terima-lainnya", &[("count", &left.to_string())])
    }
}

fn section(heading: String, rows: Vec<Row>) -> Section {
    Section {
        heading,
        rows,
        items: Vec::new(),
    }
}

fn rows<'l>(lines: impl Iterator<Item = &'l Line>) -> Vec<Row> {
    lines
        .map(|line| Row {
            label: line.label.clone(),
            value: line.value.clone(),
        })
        .collect()
}

const fn mark(headline: Headline) -> Mark {
    match headline {
        Headline::Intact => Mark::Intact,
        Headline::Changed => Mark::Changed,
        Headline::Invalid => Mark::Invalid,
        Headline::Untrusted => Mark::Untrusted,
        Headline::Unsigned => Mark::Unsigned,
        Headline::Unreadable => Mark::Unreadable,
    }
}

/// The position and unit in a distinguished name as the report writes it, where the certificate states them.
fn position(name: &str) -> Option<String> {
    let found: Vec<String> = [attribute(name, &["T", "title"]), attribute(name, &["OU"])]
        .into_iter()
        .flatten()
        .collect();
    (!found.is_empty()).then(|| found.join(", "))
}

/// A number in groups of three digits, as the language writes them.
fn grouped(number: u64, lang: Lang) -> String {
    let digits = number.to_string();
    let between = match lang {
        Lang::Id => '.',
        Lang::En => ',',
    };
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(between);
        }
        out.push(digit);
    }
    out
}

/// Pages enough; the whole report is had as JSON.
const MOST_SIGNATURES: usize = 20;
const MOST_SIGNERS: usize = 10;
const MOST_ITEMS: usize = 30;

#[cfg(test)]
mod tests {
    use service::verification::Basis;

    use super::*;

    fn writing(lang: Lang) -> Writing {
        Writing {
            lang,
            zone: Zone::Wib,
            now: Timestamp::from_seconds(1_795_503_900),
            sealer: Sealer {
                organisation: "Pemerintah Kabupaten Contohrejo".to_owned(),
                seal: "Segel Elektronik Pemerintah Kabupaten Contohrejo".to_owned(),
                address: "https://tte.contohrejo.example/verifikasi".to_owned(),
                host: "tte.contohrejo.example".to_owned(),
            },
        }
    }

    fn found(signatures: usize, findings: usize) -> Examination {
        let finding =
            |code: &str| serde_json::json!({ "code": code, "severity": "failure", "detail": "" });
        let codes = [
            "path_not_found",
            "path_not_found",
            "time_claimed",
            "revocation_unknown",
        ];
        let signature = serde_json::json!({
            "field": "Tanda", "kind": "signature",
            "indication": "INDETERMINATE", "sub_indication": "NO_CERTIFICATE_CHAIN_FOUND",
            "digest_ok": true, "signature_ok": true, "covers_whole_file": true,
            "modification": "none", "modification_permitted": true, "level": "PAdES-B-B",
            "signer": "C=ID, O=Instansi Lain, CN=Karangan Kedua, title=Kepala, OU=DINAS",
            "claimed_time": null, "best_time": null, "findings": codes[..findings].iter().map(|code| finding(code)).collect::<Vec<_>>(),
            "issuer": "CN=Penerbit", "revocation": "not_checked", "anchor": null,
            "algorithm": "ECDSA", "certifies": null, "changes": [],
        });
        let report = serde_json::json!({
            "headline": "untrusted", "signatures": vec![signature; signatures],
            "findings": [], "judged_at": "2026-11-24T07:05:00Z",
        });
        Examination {
            name: Some("surat.pdf".to_owned()),
            size: 1_234_567,
            sha256: flow::digest::Sha256::of(b"surat"),
            report: serde_json::from_value(report).unwrap(),
            basis: Basis {
                anchors: vec!["CN=CA Induk".to_owned()],
                version: "9.9.9".to_owned(),
            },
        }
    }

    /// Everything a receipt says, one text a line.
    fn said(receipt: &Receipt) -> String {
        let mut all = vec![receipt.headline.clone(), receipt.meaning.clone()];
        all.extend(receipt.warnings.clone());
        for section in &receipt.sections {
            all.push(section.heading.clone());
            all.extend(
                section
                    .rows
                    .iter()
                    .map(|row| format!("{}: {}", row.label, row.value)),
            );
            all.extend(section.items.clone());
        }
        all.extend(receipt.notes.clone());
        all.join("\n")
    }

    #[test]
    fn a_receipt_says_what_was_found_of_which_file_when_and_by_whose_clock() {
        let receipt = writing(Lang::Id).receipt(&found(1, 1), None);
        let text = said(&receipt);
        for expected in [
            "Tidak dapat dipastikan",
            "Nama menurut pengirim: surat.pdf",
            "Ukuran: 1.234.567 byte",
            &format!("SHA-256: {}", flow::digest::Sha256::of(b"surat")),
            "24 November 2026, 14.05 WIB, menurut jam tte.contohrejo.example",
            "Jabatan atau unit menurut sertifikat: Kepala, DINAS",
            "Kesimpulan: INDETERMINATE / NO_CERTIFICATE_CHAIN_FOUND",
            "Tingkat: PAdES-B-B",
            "path_not_found",
            "CN=CA Induk",
            "Pena 9.9.9",
            "tidak menilai isi berkas",
        ] {
            assert!(text.contains(expected), "{expected:?} is missing:\n{text}");
        }
        assert_eq!(receipt.mark, Mark::Untrusted);
        let english = said(&writing(Lang::En).receipt(&found(1, 1), None));
        assert!(english.contains("Size: 1,234,567 bytes"), "{english}");
        assert!(
            !english.contains("tanda-terima-"),
            "a message is missing: {english}"
        );
    }

    #[test]
    fn what_does_not_fit_is_counted_and_said() {
        let receipt = writing(Lang::Id).receipt(&found(45, 4), None);
        assert!(receipt.sections.len() <= 40, "{}", receipt.sections.len());
        for section in &receipt.sections {
            assert!(section.rows.len() <= 40 && section.items.len() <= 40);
        }
        let text = said(&receipt);
        assert!(text.contains("dan 25 lainnya"), "{text}");
        assert_eq!(text.matches("path_not_found").count(), 20, "{text}");
        let many = (0..90).map(|number| number.to_string()).collect();
        let bounded = writing(Lang::Id).bounded(many, 200);
        assert_eq!(bounded.len(), 31);
        assert!(bounded[30].starts_with("dan 170 lainnya"), "{bounded:?}");
    }

    #[test]
    fn positions_are_read_from_names_that_state_them() {
        assert_eq!(position("C=ID, CN=Nama"), None);
        assert_eq!(position("CN=Nama, OU=DINAS"), Some("DINAS".to_owned()));
        assert_eq!(
            position("CN=Nama, OU=DINAS, T=Camat"),
            Some("Camat, DINAS".to_owned())
        );
    }

    #[test]
    fn long_numbers_stand_in_groups() {
        assert_eq!(grouped(0, Lang::Id), "0");
        assert_eq!(grouped(999, Lang::Id), "999");
        assert_eq!(grouped(1_000, Lang::Id), "1.000");
        assert_eq!(grouped(52_428_800, Lang::En), "52,428,800");
    }
}
