//! What surrounds every page.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use service::identity::{Role, Subject};

use crate::lang::Lang;
use crate::session::MaybePerson;
use crate::state::ApiState;

/// What surrounds a page: its language and whoever reads it.
#[derive(Clone)]
pub struct Frame {
    /// The language.
    pub lang: Lang,
    /// Who reads, if somebody is logged in.
    pub subject: Option<Subject>,
}

/// Somewhere to go.
pub struct Place {
    pub(crate) href: &'static str,
    pub(crate) label: String,
}

impl Frame {
    /// The frame of a page that knows nobody.
    pub fn plain(lang: Lang) -> Self {
        Self {
            lang,
            subject: None,
        }
    }

    /// Where this reader can go.
    pub fn places(&self) -> Vec<Place> {
        let Some(subject) = &self.subject else {
            return vec![self.place("/masuk", "rangka-masuk")];
        };
        let mut places = vec![
            self.place("/", "rangka-beranda"),
            self.place("/tugas", "rangka-tugas"),
            self.place("/naskah", "rangka-naskah"),
            self.place("/agenda", "rangka-agenda"),
        ];
        if subject.has(Role::Auditor) || subject.has(Role::Arsiparis) {
            places.push(self.place("/auditor", "rangka-auditor"));
        }
        if subject.has(Role::Admin) {
            places.push(self.place("/administrasi", "rangka-administrasi"));
        }
        places.push(self.place("/profil", "rangka-profil"));
        places
    }

    fn place(&self, href: &'static str, key: &str) -> Place {
        Place {
            href,
            label: self.t(key),
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
}

impl FromRequestParts<ApiState> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        let lang = Lang::from_request_parts(parts, state).await?;
        let MaybePerson(subject) = MaybePerson::from_request_parts(parts, state).await?;
        Ok(Self { lang, subject })
    }
}
