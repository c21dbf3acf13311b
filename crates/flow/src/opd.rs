//! An OPD (organisasi perangkat daerah): agency, office or district of the regency.

use serde::{Deserialize, Serialize};

use crate::{id::OpdId, time::Zone};

/// One OPD, as letterheads and numbers show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opd {
    /// Its identity.
    pub id: OpdId,
    /// Unit code inside letter numbers.
    pub kode_unit: String,
    /// Name without that of the regency.
    pub name: String,
    /// Address lines of the letterhead.
    pub address: Vec<String>,
    /// The zone whose midnight turns its days and years.
    pub zone: Zone,
}
