//! What keys there are, without any secret.

use flow::id::{KeyId, PejabatId};
use flow::time::Timestamp;
use store::model::{KeyPlace, KeyPurpose};

use crate::{App, ServiceError};

/// One official's key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct KeySummary {
    /// Its id.
    pub id: KeyId,
    /// Whose it is.
    pub official: PejabatId,
    /// The official's name.
    pub name: String,
    /// Where it lies: `vault`, `imported`, `pkcs11` or `csc`.
    pub place: &'static str,
    /// The configuration's name for the token or service it lies at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// How often it was used.
    pub uses: u64,
    /// End of its certificate's validity, RFC 3339.
    pub not_after: Option<String>,
    /// The same, for whoever shows it in a zone.
    #[serde(skip)]
    pub until: Option<Timestamp>,
    /// That its certificate was revoked.
    pub revoked: Option<Revocation>,
}

/// When and why a certificate was revoked.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Revocation {
    /// When, RFC 3339.
    pub at: String,
    /// Why.
    pub reason: String,
}

/// Lists officials' keys, oldest first.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn list(app: &App) -> Result<Vec<KeySummary>, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let office = tx.office().await?;
    let mut all = Vec::new();
    for row in tx.keys_for(KeyPurpose::Official).await? {
        let Some(official) = row.key.pejabat else {
            continue;
        };
        let (place, provider) = match tx.bound_key(row.key.id).await?.map(|bound| bound.place) {
            None => ("vault", None),
            Some(KeyPlace::Imported) => ("imported", None),
            Some(KeyPlace::Token { provider, .. }) => ("pkcs11", Some(provider)),
            Some(KeyPlace::Service { provider, .. }) => ("csc", Some(provider)),
        };
        // The newest comes first.
        let certificate = tx.certificates_of(row.key.id).await?.into_iter().next();
        all.push(KeySummary {
            id: row.key.id,
            official,
            name: office
                .pejabat
                .get(&official)
                .map_or_else(String::new, |person| person.name.clone()),
            place,
            provider,
            uses: row.uses,
            until: certificate.as_ref().map(|row| row.certificate.not_after),
            not_after: certificate
                .as_ref()
                .map(|row| row.certificate.not_after.to_string()),
            revoked: certificate
                .and_then(|row| row.revoked)
                .map(|(at, reason)| Revocation {
                    at: at.to_string(),
                    reason,
                }),
        });
    }
    Ok(all)
}
