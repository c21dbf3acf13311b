//! `/verifikasi`: give a file, learn what it is worth. The file is judged and dropped.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::time::Zone;
use http::StatusCode;
use service::verification::{self, Examination, Particulars, Pictures, PublicLetter, Report};

use super::MOST_FILE;
use super::pictures::{self, PicturesView};
use super::verdict::{self, DocumentsView, VerdictView};
use crate::pages::layout::Frame;
use crate::pages::parts::regency_zone;
use crate::pages::render;
use crate::problem::Problem;
use crate::state::ApiState;
use crate::upload::{UploadForm, Uploaded};

/// The page with the drop area.
pub(super) async fn page(frame: Frame, State(state): State<ApiState>) -> Response {
    form(frame, &state, None)
}

/// Judges the file that was sent.
pub(super) async fn check(
    frame: Frame,
    State(state): State<ApiState>,
    upload: UploadForm<MOST_FILE>,
) -> Response {
    let Some(file) = upload.file else {
        let problem = frame.t("verifikasi-tanpa-berkas");
        return form(frame, &state, Some(problem));
    };
    match judged(&state, file, upload.name).await {
        Ok(judged) => result(frame, &judged),
        Err(problem) => problem.into_response(),
    }
}

/// What the engine says of a file, and the register of the letter it is.
struct Judged {
    report: Report,
    particulars: Vec<Particulars>,
    pictures: Pictures,
    /// What the page carries for whoever wants a receipt, where it is not too much.
    receipt: Option<String>,
    known: Option<PublicLetter>,
    zone: Zone,
}

async fn judged(state: &ApiState, file: Uploaded, name: Option<String>) -> Result<Judged, Problem> {
    let source = super::source(file)?;
    let (mut verdict, pictures) = verification::examine_and_show(&state.app, source).await?;
    let known = match &verdict.known {
        Some(letter) => verification::by_code(&state.app, &letter.code).await?,
        None => None,
    };
    let office = service::office::current(&state.app).await?;
    let particulars = std::mem::take(&mut verdict.particulars);
    let examination = Examination::new(verdict, name);
    Ok(Judged {
        particulars,
        pictures,
        receipt: examination.carried(&state.app),
        report: examination.report,
        known,
        zone: regency_zone(&office),
    })
}

#[derive(Template)]
#[template(path = "public/verify.html")]
struct VerifyPage {
    page: Frame,
    official: String,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "public/verdict.html")]
struct ResultPage {
    page: Frame,
    result: VerdictView,
    documents: DocumentsView,
    pictures: PicturesView,
    receipt: Option<String>,
}

fn form(frame: Frame, state: &ApiState, problem: Option<String>) -> Response {
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    render(
        status,
        &VerifyPage {
            page: frame,
            official: state.settings.address("/verifikasi"),
            problem,
        },
    )
}

