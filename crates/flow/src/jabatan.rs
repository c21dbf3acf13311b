//! Positions and who holds them. A position acts; a person holds it over an interval.

use serde::{Deserialize, Serialize};

use crate::{
    id::{JabatanId, OpdId, PejabatId},
    interval::Interval,
};

/// A position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jabatan {
    /// Its identity.
    pub id: JabatanId,
    /// The OPD it belongs to.
    pub opd: OpdId,
    /// Its title, "Kepala Dinas Kesehatan".
    pub title: String,
    /// Its standing, on which the writing of names depends.
    pub kedudukan: Kedudukan,
    /// The position above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superior: Option<JabatanId>,
}

/// Standing of a position in the rules of writing names (Permendagri 1/2023 art. 44).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kedudukan {
    /// Bupati.
    KepalaDaerah,
    /// Wakil Bupati.
    WakilKepalaDaerah,
    /// Sekretaris Daerah.
    SekretarisDaerah,
    /// Every other position.
    Lainnya,
}

/// A person holds a position definitively over an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holding {
    /// The position.
    pub jabatan: JabatanId,
    /// Its holder.
    pub pejabat: PejabatId,
    /// While.
    pub interval: Interval,
}
