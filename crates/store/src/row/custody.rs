//! Rows of keys, certificates, activations and intents.

use flow::id::{ActivationId, BlobId, IntentId, JabatanId, KeyId, NaskahId, PejabatId};
use flow::time::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

use crate::StoreError;
use crate::convert::{digest, from_column};
use crate::model::{
    ActivationRow, ActivationState, BoundKey, CertificateRow, CrlRow, GivenUp, IntentRow,
    IntentState, KeyPlace, KeyPurpose, KeyRow, KeySecret, Lease, Level, NewCertificate, NewIntent,
    NewKey, VersionUse,
};

#[derive(FromRow)]
pub(crate) struct KeyColumns {
    id: Uuid,
    pejabat_id: Option<Uuid>,
    purpose: String,
    envelope: String,
    created: i64,
    uses: i64,
    failures: i64,
    last_attempt: Option<i64>,
}

impl TryFrom<KeyColumns> for KeyRow {
    type Error = StoreError;

    fn try_from(row: KeyColumns) -> Result<Self, StoreError> {
        let id = KeyId::from_uuid(row.id);
        Ok(Self {
            key: NewKey {
                id,
                pejabat: row.pejabat_id.map(PejabatId::from_uuid),
                purpose: KeyPurpose::of_row("key", id, &row.purpose)?,
                envelope: row.envelope,
                created: Timestamp::from_micros(row.created),
            },
            uses: from_column("key", id, row.uses)?,
            failures: from_column("key", id, row.failures)?,
            last_attempt: row.last_attempt.map(Timestamp::from_micros),
        })
    }
}

#[derive(FromRow)]
pub(crate) struct BoundKeyColumns {
    key_id: Uuid,
    kind: String,
    provider: Option<String>,
    reference: Option<String>,
    asks: String,
    issuers: String,
}

impl TryFrom<BoundKeyColumns> for BoundKey {
    type Error = StoreError;

    fn try_from(row: BoundKeyColumns) -> Result<Self, StoreError> {
        let key = KeyId::from_uuid(row.key_id);
        let place = match (row.kind.as_str(), row.provider, row.reference) {
            (IMPORTED, None, None) => KeyPlace::Imported,
            (TOKEN, Some(provider), Some(label)) => KeyPlace::Token { provider, label },
            (SERVICE, Some(provider), Some(credential)) => KeyPlace::Service {
                provider,
                credential,
            },
            (kind, ..) => {
                let why = format!("{kind:?} is no place of a key, or names too little or too much");
                return Err(StoreError::corrupt("bound_key", key, why));
            }
        };
        Ok(Self {
            key,
            place,
            asks: KeySecret::of_row("bound_key", key, &row.asks)?,
            issuers: row.issuers,
        })
    }
}

impl KeyPlace {
    /// The columns `kind`, `provider` and `reference`.
    pub(crate) fn columns(&self) -> (&'static str, Option<&str>, Option<&str>) {
        match self {
            Self::Imported => (IMPORTED, None, None),
            Self::Token { provider, label } => (TOKEN, Some(provider), Some(label)),
            Self::Service {
                provider,
                credential,
            } => (SERVICE, Some(provider), Some(credential)),
        }
    }
}

const IMPORTED: &str = "imported";
const TOKEN: &str = "pkcs11";
const SERVICE: &str = "csc";

#[derive(FromRow)]
pub(crate) struct CertificateColumns {
    issuer_key: Uuid,
    serial: Vec<u8>,
    key_id: Option<Uuid>,
    der: Vec<u8>,
    not_before: i64,
    not_after: i64,
    revoked_at: Option<i64>,
    reason: Option<String>,
}

impl TryFrom<CertificateColumns> for CertificateRow {
    type Error = StoreError;

