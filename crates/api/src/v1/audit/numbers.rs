//! Every number ever given, with what became of it.

use axum::Json;
use axum::extract::State;
use flow::id::OpdId;
use serde::Serialize;
use service::audit::{self, Number};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::schema;

/// Every number ever given.
#[derive(Serialize, ToSchema)]
pub(super) struct Numbers {
    /// By year, OPD, group and place.
    items: Vec<NumberView>,
}

/// A number of a register.
#[derive(Serialize, ToSchema)]
struct NumberView {
    /// The year of its register.
    year: u16,
    /// Whose register.
    #[schema(value_type = schema::OpdId)]
    opd: OpdId,
    /// Which kinds of naskah share the register.
    kind_group: String,
    /// Its place.
    urut: u64,
    /// As it stands on the letter.
    text: String,
    /// `reserved`, `issued` or `cancelled`.
    state: &'static str,
    /// Why it is not used, for one that is not.
    reason: Option<String>,
}

/// Read every number ever given
#[utoipa::path(get, path = "/audit/numbers", operation_id = "audit_numbers", tag = "audit",
    responses((status = 200, description = "The numbers.", body = Numbers)))]
pub(super) async fn numbers(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<Numbers>, Problem> {
    let items = audit::numbers(&state.app, &caller.0).await?;
    Ok(Json(Numbers {
        items: items.into_iter().map(NumberView::from).collect(),
    }))
}

impl From<Number> for NumberView {
    fn from(number: Number) -> Self {
        Self {
            year: number.year,
            opd: number.opd,
            kind_group: number.kind_group,
            urut: number.urut,
            text: number.text,
            state: number.state.as_str(),
            reason: number.reason,
        }
    }
}
