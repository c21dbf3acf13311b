//! Our own certificates and lists, which are at hand: this service never asks itself over the network.

use std::collections::HashSet;

use signing::validate::Need;
use store::model::KeyPurpose;

use crate::{App, ServiceError, key};

/// The certificates that our own authorities sign with.
pub(super) struct Own(HashSet<Vec<u8>>);

impl Own {
    /// Reads them, and publishes a fresh list first where the present one grows old.
    pub(super) async fn load(app: &App) -> Result<Self, ServiceError> {
        key::keep_crl_fresh(app).await?;
        let mut own = HashSet::new();
        let mut tx = app.store.snapshot().await?;
        for key in tx.keys_for(KeyPurpose::IssuingCa).await? {
            let certificates = tx.certificates_of(key.key.id).await?;
            own.extend(certificates.into_iter().map(|found| found.certificate.der));
        }
        own.extend(app.data_dir.read(ROOT_FILE)?);
        Ok(Self(own))
    }

    /// Whether what is needed would have to come from ourselves.
    pub(super) fn would_tell(&self, need: &Need) -> bool {
        match need {
            Need::Revocation { issuer, .. } => self.0.contains(&issuer.der),
            Need::Issuer { .. } => false,
        }
    }
}

const ROOT_FILE: &str = "ca/root.cer";