    fn try_from(row: CertificateColumns) -> Result<Self, StoreError> {
        let revoked = match (row.revoked_at, row.reason) {
            (None, None) => None,
            (Some(at), Some(reason)) => Some((Timestamp::from_micros(at), reason)),
            (Some(_), None) | (None, Some(_)) => {
                return Err(StoreError::corrupt(
                    "certificate",
                    hex::encode(&row.serial),
                    "a revocation needs both a time and a reason",
                ));
            }
        };
        Ok(Self {
            certificate: NewCertificate {
                issuer: KeyId::from_uuid(row.issuer_key),
                serial: row.serial,
                key: row.key_id.map(KeyId::from_uuid),
                der: row.der,
                not_before: Timestamp::from_micros(row.not_before),
                not_after: Timestamp::from_micros(row.not_after),
            },
            revoked,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct CrlColumns {
    issuer_key: Uuid,
    number: i64,
    der: Vec<u8>,
    this_update: i64,
}

impl TryFrom<CrlColumns> for CrlRow {
    type Error = StoreError;

    fn try_from(row: CrlColumns) -> Result<Self, StoreError> {
        let issuer = KeyId::from_uuid(row.issuer_key);
        Ok(Self {
            issuer,
            number: from_column("crl", issuer, row.number)?,
            der: row.der,
            this_update: Timestamp::from_micros(row.this_update),
        })
    }
}

#[derive(FromRow)]
pub(crate) struct ActivationColumns {
    id: Uuid,
    key_id: Uuid,
    pejabat_id: Uuid,
    state: String,
    created: i64,
    expires: i64,
    node: String,
    epoch: String,
}

#[derive(FromRow)]
pub(crate) struct ActivationDigestColumns {
    sha256: Vec<u8>,
    used_at: Option<i64>,
}

impl ActivationColumns {
    pub(crate) fn with(
        self,
        digests: Vec<ActivationDigestColumns>,
    ) -> Result<ActivationRow, StoreError> {
        let id = ActivationId::from_uuid(self.id);
        let versions = digests
            .into_iter()
            .map(|row| {
                Ok(VersionUse {
                    sha256: digest("activation_digest", id, &row.sha256)?,
                    used_at: row.used_at.map(Timestamp::from_micros),
                })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(ActivationRow {
            id,
            key: KeyId::from_uuid(self.key_id),
            pejabat: PejabatId::from_uuid(self.pejabat_id),
            state: ActivationState::of_row("activation", id, &self.state)?,
            created: Timestamp::from_micros(self.created),
            expires: Timestamp::from_micros(self.expires),
            node: self.node,
            epoch: self.epoch,
            versions,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct IntentColumns {
    id: Uuid,
    naskah_id: Uuid,
    step: i64,
    jabatan_id: Uuid,
    pejabat_id: Uuid,
    key_id: Uuid,
    activation_id: Uuid,
    version_sha256: Vec<u8>,
    message_digest: Vec<u8>,
    tbs_blob: Uuid,
    nomor: String,
    level: String,
    state: String,
    cms: Option<Vec<u8>>,
    token: Option<Vec<u8>>,
    given_up: Option<String>,
    lease_node: String,
    lease_epoch: String,
    lease_renewed: i64,
    created: i64,
    changed: i64,
}

/// SHA-256, SHA-384 or SHA-512.
fn message_digest(id: IntentId, value: Vec<u8>) -> Result<Vec<u8>, StoreError> {
    match value.len() {
        32 | 48 | 64 => Ok(value),
        length => {
            let why = format!("{length} bytes are no message digest");
            Err(StoreError::corrupt("intent", id, why))
        }
    }
}

impl TryFrom<IntentColumns> for IntentRow {
    type Error = StoreError;

    fn try_from(row: IntentColumns) -> Result<Self, StoreError> {
        let id = IntentId::from_uuid(row.id);
        let state = IntentState::of_row("intent", id, &row.state)?;
        let level = Level::of_row("intent", id, &row.level)?;
        let stamped = level > Level::BB;
        let (wants_cms, wants_token) = match state {
            IntentState::Intended | IntentState::Released => (false, false),
            IntentState::Signed | IntentState::AwaitingTimestamp => (true, false),
            IntentState::Stamped => (true, true),
            IntentState::Completed => (true, stamped),
        };
        if wants_cms != row.cms.is_some() || wants_token != row.token.is_some() {
            return Err(StoreError::corrupt(
                "intent",
                id,
                format!(
                    "the state {state}, the stored CMS and its timestamp contradict each other"
                ),
            ));
        }
        let given_up = row.given_up.as_deref();
        Ok(Self {
            intent: NewIntent {
                id,
                naskah: NaskahId::from_uuid(row.naskah_id),
                step: from_column("intent", id, row.step)?,
                jabatan: JabatanId::from_uuid(row.jabatan_id),
                pejabat: PejabatId::from_uuid(row.pejabat_id),
                key: KeyId::from_uuid(row.key_id),
                activation: ActivationId::from_uuid(row.activation_id),
                version_sha256: digest("intent", id, &row.version_sha256)?,
                message_digest: message_digest(id, row.message_digest)?,
                tbs_blob: BlobId::from_uuid(row.tbs_blob),
                nomor: row.nomor,
                level,
                lease: Lease {
                    node: row.lease_node,
                    epoch: row.lease_epoch,
                    renewed: Timestamp::from_micros(row.lease_renewed),
                },
                created: Timestamp::from_micros(row.created),
            },
            state,
            cms: row.cms,
            token: row.token,
            given_up: given_up
                .map(|word| GivenUp::of_row("intent", id, word))
                .transpose()?,
            changed: Timestamp::from_micros(row.changed),
        })
    }
}
