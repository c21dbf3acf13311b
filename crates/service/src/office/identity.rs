//! Whose letters these are.

use serde::{Deserialize, Serialize};
use store::Tx;

use crate::ServiceError;

/// The government, as letterheads and certificates name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// First line of letterheads, "PEMERINTAH KABUPATEN CONTOHREJO".
    pub pemda: String,
    /// The organisation in certificates, "Pemerintah Kabupaten Contohrejo".
    pub organisation: String,
    /// The place written before the date.
    pub place: String,
}

impl Identity {
    /// Common name of the CA that issues officials' certificates.
    pub fn issuing_ca(&self) -> String {
        format!("CA Penerbit {}", self.organisation)
    }

    /// Common name of the root above it.
    pub fn root_ca(&self) -> String {
        format!("CA Induk {}", self.organisation)
    }

    /// Common name of the institution's seal.
    pub fn seal(&self) -> String {
        format!("Segel Elektronik {}", self.organisation)
    }

    /// The footer sentence (tata naskah A.7, sentence 2) with the true issuer: our certificates are not BSrE's.
    pub fn issuer_sentence(&self) -> String {
        format!(
            "Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik \
             yang diterbitkan oleh {}.",
            self.issuing_ca()
        )
    }
}

/// Stores the identity.
pub(crate) async fn put(tx: &mut Tx, identity: &Identity) -> Result<(), ServiceError> {
    let text = serde_json::to_string(identity).map_err(|error| corrupt(&error))?;
    Ok(tx.put_meta(OFFICE_MARK, &text).await?)
}

/// The stored identity.
///
/// # Errors
/// [`ServiceError::NotFound`] before an office was installed.
pub(crate) async fn identity(tx: &mut Tx) -> Result<Identity, ServiceError> {
    let text = tx
        .meta(OFFICE_MARK)
        .await?
        .ok_or_else(|| ServiceError::NotFound {
            what: "office",
            id: "in this database".to_owned(),
        })?;
    serde_json::from_str(&text).map_err(|error| corrupt(&error))
}

fn corrupt(error: &serde_json::Error) -> ServiceError {
    ServiceError::Corrupt {
        what: "meta",
        id: OFFICE_MARK.to_owned(),
        why: error.to_string(),
    }
}

/// The mark of a database that holds an office.
pub const OFFICE_MARK: &str = "office";
