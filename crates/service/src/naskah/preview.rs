//! A draft as the typesetter takes it, before it is a letter.

use flow::digest::Sha256;
use flow::id::{NaskahId, RegisterId};
use flow::mandat::Matter;
use flow::naskah::{Content, PlannedSigner, Refusal};
use flow::nomor::Nomor;
use flow::office::Office;
use flow::time::Timestamp;
use letter::LetterInput;
use store::model::NaskahRow;

use super::page::{Page, letter_input};
use crate::office::identity;
use crate::register::word;
use crate::{App, ServiceError};

/// The pages of a content as they would be printed now. Number and codes are places where they will stand.
///
/// # Errors
/// What is wrong with the content; [`Refusal::Stage`] for an imported one, which is not typeset.
pub(crate) async fn preview_input(
    app: &App,
    content: &Content,
) -> Result<LetterInput, ServiceError> {
    content.digest()?;
    let now = app.now();
    let mut tx = app.store.snapshot().await?;
    let office = tx.office().await?;
    let identity = identity(&mut tx).await?;
    drop(tx);
    if !office.opd.contains_key(&content.opd) {
        return Err(ServiceError::Invalid { what: "opd" });
    }
    let id = NaskahId::from_uuid(uuid::Uuid::nil());
    let row = NaskahRow {
        id,
        opd: content.opd,
        jenis: word(&content.jenis)?,
        tahap: "draft".to_owned(),
        version: 0,
        content_digest: Sha256([0; 32]),
        nomor: None,
        code: Some(PLACE_OF_CODE.to_owned()),
        typed_code: Some(PLACE_OF_TYPED_CODE.to_owned()),
        batch: None,
        updated_at: now,
    };
    let year = office.date_in(content.opd, now).year();
    let register = RegisterId::from_uuid(uuid::Uuid::nil());
    let nomor =
        Nomor::new(register, year, 0, PLACE_OF_NOMOR.to_owned()).map_err(|_| Refusal::NomorYear)?;
    letter_input(&Page {
        id,
        row: &row,
        content,
        office: &office,
        planned: &would_sign(&office, content, now),
        nomor: &nomor,
        identity: &identity,
        settings: &app.settings,
        now,
    })
}

/// Who would sign as of now; a vacant position has no block yet.
fn would_sign(office: &Office, content: &Content, now: Timestamp) -> Vec<PlannedSigner> {
    let matter = Matter {
        jenis: content.jenis,
        opd: content.opd,
    };
    (1..)
        .zip(&content.signers)
        .filter_map(|(place, jabatan)| {
            let (actor, _) = office.signatory(*jabatan, matter, now)?;
            Some(PlannedSigner {
                jabatan: *jabatan,
                actor,
                field: format!("TTE{place}"),
            })
        })
        .collect()
}

const PLACE_OF_NOMOR: &str = "…/…/…";
const PLACE_OF_CODE: &str = "00000000000000000000000000";
const PLACE_OF_TYPED_CODE: &str = "0000-0000";
