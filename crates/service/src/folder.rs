//! Which data directory belongs to a database: the sealed letters of one never lie in two.

use ring::rand::SystemRandom;
use store::Store;

use crate::ServiceError;
use crate::app::random;
use crate::data_dir::{DataDir, Readers};
use crate::transaction::transaction;

/// Refuses a database whose letters lie in another directory: several nodes share one, as they share the database.
///
/// # Errors
/// [`ServiceError::OtherFolder`].
pub(crate) async fn prove(
    store: &Store,
    dir: &DataDir,
    rng: &SystemRandom,
) -> Result<(), ServiceError> {
    let here = dir
        .read(FILE)?
        .map(|name| String::from_utf8_lossy(&name).trim().to_owned());
    let known = store.snapshot().await?.meta(ROW).await?;
    match (known, here) {
        (Some(known), Some(here)) if known == here => Ok(()),
        (Some(_), _) => Err(ServiceError::OtherFolder(dir.root().to_owned())),
        // The file is made first: dying between the two leaves what the next start carries on from.
        (None, here) => {
            let name = match here {
                Some(name) => name,
                None => hex::encode(random::<16>(rng)?),
            };
            dir.replace(FILE, name.as_bytes(), Readers::Owner)?;
            transaction!(store, |tx| { Ok(tx.put_meta(ROW, &name).await?) })
        }
    }
}

const FILE: &str = "id";
const ROW: &str = "data_dir";
