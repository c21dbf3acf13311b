//! The page that says what went wrong.

use askama::Template;

use crate::lang::Lang;
use crate::problem::ProblemView;

/// The page of a problem.
pub fn page(problem: &ProblemView, lang: Lang) -> String {
    Plain {
        lang: lang.tag(),
        problem,
    }
    .render()
    .unwrap_or_else(|_| problem.detail.clone())
}

#[derive(Template)]
#[template(path = "error/plain.html")]
struct Plain<'a> {
    lang: &'static str,
    problem: &'a ProblemView,
}
