//! One signature, all steps.

use std::sync::Arc;

use flow::id::{ActivationId, NaskahId};
use flow::office::Actor;

use super::finish::{Signed, finish};
use super::intend::intend;
use super::stamp::stamp;
use super::use_key::use_key;
use crate::{App, ServiceError};

/// Signs the letter's next step for the actor, under an activation that names the letter's newest version.
///
/// When it returns, the signature is durable. If a step fails, or this process dies on the way, [`super::resume`]
/// settles it.
///
/// # Errors
/// The rule that forbids it; [`ServiceError::NotActivated`] when the activation does not cover the version or its key
/// is not in this process's memory; [`ServiceError::AwaitingTimestamp`] when it is made and nobody put a time on it
/// yet.
pub async fn sign(
    app: &Arc<App>,
    actor: &Actor,
    id: NaskahId,
    activation: ActivationId,
) -> Result<Signed, ServiceError> {
    let unlocked = app
        .unlocked(activation)
        .ok_or(ServiceError::NotActivated(activation))?;
    let (intent, to_be_signed, _working) = intend(app, actor, id, activation, &unlocked).await?;
    use_key(app, &intent, &to_be_signed, &unlocked).await?;
    stamp(app, intent.id).await?;
    finish(app, intent.id).await
}
