//! What waits for an official's signature.

use flow::digest::Sha256;
use flow::id::NaskahId;
use flow::office::Actor;
use store::model::NaskahFilter;

use super::waiting::awaited;
use crate::naskah::load;
use crate::{App, ServiceError};

/// A letter that waits, with the version to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// The letter.
    pub naskah: NaskahId,
    /// SHA-256 of its newest version.
    pub version_sha256: Sha256,
}

/// Letters whose next signer's block was printed for this actor.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn pending(app: &App, actor: &Actor) -> Result<Vec<Pending>, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let filter = NaskahFilter {
        tahap: Some("signing".to_owned()),
        ..NaskahFilter::default()
    };
    let mut waiting = Vec::new();
    for row in tx.naskah_list(&filter).await? {
        let naskah = load(&mut tx, row.id).await?.naskah;
        let Some((step, _)) = naskah.next_signer() else {
            continue;
        };
        if awaited(&mut tx, row.id).await?.is_some() {
            continue;
        }
        let signer = naskah
            .tahap()
            .prepared()
            .and_then(|prepared| prepared.signers.get(usize::from(step)));
        let version = naskah.tahap().current_version();
        if let (Some(signer), Some(version_sha256)) = (signer, version)
            && signer.pejabat == actor.pejabat
        {
            waiting.push(Pending {
                naskah: row.id,
                version_sha256,
            });
        }
    }
    Ok(waiting)
}
