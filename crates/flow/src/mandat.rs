//! Delegations: Plt., Plh., Pj., Pjs., a.n. and u.b., each by SK, within a scope, over an interval.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    id::{JabatanId, MandatId, OpdId, PejabatId},
    interval::Interval,
    jenis::JenisNaskah,
    time::Timestamp,
};

/// In which capacity somebody acts for a position that is not definitively theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kapasitas {
    /// Pelaksana tugas: the post is vacant.
    Plt,
    /// Pelaksana harian: the holder is absent for a while.
    Plh,
    /// Penjabat.
    Pj,
    /// Penjabat sementara.
    Pjs,
    /// Atas nama: delegated one level down.
    AtasNama,
    /// Untuk beliau: delegated onward under an a.n.
    UntukBeliau,
}

impl Kapasitas {
    /// The abbreviation before the position's title.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plt => "Plt.",
            Self::Plh => "Plh.",
            Self::Pj => "Pj.",
            Self::Pjs => "Pjs.",
            Self::AtasNama => "a.n.",
            Self::UntukBeliau => "u.b.",
        }
    }
}

/// To whom the power is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Penerima {
    /// Plt., Plh., Pj., Pjs.: a named person takes the post's place.
    Pejabat(PejabatId),
    /// a.n.: whoever holds this position.
    Jabatan(JabatanId),
    /// u.b.: whoever holds `jabatan`, below the a.n. of `through`.
    Below {
        /// The position that acts a.n.
        through: JabatanId,
        /// The position below it that signs.
        jabatan: JabatanId,
    },
}

/// A delegation that makes sense: its receiver suits its capacity, it has an SK and an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "MandatRow", into = "MandatRow")]
pub struct Mandat {
    id: MandatId,
    kapasitas: Kapasitas,
    of: JabatanId,
    penerima: Penerima,
    sk: String,
    kinds: BTreeSet<JenisNaskah>,
    opd: Option<OpdId>,
    masa: Interval,
}

/// The columns a delegation is kept in; [`Mandat::try_from`] checks them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MandatRow {
    /// Identity.
    pub id: MandatId,
    /// Capacity.
    pub kapasitas: Kapasitas,
    /// The position acted for.
    pub of: JabatanId,
    /// Receiver of Plt., Plh., Pj., Pjs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pejabat: Option<PejabatId>,
    /// Receiving position of a.n. and u.b.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jabatan: Option<JabatanId>,
    /// The a.n. position an u.b. stands under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<JabatanId>,
    /// Number of the SK.
    pub sk: String,
    /// Kinds of naskah it covers; none named means all.
    #[serde(default)]
    pub kinds: BTreeSet<JenisNaskah>,
    /// OPD whose letters it covers; none means any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opd: Option<OpdId>,
    /// First instant.
    pub from: Timestamp,
    /// First instant after it.
    pub until: Timestamp,
}

/// Why a delegation makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MandatError {
    /// The receiver does not suit the capacity.
    #[error("{} is given to another kind of receiver", .0.word())]
    Receiver(Kapasitas),
    /// There is no SK number.
    #[error("a delegation needs the number of its SK")]
    Sk,
    /// It ends before it begins.
    #[error("the delegation ends before it begins")]
    Masa,
}

impl Mandat {
    /// Identity.
    pub const fn id(&self) -> MandatId {
        self.id
    }

    /// Capacity.
    pub const fn kapasitas(&self) -> Kapasitas {
        self.kapasitas
    }

    /// The position acted for.
    pub const fn of(&self) -> JabatanId {
        self.of
    }

    /// Who received it.
    pub const fn penerima(&self) -> Penerima {
        self.penerima
    }

    /// Number of the SK.
    pub fn sk(&self) -> &str {
        &self.sk
    }

    /// While it holds.
    pub const fn masa(&self) -> Interval {
        self.masa
    }

    /// Whether it covers such a letter at that instant.
    pub fn covers(&self, matter: Matter, at: Timestamp) -> bool {
        self.masa.contains(at)
            && (self.kinds.is_empty() || self.kinds.contains(&matter.jenis))
            && self.opd.is_none_or(|opd| opd == matter.opd)
    }
}

/// What somebody wants to act on: the kind of naskah and the OPD whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matter {
    /// Kind of naskah.
    pub jenis: JenisNaskah,
    /// Whose letter.
    pub opd: OpdId,
}

impl TryFrom<MandatRow> for Mandat {
    type Error = MandatError;

    fn try_from(row: MandatRow) -> Result<Self, MandatError> {
        let penerima = receiver(&row).ok_or(MandatError::Receiver(row.kapasitas))?;
        if row.sk.trim().is_empty() {
            return Err(MandatError::Sk);
        }
        let masa = Interval::new(row.from, Some(row.until)).map_err(|_| MandatError::Masa)?;
        Ok(Self {
            id: row.id,
            kapasitas: row.kapasitas,
            of: row.of,
            penerima,
            sk: row.sk,
            kinds: row.kinds,
            opd: row.opd,
            masa,
        })
    }
}

impl From<Mandat> for MandatRow {
    fn from(mandat: Mandat) -> Self {
        let (pejabat, jabatan, through) = match mandat.penerima {
            Penerima::Pejabat(pejabat) => (Some(pejabat), None, None),
            Penerima::Jabatan(jabatan) => (None, Some(jabatan), None),
            Penerima::Below { through, jabatan } => (None, Some(jabatan), Some(through)),
        };
        Self {
            id: mandat.id,
            kapasitas: mandat.kapasitas,
            of: mandat.of,
            pejabat,
            jabatan,
            through,
            sk: mandat.sk,
            kinds: mandat.kinds,
            opd: mandat.opd,
            from: mandat.masa.from(),
            until: mandat.masa.until().unwrap_or(mandat.masa.from()),
        }
    }
}

fn receiver(row: &MandatRow) -> Option<Penerima> {
    match (row.kapasitas, row.pejabat, row.jabatan, row.through) {
        (
            Kapasitas::Plt | Kapasitas::Plh | Kapasitas::Pj | Kapasitas::Pjs,
            Some(pejabat),
            None,
            None,
        ) => Some(Penerima::Pejabat(pejabat)),
        (Kapasitas::AtasNama, None, Some(jabatan), None) if jabatan != row.of => {
            Some(Penerima::Jabatan(jabatan))
        }
        (Kapasitas::UntukBeliau, None, Some(jabatan), Some(through))
            if jabatan != through && jabatan != row.of && through != row.of =>
        {
            Some(Penerima::Below { through, jabatan })
        }
        (_, _, _, _) => None,
    }
}
