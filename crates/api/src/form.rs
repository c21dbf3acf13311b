//! Forms: each carries a one-time token that proves it came from our page in this session, and makes pressing a
//! button twice the same as pressing it once.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Form;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flow::digest::Sha256;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use service::identity::Subject;
use zeroize::Zeroizing;

use crate::once::{self, Slot, Start};
use crate::problem::{Problem, ProblemKind};
use crate::session::{self, Lasting, cookie_value, set_cookie};
use crate::settings::Cookies;
use crate::state::ApiState;

/// Makes the tokens of a page's forms: `<input type="hidden" name="token" value="{{ token.mint() }}">`, one call a
/// form. Works before logging in, too.
#[derive(Clone)]
pub struct FormToken {
    secret: Arc<Zeroizing<String>>,
}

/// The fields of a form whose token was right and is now used up. Sent again, it is not handled again: the first
/// answer returns.
///
/// A handler that refuses (4xx) leaves the token usable; one that shows a page (200) had no effect, unless the
/// answer says [`once::NotKept`]; what had an effect redirects (303).
pub struct Checked<T>(pub T);

impl FormToken {
    /// A fresh token for one form.
    pub fn mint(&self) -> String {
        let mut nonce = [0; NONCE];
        // Without randomness a page still shows; its forms are refused.
        if SystemRandom::new().fill(&mut nonce).is_err() {
            return String::new();
        }
        let tag = hmac::sign(&key(&self.secret), &nonce);
        let mut token = nonce.to_vec();
        token.extend_from_slice(tag.as_ref());
        URL_SAFE_NO_PAD.encode(token)
    }
}

/// The hidden field of one form; each time it is written, with a fresh token.
impl std::fmt::Display for FormToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "<input type=\"hidden\" name=\"token\" value=\"{}\">",
            self.mint()
        )
    }
}

impl FromRequestParts<ApiState> for FormToken {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Response> {
        let sender = sender(parts, state).await.map_err(Problem::into_response)?;
        if let Some(sender) = sender {
            return Ok(Self {
                secret: sender.secret,
            });
        }
        let mut bytes = Zeroizing::new([0; 32]);
        SystemRandom::new()
            .fill(bytes.as_mut_slice())
            .map_err(|_| Problem::new(ProblemKind::Internal).into_response())?;
        let secret = URL_SAFE_NO_PAD.encode(bytes.as_slice());
        if let Some(exchange) = parts.extensions.get::<Exchange>() {
            exchange.give_visitor(&secret);
        }
        let secret = Arc::new(Zeroizing::new(secret));
        // A second extractor of the same request makes tokens of the same cookie.
        parts.extensions.insert(NewVisitor(Arc::clone(&secret)));
        Ok(Self { secret })
    }
}

impl<T: DeserializeOwned> FromRequest<ApiState> for Checked<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), state)
            .await
            .map_err(IntoResponse::into_response)?;
        let Token { token } = read(&parts, &body).await.map_err(Problem::into_response)?;
        check(&mut parts, state, &token, Sha256::of(&body)).await?;
        let fields = read(&parts, &body).await.map_err(Problem::into_response)?;
        Ok(Self(fields))
    }
}

/// Checks a token and uses it up; the digest is of what was sent along.
///
/// # Errors
/// The answer to give instead of handling the form.
pub(crate) async fn check(
    parts: &mut Parts,
    state: &ApiState,
    token: &str,
    sent: Sha256,
) -> Result<(), Response> {
    let foreign = || Problem::new(ProblemKind::ForeignForm).into_response();
    let sender = sender(parts, state)
        .await
        .map_err(Problem::into_response)?
        .ok_or_else(foreign)?;
    let nonce = nonce_of(token, &sender.secret).ok_or_else(foreign)?;
    // Before logging in there is nothing whose repetition would do anything.
    let Some(subject) = sender.subject else {
        return Ok(());
    };
    let owner = subject.session.map_or_else(
        || subject.account.to_string(),
        |session| session.to_string(),
    );
    let request = Sha256::of(format!("{} {sent}", parts.uri.path()).as_bytes());
    match once::begin(&state.app, &owner, &hex::encode(nonce), request).await {
        Ok(Start::Fresh(ticket)) => {
            if let Some(exchange) = parts.extensions.get::<Exchange>() {
                exchange.slot.put(ticket);
            }
            Ok(())
        }
        Ok(Start::Effected(ticket)) => Err(once::tell(&state.app, ticket).await),
        Ok(Start::Answered(response)) => Err(response),
        Err(problem) => Err(problem.into_response()),
    }
}

