//! Who calls: HTTP Basic (RFC 7617), as the eSign Client asks for it. The password is an API key; the key says whose it is,
//! so any user name goes with it.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use service::identity::Scope;
use zeroize::Zeroizing;

use crate::client;
use crate::state::ApiState;
use crate::v1::auth;

/// Finds out who asks, before anything else of the request is looked at.
pub(super) async fn authenticate(
    State(state): State<ApiState>,
    request: Request,
    next: Next,
) -> Response {
    let client::ClientInfo(asking) = client::of(request.headers(), request.extensions(), &state);
    let key = password(request.headers());
    let caller = auth::caller(&state, asking.address, key).await;
    match caller.and_then(|caller| caller.needs(Scope::Verify)) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn password(headers: &HeaderMap) -> Option<Zeroizing<String>> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let credentials = Zeroizing::new(STANDARD.decode(credentials.trim()).ok()?);
    let (_, password) = std::str::from_utf8(&credentials).ok()?.split_once(':')?;
    Some(Zeroizing::new(password.to_owned()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(value: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        password(&headers).map(|password| password.to_string())
    }

    #[test]
    fn the_password_is_what_follows_the_first_colon() {
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
        assert_eq!(read(&basic("esign:pena_x")), Some("pena_x".to_owned()));
        assert_eq!(read(&basic("esign:a:b")), Some("a:b".to_owned()));
        assert_eq!(read(&basic("esign")), None);
        assert_eq!(read("Basic ***"), None);
        assert_eq!(read("Bearer pena_x"), None);
    }
}
