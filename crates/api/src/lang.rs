//! Which language somebody reads.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use http::request::Parts;
use service::identity::Language;

use crate::messages;
use crate::session::{self, cookie_value};
use crate::state::ApiState;

/// Which language somebody reads: the account's, else that of the `bahasa` cookie, else the browser's, else
/// Indonesian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Indonesian.
    Id,
    /// English.
    En,
}

/// The cookie that keeps the language somebody without an account chose.
pub const LANGUAGE_COOKIE: &str = "bahasa";

impl Lang {
    /// The text of this key.
    pub fn text(self, key: &str) -> String {
        messages::text(self, key, &[])
    }

    /// The text of this key with its arguments filled in.
    pub fn text_with(self, key: &str, args: &[(&'static str, &str)]) -> String {
        messages::text(self, key, args)
    }

    /// What the `lang` attribute of a page says.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }

    /// The language with this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "id" => Some(Self::Id),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The language a request without a known account asks for.
    pub fn of(headers: &HeaderMap) -> Self {
        cookie_value(headers, LANGUAGE_COOKIE)
            .and_then(Self::from_tag)
            .unwrap_or_else(|| accepted(headers))
    }
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Id => Self::Id,
            Language::En => Self::En,
        }
    }
}

impl FromRequestParts<ApiState> for Lang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        // A session that cannot be read is the handler's to refuse; its page still has a language.
        Ok(match session::resolve(parts, state).await {
            Ok(Some(signed_in)) => signed_in.subject.language.into(),
            Ok(None) | Err(_) => Self::of(&parts.headers),
        })
    }
}

/// The first of our languages in `Accept-Language` (RFC 9110 12.5.4); weights are few enough in practice that the
/// order says it.
fn accepted(headers: &HeaderMap) -> Lang {
    headers
        .get_all(ACCEPT_LANGUAGE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| range.trim().split(['-', ';']).next())
        .find_map(|tag| Lang::from_tag(&tag.to_ascii_lowercase()))
        .unwrap_or(Lang::Id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &'static str, value: &'static str) -> Lang {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        Lang::of(&headers)
    }

    #[test]
    fn indonesian_is_spoken_unless_english_is_asked_for() {
        assert_eq!(Lang::of(&HeaderMap::new()), Lang::Id);
        assert_eq!(read("accept-language", "de-DE,fr;q=0.8"), Lang::Id);
        assert_eq!(
            read("accept-language", "de, en-GB;q=0.8, id;q=0.1"),
            Lang::En
        );
    }

    #[test]
    fn the_chosen_language_outweighs_the_browser() {
        let mut headers = HeaderMap::new();
        headers.insert("accept-language", "en".parse().unwrap());
        headers.insert("cookie", "a=b; bahasa=id".parse().unwrap());
        assert_eq!(Lang::of(&headers), Lang::Id);
    }
}
