//! The step-up in a request: whoever changes rights enters the password again.

use serde::Deserialize;
use service::access::{self, Action};
use service::identity::{self, Confirmed};
use utoipa::ToSchema;

use super::auth::Caller;
use super::secret::Secret;
use super::text;
use crate::problem::Problem;
use crate::state::ApiState;

/// The password of the account behind the key, and a code where a second factor is enrolled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmation {
    /// The password.
    #[schema(value_type = String, min_length = 1, max_length = 1000, write_only)]
    password: Secret,
    /// The code of the authenticator.
    #[serde(default, deserialize_with = "text::code")]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{6}$", write_only)]
    totp: Option<Secret>,
}

impl Confirmation {
    /// Asks for it, of whoever has the right it is for: nobody else learns here whether a password was right, or
    /// spends an attempt of its owner.
    pub(super) async fn check(
        self,
        state: &ApiState,
        caller: &Caller,
        right: Action,
    ) -> Result<Confirmed, Problem> {
        access::require_anywhere(&state.app, &caller.0, right).await?;
        let password = self.password.passphrase();
        let totp = self.totp.as_ref().map(|Secret(code)| code.as_str());
        Ok(identity::confirm(&state.app, &caller.0, &password, totp).await?)
    }
}
