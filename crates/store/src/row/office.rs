//! Rows of the office.

use flow::id::{JabatanId, MandatId, OpdId, PejabatId};
use flow::interval::Interval;
use flow::jabatan::{Holding, Jabatan};
use flow::mandat::{Mandat, MandatRow};
use flow::opd::Opd;
use flow::pejabat::Pejabat;
use flow::time::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

use crate::StoreError;
use crate::convert::{of_json, of_word};

#[derive(FromRow)]
pub(crate) struct OpdColumns {
    id: Uuid,
    kode_unit: String,
    name: String,
    address: String,
    zone: String,
}

impl TryFrom<OpdColumns> for Opd {
    type Error = StoreError;

    fn try_from(row: OpdColumns) -> Result<Self, StoreError> {
        let id = OpdId::from_uuid(row.id);
        Ok(Self {
            id,
            kode_unit: row.kode_unit,
            name: row.name,
            address: of_json("opd", id, &row.address)?,
            zone: of_word("opd", id, &row.zone)?,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct JabatanColumns {
    id: Uuid,
    opd_id: Uuid,
    title: String,
    kedudukan: String,
    superior: Option<Uuid>,
}

impl TryFrom<JabatanColumns> for Jabatan {
    type Error = StoreError;

    fn try_from(row: JabatanColumns) -> Result<Self, StoreError> {
        let id = JabatanId::from_uuid(row.id);
        Ok(Self {
            id,
            opd: OpdId::from_uuid(row.opd_id),
            title: row.title,
            kedudukan: of_word("jabatan", id, &row.kedudukan)?,
            superior: row.superior.map(JabatanId::from_uuid),
        })
    }
}

#[derive(FromRow)]
pub(crate) struct PejabatColumns {
    id: Uuid,
    name: String,
    gelar_depan: String,
    gelar_belakang: String,
    pangkat: Option<String>,
    nip: Option<String>,
}

impl TryFrom<PejabatColumns> for Pejabat {
    type Error = StoreError;

    fn try_from(row: PejabatColumns) -> Result<Self, StoreError> {
        let id = PejabatId::from_uuid(row.id);
        let nip = row
            .nip
            .map(|nip| of_word("pejabat", id, &nip))
            .transpose()?;
        Ok(Self {
            id,
            name: row.name,
            gelar_depan: row.gelar_depan,
            gelar_belakang: row.gelar_belakang,
            pangkat: row.pangkat,
            nip,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct HoldingColumns {
    jabatan_id: Uuid,
    pejabat_id: Uuid,
    from_at: i64,
    until_at: Option<i64>,
}

impl TryFrom<HoldingColumns> for Holding {
    type Error = StoreError;

    fn try_from(row: HoldingColumns) -> Result<Self, StoreError> {
        let jabatan = JabatanId::from_uuid(row.jabatan_id);
        let pejabat = PejabatId::from_uuid(row.pejabat_id);
        let interval = Interval::new(
            Timestamp::from_micros(row.from_at),
            row.until_at.map(Timestamp::from_micros),
        )
        .map_err(|error| {
            StoreError::corrupt("holding", format!("{jabatan}/{pejabat}"), error.to_string())
        })?;
        Ok(Self {
            jabatan,
            pejabat,
            interval,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct MandatColumns {
    id: Uuid,
    kapasitas: String,
    of_jabatan: Uuid,
    pejabat_id: Option<Uuid>,
    jabatan_id: Option<Uuid>,
    through: Option<Uuid>,
    sk: String,
    kinds: String,
    opd_id: Option<Uuid>,
    from_at: i64,
    until_at: i64,
}

impl TryFrom<MandatColumns> for Mandat {
    type Error = StoreError;

    fn try_from(row: MandatColumns) -> Result<Self, StoreError> {
        let id = MandatId::from_uuid(row.id);
        let parts = MandatRow {
            id,
            kapasitas: of_word("mandat", id, &row.kapasitas)?,
            of: JabatanId::from_uuid(row.of_jabatan),
            pejabat: row.pejabat_id.map(PejabatId::from_uuid),
            jabatan: row.jabatan_id.map(JabatanId::from_uuid),
            through: row.through.map(JabatanId::from_uuid),
            sk: row.sk,
            kinds: of_json("mandat", id, &row.kinds)?,
            opd: row.opd_id.map(OpdId::from_uuid),
            from: Timestamp::from_micros(row.from_at),
            until: Timestamp::from_micros(row.until_at),
        };
        Self::try_from(parts).map_err(|error| StoreError::corrupt("mandat", id, error.to_string()))
    }
}
