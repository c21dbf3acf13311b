//! Whoever comes to a page with forms, and what its answer is made with.

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::request::Parts;
use service::identity::Subject;

use super::layout::Frame;
use crate::form::FormToken;
use crate::session::Person;
use crate::state::ApiState;

/// A visit of somebody logged in. Without a log-in it is answered with the way there and back.
pub(super) struct Visit {
    pub(super) frame: Frame,
    pub(super) token: FormToken,
    pub(super) state: ApiState,
    pub(super) subject: Subject,
}

impl FromRequestParts<ApiState> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Response> {
        let Person(subject) = Person::from_request_parts(parts, state).await?;
        let token = FormToken::from_request_parts(parts, state).await?;
        let frame = match Frame::from_request_parts(parts, state).await {
            Ok(frame) => frame,
            Err(never) => match never {},
        };
        Ok(Self {
            frame,
            token,
            state: state.clone(),
            subject,
        })
    }
}
