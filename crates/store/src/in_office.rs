//! What a transaction reads together with the office of that moment.

use std::sync::Arc;

use flow::id::NaskahId;
use flow::office::Office;

use crate::model::{LetterDetailRow, LetterRow, Reader};
use crate::office_cache::OFFICE_VERSION;
use crate::row::{of_one_letter, of_one_page};
use crate::{StoreError, Tx};

impl Tx {
    /// The whole office, shared with whoever else reads the same version of it.
    ///
    /// # Errors
    /// [`StoreError`]: a row is corrupt, or the engine fails.
    pub async fn office(&mut self) -> Result<Arc<Office>, StoreError> {
        let version = self.meta(OFFICE_VERSION).await?;
        self.office_of(version).await
    }

    /// A letter with the entries it came into, and the whole office as it is then.
    ///
    /// # Errors
    /// [`StoreError`]: a row is corrupt, or the engine fails.
    pub async fn letter(
        &mut self,
        id: NaskahId,
    ) -> Result<Option<(LetterRow, Arc<Office>)>, StoreError> {
        let Some((letter, version)) = of_one_letter(self.letter_rows(id).await?)? else {
            return Ok(None);
        };
        Ok(Some((letter, self.office_of(version).await?)))
    }

    /// A letter with what its own page asks, and the whole office as it is then. `reader` says through whose eyes, in
    /// that office.
    ///
    /// # Errors
    /// [`StoreError`]: a row is corrupt, or the engine fails.
    pub async fn letter_detail(
        &mut self,
        id: NaskahId,
        reader: impl Fn(&Office) -> Reader,
    ) -> Result<Option<(LetterDetailRow, Arc<Office>)>, StoreError> {
        let office = self.office().await?;
        let rows = self.detail_rows(&reader(&office), id).await?;
        Ok(of_one_page(rows)?.map(|(detail, _)| (detail, office)))
    }

    async fn office_of(&mut self, version: Option<String>) -> Result<Arc<Office>, StoreError> {
        if let Some(office) = self.offices.known(version.as_deref()) {
            return Ok(office);
        }
        let office = Arc::new(self.load_office().await?);
        self.offices.keep(version, &office);
        Ok(office)
    }
}
