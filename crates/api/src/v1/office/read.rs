//! The office as it stands.

use axum::Json;
use axum::extract::State;
use flow::id::{JabatanId, OpdId, PejabatId};
use serde::Serialize;
use service::access::{self, Action, Object};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::schema;

/// The office as it stands.
#[derive(Serialize, ToSchema)]
pub(super) struct Office {
    /// Organisations of the regency.
    opd: Vec<OpdView>,
    /// Positions, and who holds them now.
    jabatan: Vec<JabatanView>,
}

/// An organisation.
#[derive(Serialize, ToSchema)]
struct OpdView {
    /// Its id.
    #[schema(value_type = schema::OpdId)]
    id: OpdId,
    /// Its unit code, as numbers of letters show it.
    kode_unit: String,
    /// Its name.
    name: String,
    /// WIB, WITA or WIT.
    zone: &'static str,
}

/// A position.
#[derive(Serialize, ToSchema)]
struct JabatanView {
    /// Its id.
    #[schema(value_type = schema::JabatanId)]
    id: JabatanId,
    /// Its OPD.
    #[schema(value_type = schema::OpdId)]
    opd: OpdId,
    /// Its title.
    title: String,
    /// The position above.
    #[schema(value_type = Option<schema::JabatanId>)]
    superior: Option<JabatanId>,
    /// Who holds it now.
    holder: Option<Holder>,
}

/// Who holds a position.
#[derive(Serialize, ToSchema)]
struct Holder {
    /// The person.
    #[schema(value_type = schema::PejabatId)]
    id: PejabatId,
    /// Name with titles.
    name: String,
}

/// Who is who
#[utoipa::path(get, path = "/office", operation_id = "office_read", tag = "office",
    responses((status = 200, description = "OPD and positions.", body = Office)))]
pub(super) async fn read(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<Office>, Problem> {
    access::require(&state.app, &caller.0, Action::ReadOffice, Object::Regency).await?;
    let office = service::office::current(&state.app).await?;
    let now = state.app.now();
    let opd = office.opd.values().map(|opd| OpdView {
        id: opd.id,
        kode_unit: opd.kode_unit.clone(),
        name: opd.name.clone(),
        zone: opd.zone.word(),
    });
    let jabatan = office.jabatan.values().map(|jabatan| JabatanView {
        id: jabatan.id,
        opd: jabatan.opd,
        title: jabatan.title.clone(),
        superior: jabatan.superior,
        holder: office
            .holder(jabatan.id, now)
            .and_then(|id| office.pejabat.get(&id))
            .map(|person| Holder {
                id: person.id,
                name: person.name_with_gelar(),
            }),
    });
    Ok(Json(Office {
        opd: opd.collect(),
        jabatan: jabatan.collect(),
    }))
}
