//! Programs present an API key; what it may do is its account's rights, narrowed by its scopes.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use service::identity::{self, Scope, Subject};
use zeroize::Zeroizing;

use crate::client;
use crate::limits::Class;
use crate::problem::{Problem, ProblemKind};
use crate::state::ApiState;

/// Whoever holds the API key of the request.
#[derive(Clone)]
pub struct Caller(pub Arc<Subject>);

impl Caller {
    /// Refuses a key that was made without this scope.
    ///
    /// # Errors
    /// [`ProblemKind::Forbidden`], with the scope it takes.
    pub fn needs(&self, scope: Scope) -> Result<(), Problem> {
        match &self.0.scopes {
            Some(scopes) if !scopes.contains(&scope) => Err(Problem::new(ProblemKind::Forbidden)
                .with("scope", scope.word())
                .because("problem-scope-detail", &[("scope", scope.word())])),
            Some(_) | None => Ok(()),
        }
    }

    /// Under which name the caller's idempotency keys are kept.
    pub(crate) fn owner(&self) -> String {
        self.0.account.to_string()
    }
}

impl FromRequestParts<ApiState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &ApiState) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Problem::new(ProblemKind::Unauthenticated))
    }
}

/// Finds out who asks, before anything else of the request is looked at.
pub(super) async fn authenticate(
    State(state): State<ApiState>,
    mut request: Request,
    next: Next,
) -> Response {
    let client::ClientInfo(asking) = client::of(request.headers(), request.extensions(), &state);
    let key = bearer(request.headers());
    match caller(&state, asking.address, key).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// Whose key it is.
///
/// # Errors
/// [`ProblemKind::Unauthenticated`] for none or a wrong one, [`ProblemKind::TooOften`].
pub(crate) async fn caller(
    state: &ApiState,
    address: Option<IpAddr>,
    key: Option<Zeroizing<String>>,
) -> Result<Caller, Problem> {
    state.limits.spend(Class::Api, address)?;
    let unknown = || Problem::new(ProblemKind::Unauthenticated);
    let key = key.ok_or_else(unknown)?;
    if let Some(subject) = identity::api_key_subject(&state.app, &key).await? {
        Ok(Caller(Arc::new(subject)))
    } else {
        state.limits.spend(Class::WrongKey, address)?;
        Err(unknown())
    }
}

/// The token of `Authorization: Bearer …` (RFC 6750 2.1).
fn bearer(headers: &HeaderMap) -> Option<Zeroizing<String>> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| Zeroizing::new(token.trim().to_owned()))
}
