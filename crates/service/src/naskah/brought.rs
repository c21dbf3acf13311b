//! A PDF that somebody brings along, looked at before anything of it is kept.

use std::sync::Arc;

use signing::source::ByteSource;

use super::fields::{name, unseen};
use crate::{App, ServiceError};

/// Tries to put the fields of so many signers into the file, and keeps nothing of it. Preparing the letter does the same in
/// earnest, when it has taken its number already.
///
/// # Errors
/// [`ServiceError::Worker`], of which [`ServiceError::blames_document`] says so.
pub(super) async fn takes_fields(
    app: &App,
    file: &[u8],
    signers: usize,
) -> Result<(), ServiceError> {
    let names: Vec<String> = (1..=signers).map(name).collect();
    let source: Arc<dyn ByteSource> = Arc::new(file.to_vec());
    let worker = Arc::clone(&app.worker);
    tokio::task::spawn_blocking(move || worker.place_fields(source, unseen(&names))).await??;
    Ok(())
}
