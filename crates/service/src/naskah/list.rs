//! Looking letters up.

use flow::id::NaskahId;
use flow::naskah::Naskah;
use store::model::{NaskahFilter, NaskahRow};

use super::act::load;
use crate::{App, ServiceError};

/// The letter as it stands.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn show(app: &App, id: NaskahId) -> Result<Naskah, ServiceError> {
    Ok(load(&mut app.store.snapshot().await?, id).await?.naskah)
}

/// The letters that were made for one thing, oldest change first.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn find_batch(app: &App, batch: &str) -> Result<Vec<NaskahRow>, ServiceError> {
    let filter = NaskahFilter {
        batch: Some(batch.to_owned()),
        ..NaskahFilter::default()
    };
    Ok(app.store.snapshot().await?.naskah_list(&filter).await?)
}