fn result(frame: Frame, judged: &Judged) -> Response {
    let known = judged.known.as_ref();
    let result = verdict::view(&judged.report, known, frame.lang, judged.zone);
    render(
        StatusCode::OK,
        &ResultPage {
            documents: verdict::documents(&judged.report, &judged.particulars),
            pictures: pictures::view(&judged.pictures, frame.lang),
            page: frame,
            result,
            receipt: judged.receipt.clone(),
        },
    )
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use service::verification::{ChangedPage, PageImage, Report};

    use super::*;
    use crate::lang::Lang;

    fn page(json: &serde_json::Value) -> String {
        page_with(json, &Pictures::NotWanted)
    }

    fn page_with(json: &serde_json::Value, pictures: &Pictures) -> String {
        let report: Report = serde_json::from_value(json.clone()).unwrap();
        ResultPage {
            page: Frame::plain(Lang::Id),
            result: verdict::view(&report, None, Lang::Id, Zone::Wib),
            documents: verdict::documents(&report, &[]),
            pictures: pictures::view(pictures, Lang::Id),
            receipt: Some("laporan\"><b>.tanda".to_owned()),
        }
        .render()
        .unwrap()
    }

    fn report(headline: &str) -> serde_json::Value {
        serde_json::json!({
            "headline": headline, "signatures": [], "findings": [], "judged_at": "2026-11-24T07:05:00Z",
        })
    }

    #[test]
    fn every_headline_has_its_words_its_meaning_and_its_own_icon() {
        let mut icons = std::collections::BTreeSet::new();
        for word in [
            "intact",
            "changed",
            "invalid",
            "untrusted",
            "unsigned",
            "unreadable",
        ] {
            let page = page(&report(word));
            assert!(page.contains(&format!("verdict-{word}")), "{word}");
            assert!(page.contains("24 November 2026, 14.05 WIB"), "{word}");
            assert!(!page.contains("hasil-arti"), "{word}: a message is missing");
            assert!(!page.contains("laporan\"><b>"), "{word}: markup is carried");
            assert!(
                page.contains("action=\"/verifikasi/tanda-terima\""),
                "{word}"
            );
            let icon = page.split("<svg class=\"verdict-icon\"").nth(1).unwrap();
            icons.insert(icon.split("</svg>").next().unwrap().to_owned());
        }
        assert_eq!(icons.len(), 6, "an icon stands for two headlines");
    }

    #[test]
    fn what_a_file_says_of_itself_is_text_and_no_markup() {
        let evil = "CN=<script>alert(1)</script>";
        let mut json = report("untrusted");
        json["signatures"] = serde_json::json!([{
            "field": "\"><img src=x onerror=alert(1)>", "kind": "signature",
            "indication": "INDETERMINATE", "sub_indication": "NO_CERTIFICATE_CHAIN_FOUND",
            "digest_ok": true, "signature_ok": true, "covers_whole_file": true,
            "modification": "none", "modification_permitted": true, "level": "PAdES-B-B",
            "signer": evil, "claimed_time": null, "best_time": null, "findings": [],
            "issuer": evil, "revocation": "not_checked", "anchor": null, "algorithm": evil,
            "certifies": null, "changes": [],
        }]);
        let page = page(&json);
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"));
        assert!(page.contains("alert(1)"), "it is shown");
    }

    #[test]
    fn the_report_is_had_in_both_forms_from_the_page_itself() {
        let page = page(&report("unsigned"));
        for (kind, beginning) in [
            (
                "data:application/json;base64,",
                "{\n  \"headline\": \"unsigned\"",
            ),
            (
                "data:application/xml;base64,",
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<vr:ValidationReport",
            ),
        ] {
            let (_, rest) = page.split_once(kind).unwrap();
            let carried = STANDARD.decode(rest.split('"').next().unwrap()).unwrap();
            let carried = String::from_utf8(carried).unwrap();
            assert!(carried.starts_with(beginning), "{carried}");
        }
    }

    #[test]
    fn a_changed_page_stands_beside_what_it_was_and_both_are_told_in_words() {
        let image = |png: &[u8]| PageImage {
            png: png.to_vec(),
            width: 640,
            height: 905,
            pages: 3,
        };
        let made = |changed| page_with(&report("changed"), &Pictures::Made(changed));
        let page = made(vec![ChangedPage {
            page: 1,
            before: image(b"dulu"),
            after: image(b"kini"),
        }]);
        for part in [
            "Halaman 2",
            &format!("src=\"data:image/png;base64,{}\"", STANDARD.encode("dulu")),
            &format!("src=\"data:image/png;base64,{}\"", STANDARD.encode("kini")),
            "alt=\"Halaman 2 sekarang",
            "width=\"640\" height=\"905\"",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        let none = [
            Pictures::NotWanted,
            Pictures::NotMade,
            Pictures::Made(Vec::new()),
        ];
        let remarks = none.map(|pictures| {
            let page = page_with(&report("changed"), &pictures);
            assert!(!page.contains("<img"), "{page}");
            page.contains("Gambar sebelum dan sesudah tidak dapat dibuat")
                .then_some(1)
                .or_else(|| page.contains("tampak sama").then_some(2))
        });
        assert_eq!(remarks, [None, Some(1), Some(2)]);
    }
}
