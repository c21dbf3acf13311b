//! Problems (RFC 9457): the one table from "why not" to status, stable address and words in two languages.
//!
//! A handler returns a [`Problem`]; [`crate::present`] writes it, as JSON or as a page, in the asker's language.

mod from_service;
mod kind;
mod refusal;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use flow::time::Timestamp;
use http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::{Map, Value};

pub use kind::ProblemKind;

use crate::lang::Lang;
use crate::messages;
use crate::settings::ApiSettings;

/// Why a request was not done.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: ProblemKind,
    detail: Option<Detail>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
    until: Option<Timestamp>,
}

/// Which text explains this very case, where the kind's own does not.
#[derive(Debug, Clone)]
struct Detail {
    key: String,
    args: Vec<(&'static str, String)>,
}

/// A problem in words, ready to be written.
#[derive(Debug, Clone, Serialize)]
pub struct ProblemView {
    /// The stable address of the kind; a page explains it.
    #[serde(rename = "type")]
    pub address: String,
    /// What kind of problem, in few words.
    pub title: String,
    /// The status.
    pub status: u16,
    /// What happened, why, and who can help.
    pub detail: String,
    /// What to quote when asking for help.
    pub trace_id: String,
    /// What a program can use: the present version, the rule, who can put it right.
    #[serde(flatten)]
    pub members: Map<String, Value>,
}

impl Problem {
    /// A problem of this kind.
    pub fn new(kind: ProblemKind) -> Self {
        Self {
            kind,
            detail: None,
            members: Map::new(),
            headers: Vec::new(),
            until: None,
        }
    }

    /// There is no such thing, or none that the asker may know of: both answer alike.
    pub fn not_found() -> Self {
        Self::new(ProblemKind::NotFound)
    }

    /// What was sent breaks a rule of its form; the field says where.
    pub fn invalid(field: &str) -> Self {
        Self::new(ProblemKind::Invalid).with("field", field)
    }

    /// Explained by this message instead of the kind's own.
    #[must_use]
    pub fn because(mut self, key: impl Into<String>, args: &[(&'static str, &str)]) -> Self {
        self.detail = Some(Detail {
            key: key.into(),
            args: args
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
        });
        self
    }

    /// With this extension member.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }

    /// With the seconds after which it is worth asking again.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        let seconds = seconds.max(1);
        self.header(RETRY_AFTER, HeaderValue::from(seconds))
            .with("retry_after", seconds)
    }

    /// With the instant from which it is worth asking again.
    #[must_use]
    pub fn until(mut self, until: Timestamp) -> Self {
        self.until = Some(until);
        self.with("until", until.to_string())
    }

    /// Seconds from `now` until it is worth asking again, where an instant was given.
    pub(crate) fn wait_from(&self, now: Timestamp) -> Option<u64> {
        let micros = self.until?.micros().saturating_sub(now.micros());
        let seconds = u64::try_from(micros.div_euclid(1_000_000)).unwrap_or(0);
        Some(seconds.saturating_add(1))
    }

    /// With the methods the address knows.
    #[must_use]
    pub fn allow(self, methods: HeaderValue) -> Self {
        self.header(ALLOW, methods)
    }

    /// With this header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// What kind it is.
    pub const fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// The extension member of this name.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// What happened, why, and who can help, in this language.
    pub fn detail(&self, lang: Lang) -> String {
        if let Some(detail) = &self.detail {
            let args: Vec<(&'static str, &str)> = detail
                .args
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            messages::text(lang, &detail.key, &args)
        } else {
            let seconds = self
                .members
                .get("retry_after")
                .map(ToString::to_string)
                .unwrap_or_default();
            messages::text(lang, &self.kind.detail_key(), &[("seconds", &seconds)])
        }
    }

    /// The problem in words.
    pub fn view(&self, settings: &ApiSettings, lang: Lang, trace_id: &str) -> ProblemView {
        ProblemView {
            address: settings.address(&format!("/masalah/{}", self.kind.slug())),
            title: messages::text(lang, &self.kind.title_key(), &[]),
            status: self.kind.status().as_u16(),
            detail: self.detail(lang),
            trace_id: trace_id.to_owned(),
            members: self.members.clone(),
        }
    }
}

impl IntoResponse for Problem {
    /// Without a body: the language and the form are known further out, where [`crate::present`] writes them.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.kind.status();
        for (name, value) in &self.headers {
            response.headers_mut().append(name, value.clone());
        }
        if self.kind == ProblemKind::Unauthenticated {
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_words_and_its_own_address() {
        let keys = messages::tests::keys("id");
        for kind in ProblemKind::ALL {
            assert!(keys.contains(&kind.title_key()), "{kind:?}");
            assert!(keys.contains(&kind.detail_key()), "{kind:?}");
            assert!(kind.status().is_client_error() || kind.status().is_server_error());
            assert_eq!(ProblemKind::from_slug(kind.slug()), Some(kind));
        }
    }

    #[test]
    fn the_address_comes_from_the_settings() {
        let settings = ApiSettings::loopback("http://127.0.0.1:8080/");
        let view = Problem::not_found().view(&settings, Lang::Id, "t");
        assert_eq!(
            view.address,
            "http://127.0.0.1:8080/masalah/tidak-ditemukan"
        );
    }
}
