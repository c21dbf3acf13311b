//! Initialling the content that was shown.

use flow::id::{JabatanId, NaskahId};
use flow::naskah::{Command, ContentDigest};
use flow::office::Actor;

use super::act::act;
use crate::{App, ServiceError};

/// Gives the paraf of a position to the content with this digest.
///
/// # Errors
/// The rule of the office that forbids it; among them that the content shown is no longer the letter's.
pub async fn paraf(
    app: &App,
    actor: &Actor,
    id: NaskahId,
    jabatan: JabatanId,
    content_digest: ContentDigest,
) -> Result<(), ServiceError> {
    let command = Command::Paraf {
        jabatan,
        content_digest,
    };
    act(app, actor, id, command).await?;
    Ok(())
}
