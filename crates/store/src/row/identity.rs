//! Rows of accounts, sessions, keys of applications, and requests.

use flow::digest::Sha256;
use flow::id::{AccountId, ApiKeyId, PejabatId, SessionId};
use flow::time::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

use crate::StoreError;
use crate::convert::{digest, from_column, of_json, of_word};
use crate::model::{
    AccountRow, ApiKeyRow, KeyHolder, NewAccount, NewRequest, RequestRow, SessionRow, StoredAnswer,
};

#[derive(FromRow)]
pub(crate) struct AccountColumns {
    id: Uuid,
    username: String,
    pejabat_id: Option<Uuid>,
    grants: String,
    state: String,
    language: String,
    password: Option<String>,
    oidc_subject: Option<String>,
    totp_sealed: Option<String>,
    totp_since: Option<i64>,
    totp_step: i64,
    created: i64,
}

impl TryFrom<AccountColumns> for AccountRow {
    type Error = StoreError;

    fn try_from(row: AccountColumns) -> Result<Self, StoreError> {
        let id = AccountId::from_uuid(row.id);
        Ok(Self {
            account: NewAccount {
                id,
                username: row.username,
                pejabat: row.pejabat_id.map(PejabatId::from_uuid),
                grants: of_json("account", id, &row.grants)?,
                language: of_word("account", id, &row.language)?,
                password: row.password,
                created: Timestamp::from_micros(row.created),
            },
            state: of_word("account", id, &row.state)?,
            oidc_subject: row.oidc_subject,
            totp_sealed: row.totp_sealed,
            totp_since: row.totp_since.map(Timestamp::from_micros),
            totp_step: from_column("account", id, row.totp_step)?,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct SessionColumns {
    id: Uuid,
    token_sha256: Vec<u8>,
    account_id: Uuid,
    agent: String,
    agent_class: String,
    address_class: String,
    created: i64,
    last_seen: i64,
}

impl TryFrom<SessionColumns> for SessionRow {
    type Error = StoreError;

    fn try_from(row: SessionColumns) -> Result<Self, StoreError> {
        let id = SessionId::from_uuid(row.id);
        Ok(Self {
            id,
            token_sha256: digest("session", id, &row.token_sha256)?,
            account: AccountId::from_uuid(row.account_id),
            agent: row.agent,
            agent_class: row.agent_class,
            address_class: row.address_class,
            created: Timestamp::from_micros(row.created),
            last_seen: Timestamp::from_micros(row.last_seen),
        })
    }
}

#[derive(FromRow)]
pub(crate) struct ApiKeyColumns {
    id: Uuid,
    account_id: Uuid,
    name: String,
    key_sha256: Vec<u8>,
    scopes: String,
    created: i64,
    expires: Option<i64>,
    revoked_at: Option<i64>,
    last_used: Option<i64>,
}

#[derive(FromRow)]
pub(crate) struct KeyHolderColumns {
    #[sqlx(flatten)]
    account: AccountColumns,
    key_id: Uuid,
    key_scopes: String,
    key_expires: Option<i64>,
    key_revoked_at: Option<i64>,
    key_last_used: Option<i64>,
    office_version: Option<String>,
}

impl TryFrom<KeyHolderColumns> for KeyHolder {
    type Error = StoreError;

    fn try_from(row: KeyHolderColumns) -> Result<Self, StoreError> {
        let key = ApiKeyId::from_uuid(row.key_id);
        Ok(Self {
            account: row.account.try_into()?,
            key,
            scopes: of_json("api_key", key, &row.key_scopes)?,
            expires: row.key_expires.map(Timestamp::from_micros),
            revoked: row.key_revoked_at.map(Timestamp::from_micros),
            last_used: row.key_last_used.map(Timestamp::from_micros),
            office_version: row.office_version,
        })
    }
}

impl TryFrom<ApiKeyColumns> for ApiKeyRow {
    type Error = StoreError;

    fn try_from(row: ApiKeyColumns) -> Result<Self, StoreError> {
        let id = ApiKeyId::from_uuid(row.id);
        Ok(Self {
            id,
            account: AccountId::from_uuid(row.account_id),
            name: row.name,
            key_sha256: digest("api_key", id, &row.key_sha256)?,
            scopes: of_json("api_key", id, &row.scopes)?,
            created: Timestamp::from_micros(row.created),
            expires: row.expires.map(Timestamp::from_micros),
            revoked: row.revoked_at.map(Timestamp::from_micros),
            last_used: row.last_used.map(Timestamp::from_micros),
        })
    }
}

/// Stands in the place of an answer's headers while there is an effect and no answer.
pub(crate) const EFFECT: &str = "effect";

#[derive(FromRow)]
pub(crate) struct RequestColumns {
    owner: String,
    key: String,
    request_sha256: Vec<u8>,
    ticket: Uuid,
    status: Option<i64>,
    headers: Option<String>,
    body: Option<Vec<u8>>,
    lease_until: i64,
    expires: i64,
}

impl TryFrom<RequestColumns> for RequestRow {
    type Error = StoreError;

    fn try_from(row: RequestColumns) -> Result<Self, StoreError> {
        let id = row.ticket.simple();
        let request_sha256: Sha256 = digest("idempotency", id, &row.request_sha256)?;
        let (answer, had_effect) = match (row.status, row.headers, row.body) {
            (None, None, None) => (None, false),
            (None, Some(mark), None) if mark == EFFECT => (None, true),
            (Some(status), Some(headers), Some(body)) => {
                let answer = StoredAnswer {
                    status: u16::try_from(status)
                        .map_err(|_| StoreError::corrupt("idempotency", id, "no such status"))?,
                    headers: of_json("idempotency", id, &headers)?,
                    body,
                };
                (Some(answer), true)
            }
            (_, _, _) => {
                return Err(StoreError::corrupt(
                    "idempotency",
                    id,
                    "half an answer is stored",
                ));
            }
        };
        Ok(Self {
            request: NewRequest {
                owner: row.owner,
                key: row.key,
                request_sha256,
                ticket: row.ticket,
                lease_until: Timestamp::from_micros(row.lease_until),
                expires: Timestamp::from_micros(row.expires),
            },
            answer,
            had_effect,
        })
    }
}
