//! The page that says what went wrong, why, and what to do now.

use askama::Template;

use super::layout::Frame;
use crate::problem::ProblemView;

/// The page of a problem, with the ways out that whoever asked has.
pub fn page(problem: &ProblemView, frame: Frame) -> String {
    let next = match problem.status {
        409 | 412 => Some(frame.t("salah-keadaan-kini")),
        500 | 503 => Some(frame.t("salah-tidak-dilakukan")),
        _ => None,
    };
    let view = ErrorPage {
        status: problem.status,
        heading: &problem.title,
        detail: &problem.detail,
        next,
        trace: (problem.status >= 500).then_some(problem.trace_id.as_str()),
        reload: matches!(problem.status, 409 | 412 | 429 | 503),
        page: frame,
    };
    view.render().unwrap_or_else(|_| problem.detail.clone())
}

#[derive(Template)]
#[template(path = "error/page.html")]
struct ErrorPage<'a> {
    page: Frame,
    status: u16,
    heading: &'a str,
    detail: &'a str,
    next: Option<String>,
    trace: Option<&'a str>,
    reload: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::problem::Problem;
    use crate::problem::ProblemKind;
    use crate::settings::ApiSettings;

    #[test]
    fn every_kind_of_problem_has_a_page_in_both_languages() {
        let settings = ApiSettings::loopback("http://127.0.0.1:8080");
        for kind in ProblemKind::ALL {
            for lang in [Lang::Id, Lang::En] {
                let view = Problem::new(kind).view(&settings, lang, "jejak");
                let page = page(&view, Frame::plain(lang));
                assert!(page.contains("<h1>"), "{kind:?}");
                assert!(page.contains(&format!("lang=\"{}\"", lang.tag())));
                assert_eq!(page.contains("jejak"), view.status >= 500, "{kind:?}");
            }
        }
    }

    #[test]
    fn what_an_error_says_is_text_and_no_markup() {
        let settings = ApiSettings::loopback("http://127.0.0.1:8080");
        let mut view = Problem::not_found().view(&settings, Lang::Id, "");
        view.detail = "<script>alert(1)</script>".to_owned();
        assert!(!page(&view, Frame::plain(Lang::Id)).contains("<script>alert"));
    }
}
