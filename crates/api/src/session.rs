//! Who is logged in.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{COOKIE, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method};
use service::ServiceError;
use service::identity::{self, Subject};
use zeroize::Zeroizing;

use crate::client;
use crate::problem::Problem;
use crate::settings::{ApiSettings, Cookies};
use crate::state::ApiState;

/// Whoever is logged in. A page asked for without is answered with the way to the log-in page and back.
#[derive(Clone)]
pub struct Person(pub Subject);

/// Whoever is logged in, or nobody.
#[derive(Clone)]
pub struct MaybePerson(pub Option<Subject>);

/// A live session as this request proves it.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) subject: Subject,
    pub(crate) token: Arc<Zeroizing<String>>,
}

impl FromRequestParts<ApiState> for Person {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Response> {
        match resolve(parts, state).await {
            Ok(Some(signed_in)) => Ok(Self(signed_in.subject)),
            Ok(None) => Err(to_log_in(parts).into_response()),
            Err(error) => Err(Problem::from(error).into_response()),
        }
    }
}

impl FromRequestParts<ApiState> for MaybePerson {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        let signed_in = resolve(parts, state).await.ok().flatten();
        Ok(Self(signed_in.map(|signed_in| signed_in.subject)))
    }
}

/// The session the request's cookie names; asked of the database once a request.
pub(crate) async fn resolve(
    parts: &mut Parts,
    state: &ApiState,
) -> Result<Option<SignedIn>, ServiceError> {
    if let Some(Resolved(known)) = parts.extensions.get::<Resolved>() {
        return Ok(known.clone());
    }
    let name = session_cookie(state.settings.cookies);
    let signed_in = match cookie_value(&parts.headers, name) {
        None => None,
        Some(token) => {
            let token = Zeroizing::new(token.to_owned());
            let client::ClientInfo(client) = client::of(&parts.headers, &parts.extensions, state);
            identity::session_subject(&state.app, &token, &client)
                .await?
                .map(|subject| SignedIn {
                    subject,
                    token: Arc::new(token),
                })
        }
    };
    parts.extensions.insert(Resolved(signed_in.clone()));
    Ok(signed_in)
}

/// The `Set-Cookie` of a new session.
pub fn begin(settings: &ApiSettings, token: &str) -> [(http::HeaderName, HeaderValue); 1] {
    set_cookie(
        settings,
        session_cookie(settings.cookies),
        token,
        Lasting::Browser,
    )
}

/// The `Set-Cookie` that ends the session in the browser.
pub fn end(settings: &ApiSettings) -> [(http::HeaderName, HeaderValue); 1] {
    set_cookie(
        settings,
        session_cookie(settings.cookies),
        "",
        Lasting::Gone,
    )
}

/// The value of a cookie in a request.
pub fn cookie_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// How long a browser keeps a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// Until it is closed; the server ends it earlier.
    Browser,
    /// Ten minutes: the way to somewhere else and back.
    Errand,
    /// Not at all.
    Gone,
}

/// A cookie for this host alone, out of scripts' reach. `Lax`, so that a link in a mail finds the session.
pub fn set_cookie(
    settings: &ApiSettings,
    name: &str,
    value: &str,
    lasting: Lasting,
) -> [(http::HeaderName, HeaderValue); 1] {
    let secure = match settings.cookies {
        Cookies::Secure => "; Secure",
        Cookies::Loopback => "",
    };
    let age = match lasting {
        Lasting::Browser => "",
        Lasting::Errand => "; Max-Age=600",
        Lasting::Gone => "; Max-Age=0",
    };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
    // Our tokens are letters and digits; anything else is not worth a cookie.
    let mut header = HeaderValue::from_str(&text)
        .unwrap_or_else(|_| HeaderValue::from_static("pena=; Max-Age=0"));
    header.set_sensitive(true);
    [(SET_COOKIE, header)]
}

/// The name of the session cookie: `__Host-` makes browsers refuse it from another host or without TLS.
const fn session_cookie(cookies: Cookies) -> &'static str {
    match cookies {
        Cookies::Secure => "__Host-pena",
        Cookies::Loopback => "pena",
    }
}

#[derive(Clone)]
struct Resolved(Option<SignedIn>);

/// To the log-in page, and afterwards back to what was wanted where that can be asked for again.
fn to_log_in(parts: &Parts) -> Redirect {
    let back = match parts.method {
        Method::GET => parts
            .uri
            .path_and_query()
            .map(http::uri::PathAndQuery::as_str),
        _ => None,
    };
    match back {
        None | Some("/") => Redirect::to("/masuk"),
        Some(path) => Redirect::to(&format!("/masuk?kembali={}", percent(path))),
    }
}

/// A path as the value of a query (RFC 3986 2.1: all but unreserved characters and `/` in their written form).
pub(crate) fn percent(path: &str) -> String {
    let written = path.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    });
    written.collect::<Vec<_>>().concat()
}

/// Where to go after logging in: a path of ours, never another site.
pub fn way_back(wanted: Option<&str>) -> &str {
    match wanted {
        Some(path)
            if path.starts_with('/')
                && !path.starts_with("//")
                && path
                    .bytes()
                    .all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\') =>
        {
            path
        }
        _ => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leaves_our_house() {
        assert_eq!(way_back(Some("/naskah?tab=masuk")), "/naskah?tab=masuk");
        for foreign in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x",
            "",
        ] {
            assert_eq!(way_back(Some(foreign)), "/", "{foreign}");
        }
    }

    #[test]
    fn a_cookie_over_tls_is_bound_to_its_host() {
        let mut settings = ApiSettings::loopback("https://tte.contohrejo.example");
        settings.cookies = Cookies::Secure;
        let [(_, cookie)] = begin(&settings, "abc");
        assert_eq!(
            cookie.to_str().unwrap(),
            "__Host-pena=abc; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
    }

    #[test]
    fn a_wanted_page_becomes_a_query_value() {
        assert_eq!(
            percent("/naskah?tab=a&q=b c"),
            "/naskah%3Ftab%3Da%26q%3Db%20c"
        );
    }
}
