//! Letters in lists, filtered.

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use flow::id::{AgendaId, NaskahId, OpdId};
use flow::jenis::JenisNaskah;
use flow::sifat::{Keamanan, Sifat};
use flow::time::CalendarDate;
use serde::{Deserialize, Serialize};
use service::desk::{self, LetterItem, LetterQuery, Tab};
use utoipa::{IntoParams, ToSchema};

use super::content::{Jenis, Secrecy, Urgency};
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Query;
use crate::v1::instant::Instant;
use crate::v1::paging::{self, PageView};
use crate::v1::schema;

/// Which letters.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct LettersQuery {
    /// Which part of the office's letters.
    #[serde(default)]
    #[param(inline)]
    tab: TabName,
    /// In this stage.
    #[param(inline, value_type = Option<Stage>)]
    tahap: Option<Stage>,
    /// Of this kind.
    #[param(inline, value_type = Option<Jenis>)]
    jenis: Option<JenisNaskah>,
    /// Of this OPD.
    #[param(value_type = Option<schema::OpdId>)]
    opd: Option<OpdId>,
    /// With these words.
    #[param(min_length = 1, max_length = 200)]
    q: Option<String>,
    /// Changed on this day or later.
    #[param(value_type = Option<schema::Day>)]
    from: Option<CalendarDate>,
    /// Changed on this day or earlier.
    #[param(value_type = Option<schema::Day>)]
    until: Option<CalendarDate>,
    /// Where the page begins: `next` of the page before.
    #[param(value_type = Option<schema::PageCursor>)]
    cursor: Option<String>,
    /// How many items, at most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
}

/// Parts of the office's letters.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TabName {
    /// What goes out.
    Keluar,
    /// What came in, addressed to us.
    Masuk,
    /// What came in as a copy.
    Tembusan,
    /// What is in the archive.
    Arsip,
    /// All of them.
    #[default]
    Semua,
}

/// Stages of a letter.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Stage {
    /// Being written.
    Draft,
    /// Passing parafs.
    Review,
    /// Sent back.
    Returned,
    /// Waits to be prepared.
    Ready,
    /// Waits for signatures.
    Signing,
    /// Signed.
    Signed,
    /// Sent.
    Dispatched,
    /// In the archive.
    Filed,
    /// Taken back.
    Withdrawn,
    /// Refused for good.
    Rejected,
    /// Void.
    Cancelled,
}

/// A letter in a list.
#[derive(Serialize, ToSchema)]
pub(in crate::v1) struct LetterItemView {
    /// The letter.
    #[schema(value_type = schema::LetterId)]
    id: NaskahId,
    /// Our agenda entry of it, where it came in.
    #[schema(value_type = Option<schema::AgendaId>)]
    agenda: Option<AgendaId>,
    /// Whose it is.
    #[schema(value_type = schema::OpdId)]
    opd: OpdId,
    /// The name of that OPD.
    opd_name: String,
    /// Its kind.
    #[schema(value_type = Jenis)]
    jenis: JenisNaskah,
    /// Its stage.
    tahap: String,
    /// What it is about, where lists may say it.
    hal: Option<String>,
    /// Its number.
    nomor: Option<String>,
    /// Urgency.
    #[schema(value_type = Urgency)]
    sifat: Sifat,
    /// Secrecy.
    #[schema(value_type = Secrecy)]
    keamanan: Keamanan,
    /// When it last changed.
    updated_at: Instant,
    /// The version of its history.
    version: u64,
}

/// List letters
#[utoipa::path(get, path = "/letters", operation_id = "letters_list", tag = "letters",
    params(LettersQuery),
    responses((status = 200, description = "A page, newest change first.", body = PageView<LetterItemView>)))]
pub(super) async fn list(
    State(state): State<ApiState>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<LettersQuery>,
) -> Result<Response, Problem> {
    let page = paging::request(query.cursor.as_deref(), query.limit)?;
    paging::words(query.q.as_deref())?;
    let wanted = LetterQuery {
        tab: query.tab.into(),
        tahap: query.tahap.map(|tahap| word(tahap).to_owned()),
        jenis: query.jenis,
        opd: query.opd,
        q: query.q,
        from: query.from,
        until: query.until,
    };
    let letters = desk::letters(&state.app, &caller.0, &wanted, page).await?;
    Ok(paging::answer::<_, LetterItemView>(
        letters,
        &state.settings.base_address,
        &uri,
    ))
}

impl From<TabName> for Tab {
    fn from(tab: TabName) -> Self {
        match tab {
            TabName::Keluar => Self::Keluar,
            TabName::Masuk => Self::Masuk,
            TabName::Tembusan => Self::Tembusan,
            TabName::Arsip => Self::Arsip,
            TabName::Semua => Self::Semua,
        }
    }
}

const fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Draft => "draft",
        Stage::Review => "review",
        Stage::Returned => "returned",
        Stage::Ready => "ready",
        Stage::Signing => "signing",
        Stage::Signed => "signed",
        Stage::Dispatched => "dispatched",
        Stage::Filed => "filed",
        Stage::Withdrawn => "withdrawn",
        Stage::Rejected => "rejected",
        Stage::Cancelled => "cancelled",
    }
}

impl From<LetterItem> for LetterItemView {
    fn from(item: LetterItem) -> Self {
        Self {
            id: item.id,
            agenda: item.agenda,
            opd: item.opd,
            opd_name: item.opd_name,
            jenis: item.jenis,
            tahap: item.tahap,
            hal: item.hal,
            nomor: item.nomor,
            sifat: item.sifat,
            keamanan: item.keamanan,
            updated_at: item.updated_at.into(),
            version: item.version,
        }
    }
}
