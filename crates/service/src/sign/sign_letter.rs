//! All steps: of one signature, or of as many as the key makes by one use.

use std::sync::Arc;

use flow::id::{ActivationId, NaskahId};
use flow::office::Actor;

use super::finish::{Signed, finish};
use super::intend::intend;
use super::stamp::stamp;
use super::use_key::{keep, release, use_key};
use crate::{App, ServiceError};

/// Signs the letter's next step for the actor, under an activation that names the letter's newest version.
///
/// When it returns, the signature is durable. If a step fails, or this process dies on the way, [`super::resume`]
/// settles it.
///
/// # Errors
/// The rule that forbids it; [`ServiceError::NotActivated`] when the activation does not cover the version or its key
/// is not in this process's memory; [`ServiceError::KeyUse`] when the key does not sign;
/// [`ServiceError::AwaitingTimestamp`] when it is made and nobody put a time on it yet.
pub async fn sign(
    app: &Arc<App>,
    actor: &Actor,
    id: NaskahId,
    activation: ActivationId,
) -> Result<Signed, ServiceError> {
    let outcomes = sign_together(app, &[(*actor, id)], activation).await;
    let outcome = outcomes.into_iter().next();
    outcome.unwrap_or(Err(ServiceError::NotActivated(activation)))
}

/// The same for several letters, whose signatures are made by one use of the key, all or none of those that may be
/// signed; what became of each, in their order.
pub(super) async fn sign_together(
    app: &Arc<App>,
    letters: &[(Actor, NaskahId)],
    activation: ActivationId,
) -> Vec<Result<Signed, ServiceError>> {
    let Some(unlocked) = app.unlocked(activation) else {
        let none = |_| Err(ServiceError::NotActivated(activation));
        return letters.iter().map(none).collect();
    };
    let mut outcomes = Vec::new();
    let mut intended = Vec::new();
    for (place, (actor, id)) in letters.iter().enumerate() {
        match intend(app, actor, *id, activation, &unlocked).await {
            Ok(one) => intended.push((place, one)),
            Err(error) => outcomes.push((place, Err(error))),
        }
    }
    let (places, intended): (Vec<usize>, Vec<_>) = intended.into_iter().unzip();
    match use_key(app, &intended, &unlocked).await {
        Ok(all) => {
            for ((place, one), cms) in places.into_iter().zip(&intended).zip(all) {
                let outcome = async {
                    keep(app, one, &cms, &unlocked).await?;
                    stamp(app, one.intent.id).await?;
                    finish(app, one.intent.id).await
                };
                outcomes.push((place, outcome.await));
            }
        }
        Err(error) => {
            for (place, one) in places.into_iter().zip(&intended) {
                let released = release(app, one).await;
                let outcome = released.and(Err(error.clone().into()));
                outcomes.push((place, outcome));
            }
        }
    }
    outcomes.sort_by_key(|(place, _)| *place);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}
