//! `/verifikasi`: give a file, learn what it is worth. The file is judged and dropped.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::time::Zone;
use http::StatusCode;
use service::verification::{self, PublicLetter, Report};

use super::MOST_FILE;
use super::verdict::{self, VerdictView};
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
    match judged(&state, file).await {
        Ok(judged) => result(frame, &judged),
        Err(problem) => problem.into_response(),
    }
}

/// What the engine says of a file, and the register of the letter it is.
struct Judged {
    report: Report,
    known: Option<PublicLetter>,
    zone: Zone,
}

async fn judged(state: &ApiState, file: Uploaded) -> Result<Judged, Problem> {
    let verdict = verification::examine(&state.app, super::source(file)?).await?;
    let known = match &verdict.known {
        Some(letter) => verification::by_code(&state.app, &letter.code).await?,
        None => None,
    };
    let office = service::office::current(&state.app).await?;
    Ok(Judged {
        report: verdict.report,
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
            page: frame,
            result,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    fn page(json: &serde_json::Value) -> String {
        let report: Report = serde_json::from_value(json.clone()).unwrap();
        let result = verdict::view(&report, None, Lang::Id, Zone::Wib);
        ResultPage {
            page: Frame::plain(Lang::Id),
            result,
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
}