/// What a request's extractors leave for the way back: the ticket of a form, and the cookie of a new visitor.
#[derive(Clone, Default)]
pub(crate) struct Exchange {
    slot: Slot,
    visitor: Arc<Mutex<Option<String>>>,
}

impl Exchange {
    fn give_visitor(&self, secret: &str) {
        *self.visitor.lock().unwrap_or_else(PoisonError::into_inner) = Some(secret.to_owned());
    }

    fn visitor(&self) -> Option<String> {
        self.visitor
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

/// Lets a form's work run to its end though the browser goes away, then keeps its answer.
pub(crate) async fn exchange(
    State(state): State<ApiState>,
    mut request: Request,
    next: Next,
) -> Response {
    let exchange = Exchange::default();
    request.extensions_mut().insert(exchange.clone());
    let mut response = if request.method().is_safe() {
        next.run(request).await
    } else {
        let app = Arc::clone(&state.app);
        let slot = exchange.slot.clone();
        let work = tokio::spawn(async move {
            let response = slot.effect().within(next.run(request)).await;
            match slot.take() {
                Some(ticket) => once::finish(&app, ticket, response).await,
                None => response,
            }
        });
        match work.await {
            Ok(response) => response,
            Err(_) => Problem::new(ProblemKind::Internal).into_response(),
        }
    };
    if let Some(secret) = exchange.visitor() {
        let name = visitor_cookie(state.settings.cookies);
        for (name, value) in set_cookie(&state.settings, name, &secret, Lasting::Browser) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    token: String,
}

#[derive(Clone)]
struct NewVisitor(Arc<Zeroizing<String>>);

struct Sender {
    secret: Arc<Zeroizing<String>>,
    subject: Option<Subject>,
}

const NONCE: usize = 16;

/// Whose page a form stands on: the session's, else that of the visitor's cookie.
async fn sender(parts: &mut Parts, state: &ApiState) -> Result<Option<Sender>, Problem> {
    if let Some(signed_in) = session::resolve(parts, state).await? {
        return Ok(Some(Sender {
            secret: signed_in.token,
            subject: Some(signed_in.subject),
        }));
    }
    let name = visitor_cookie(state.settings.cookies);
    let known = parts
        .extensions
        .get::<NewVisitor>()
        .map(|NewVisitor(secret)| Arc::clone(secret))
        .or_else(|| {
            cookie_value(&parts.headers, name)
                .filter(|secret| secret.len() >= 43)
                .map(|secret| Arc::new(Zeroizing::new(secret.to_owned())))
        });
    Ok(known.map(|secret| Sender {
        secret,
        subject: None,
    }))
}

/// The key of a page's tokens comes from the cookie, so every node knows it and none stores it.
fn key(secret: &str) -> hmac::Key {
    let root = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let derived = hmac::sign(&root, b"pena form token");
    hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref())
}

fn nonce_of(token: &str, secret: &str) -> Option<[u8; NONCE]> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (nonce, tag) = bytes.split_first_chunk::<NONCE>()?;
    hmac::verify(&key(secret), nonce, tag).ok()?;
    Some(*nonce)
}

async fn read<T: DeserializeOwned>(parts: &Parts, body: &Bytes) -> Result<T, Problem> {
    let mut request = Request::new(axum::body::Body::from(body.clone()));
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = parts.uri.clone();
    if let Some(kind) = parts.headers.get(CONTENT_TYPE) {
        request.headers_mut().insert(CONTENT_TYPE, kind.clone());
    }
    match Form::<T>::from_request(request, &()).await {
        Ok(Form(fields)) => Ok(fields),
        Err(rejection) => {
            let status = rejection.into_response().status();
            Err(if status == http::StatusCode::UNSUPPORTED_MEDIA_TYPE {
                Problem::new(ProblemKind::MediaType)
            } else {
                Problem::new(ProblemKind::Invalid)
            })
        }
    }
}

const fn visitor_cookie(cookies: Cookies) -> &'static str {
    match cookies {
        Cookies::Secure => "__Host-pena-tamu",
        Cookies::Loopback => "pena-tamu",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token_of(secret: &str) -> FormToken {
        FormToken {
            secret: Arc::new(Zeroizing::new(secret.to_owned())),
        }
    }

    #[test]
    fn a_token_is_good_in_its_own_session_only() {
        let token = token_of("one").mint();
        assert!(nonce_of(&token, "one").is_some());
        assert!(nonce_of(&token, "two").is_none());
        assert!(nonce_of("", "one").is_none());
        assert!(nonce_of("AAAA", "one").is_none());
    }

    #[test]
    fn every_form_has_its_own_token() {
        let page = token_of("one");
        let (first, second) = (page.mint(), page.mint());
        assert_ne!(nonce_of(&first, "one"), nonce_of(&second, "one"));
    }
}
