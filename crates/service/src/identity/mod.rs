//! Who somebody is: accounts, sessions, second factors, keys of applications, and the step-up.
//!
//! A session alone reads; whatever signs, exports or changes rights asks for the password again and takes a
//! [`Confirmed`].

mod account;
mod api_key;
mod attempts;
mod confirm;
mod log_in;
pub mod oidc;
pub mod operator;
mod own;
mod password;
mod session;
mod subject;
mod totp;

pub use account::{
    Account, NewAccount, accounts, change_password, create_account, reset_password, reset_totp,
    set_grants, set_language, set_state,
};
pub(crate) use account::{insert_row, new_row};
pub use api_key::{
    ApiKeySummary, NewApiKey, api_key_subject, api_keys, create_api_key, revoke_api_key,
};
pub use confirm::{Confirmed, confirm};
pub use flow::account::{AccountState, Grant, Language, Role, Scope};
pub use log_in::{NewSession, log_in};
pub use own::own_account;
pub(crate) use session::sweep;
pub use session::{
    Client, SessionSummary, end_other_sessions, end_session, log_out, session_subject, sessions,
};
pub use subject::Subject;
pub use totp::{TotpEnrolment, begin_totp, check_second_factor, confirm_totp, remove_totp};
