//! What surrounds every page.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use service::identity::{Role, Subject};

use super::parts::Tab;
use crate::form::FormToken;
use crate::lang::Lang;
use crate::session::MaybePerson;
use crate::state::ApiState;

/// What surrounds a page: its language, its place, and whoever reads it.
#[derive(Clone)]
pub struct Frame {
    /// The language.
    pub lang: Lang,
    /// Who reads, if somebody is logged in.
    pub subject: Option<Subject>,
    /// The path of the page.
    pub path: String,
    token: Option<FormToken>,
}

impl Frame {
    /// The frame of a page that knows nobody.
    pub fn plain(lang: Lang) -> Self {
        Self {
            lang,
            subject: None,
            path: "/".to_owned(),
            token: None,
        }
    }

    /// The text of this key.
    pub fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    /// The text of this key with its arguments.
    pub fn tx(&self, key: &str, args: &[(&'static str, &str)]) -> String {
        self.lang.text_with(key, args)
    }

    /// Whether the page stands at this place or below it.
    pub fn at(&self, place: &str) -> bool {
        match place {
            "/" => self.path == "/",
            place => self
                .path
                .strip_prefix(place)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        }
    }

    /// The field that carries the one-time token of the form for logging out.
    pub fn token_field(&self) -> String {
        self.token
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    /// Where the reader can go.
    pub(crate) fn places(&self) -> Vec<Tab> {
        let Some(subject) = &self.subject else {
            return Vec::new();
        };
        let works = !subject.positions.is_empty();
        let has = |roles: &[Role]| roles.iter().any(|role| subject.has(*role));
        let desk = has(&[
            Role::Konseptor,
            Role::Pejabat,
            Role::TataUsaha,
            Role::Arsiparis,
        ]);
        [
            ("/", "tata-beranda", true),
            ("/tugas", "tata-tugas", works || desk),
            (
                "/naskah",
                "tata-naskah",
                works || desk || has(&[Role::Auditor]),
            ),
            ("/tulis", "tata-tulis", works),
            ("/agenda", "tata-agenda", works || desk),
            (
                "/auditor",
                "tata-auditor",
                has(&[Role::Auditor, Role::Arsiparis]),
            ),
            ("/administrasi", "tata-admin", has(&[Role::Admin])),
        ]
        .into_iter()
        .filter(|(_, _, shown)| *shown)
        .map(|(href, key, _)| Tab {
            href: href.to_owned(),
            label: self.t(key),
            current: self.at(href),
        })
        .collect()
    }
}

impl FromRequestParts<ApiState> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        let lang = Lang::from_request_parts(parts, state).await?;
        let MaybePerson(subject) = MaybePerson::from_request_parts(parts, state).await?;
        let token = match &subject {
            Some(_) => FormToken::from_request_parts(parts, state).await.ok(),
            None => None,
        };
        Ok(Self {
            lang,
            subject,
            path: parts.uri.path().to_owned(),
            token,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_below_a_place_marks_that_place() {
        let mut frame = Frame::plain(Lang::Id);
        frame.path = "/naskah/nsk_1".to_owned();
        assert!(frame.at("/naskah"));
        assert!(!frame.at("/nas"));
        assert!(!frame.at("/"));
    }
}
