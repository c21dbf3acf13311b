//! The counters as they change: server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use futures::stream::unfold;
use service::desk;
use utoipa::ToSchema;

use super::counters::Counters;
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;

/// An event of the stream.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is written as lines of text")]
struct CountersEvent {
    /// What it is about.
    event: CountersEventName,
    /// The counters, JSON in a text.
    data: String,
}

/// What an event is about.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the schema of what is written as lines of text")]
enum CountersEventName {
    /// The counters.
    Counters,
}

/// Hear when something comes in
///
/// Server-sent events named `counters`: first the present counters, then whenever one of them changed.
#[utoipa::path(get, path = "/inbox/stream", operation_id = "inbox_stream", tag = "inbox",
    responses((status = 200, description = "Events.", content_type = "text/event-stream", body = CountersEvent)))]
pub(super) async fn stream(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let first = Counters::from(desk::counters(&state.app, &caller.0).await?);
    let begun = Watch {
        state,
        caller,
        told: None,
        next: Some(first),
    };
    Ok(Sse::new(unfold(begun, told)).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

struct Watch {
    state: ApiState,
    caller: Caller,
    told: Option<Counters>,
    next: Option<Counters>,
}

/// The database is asked, so that it does not matter which node did what changed the counters.
const PAUSE: Duration = Duration::from_secs(3);
const HEARTBEAT: Duration = Duration::from_secs(15);

async fn told(mut watch: Watch) -> Option<(Result<Event, Infallible>, Watch)> {
    loop {
        if let Some(next) = watch.next.take()
            && watch.told.as_ref() != Some(&next)
        {
            let text = serde_json::to_string(&next).ok()?;
            watch.told = Some(next);
            return Some((Ok(Event::default().event("counters").data(text)), watch));
        }
        tokio::time::sleep(PAUSE).await;
        // The asker connects again, to another node if this one is about to end.
        if watch.state.is_draining() {
            return None;
        }
        let counters = desk::counters(&watch.state.app, &watch.caller.0)
            .await
            .ok()?;
        watch.next = Some(counters.into());
    }
}
