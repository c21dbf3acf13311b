//! Webhooks: who is told of what, and what became of it.

use std::collections::BTreeSet;

use flow::id::{DeliveryId, WebhookId};
use service::ServiceError;
use service::identity::Confirmed;
use service::webhook::{self, DeliveryState, EventKind, NewWebhook};

use super::area::Area;
use super::office::{opds, with_none};
use super::{Desk, Done, parsed, perhaps, unknown_verb};
use crate::pages::parts::{Choice, Field, Fields, Form, Table};
use crate::problem::Problem;
use crate::show;

pub(super) async fn tables(desk: &Desk) -> Result<Vec<Table>, Problem> {
    let app = &desk.state.app;
    let zone = desk.zone();
    let mut hooks = desk.table(
        "adm-webhook-daftar",
        &[
            "adm-webhook-alamat",
            "adm-webhook-kejadian",
            "agenda-opd",
            "adm-kolom-keadaan",
        ],
    );
    let mut told = desk.table(
        "adm-webhook-gagal",
        &[
            "adm-webhook-alamat",
            "adm-webhook-kejadian",
            "adm-webhook-percobaan",
            "adm-webhook-hasil",
            "profil-sesi-terakhir",
        ],
    );
    for hook in webhook::list(app, &desk.subject).await? {
        let id = hook.id.to_string();
        let events: Vec<&str> = hook.events.iter().map(|kind| kind.word()).collect();
        let opd = hook
            .opd
            .and_then(|opd| desk.office.opd.get(&opd))
            .map_or_else(|| desk.t("auditor-semua-opd"), |opd| opd.name.clone());
        let state = match hook.disabled {
            Some(_) => desk.t("adm-webhook-mati"),
            None => desk.t("adm-webhook-hidup"),
        };
        let link = desk.link(Area::Webhooks, "hapus-webhook", &id, &hook.url);
        let cells = vec![hook.url.clone(), events.join(", "), opd, state];
        hooks.add(0, cells, vec![link], &desk.act_column());
        let dead = Some(DeliveryState::Dead);
        for one in webhook::deliveries(app, &desk.subject, hook.id, dead).await? {
            let link = desk.link(
                Area::Webhooks,
                "kirim-ulang",
                &one.id.to_string(),
                &one.kind,
            );
            let last = one
                .last
                .map_or_else(String::new, |at| show::instant(at, zone));
            let cells = vec![
                hook.url.clone(),
                one.kind,
                one.attempts.to_string(),
                one.outcome.unwrap_or_default(),
                last,
            ];
            told.add(0, cells, vec![link], &desk.act_column());
        }
    }
    Ok(vec![hooks, told])
}

pub(super) fn forms(desk: &Desk) -> Vec<Form> {
    let events = EventKind::ALL
        .into_iter()
        .map(|kind| Choice::new(kind.word(), kind.word()))
        .collect();
    vec![Form {
        fields: vec![
            Field::new("alamat", desk.t("adm-webhook-alamat"), "url")
                .hint(desk.t("adm-webhook-alamat-bantuan")),
            Field::new("kejadian", desk.t("adm-webhook-kejadian"), "checks").options(events),
            Field::new("opd", desk.t("agenda-opd"), "select")
                .options(with_none(desk, opds(desk)))
                .optional(),
        ],
        ..desk.form(Area::Webhooks, "tambah-webhook")
    }]
}

pub(super) async fn row_form(desk: &Desk, verb: &str, id: &str) -> Result<Option<Form>, Problem> {
    match verb {
        "hapus-webhook" => {
            let hooks = webhook::list(&desk.state.app, &desk.subject).await?;
            let hook = hooks.into_iter().find(|hook| hook.id.to_string() == id);
            Ok(hook.map(|hook| Form {
                danger: true,
                ..desk.row_form(Area::Webhooks, "hapus-webhook", id, hook.url)
            }))
        }
        "kirim-ulang" => {
            let known: Result<DeliveryId, _> = id.parse();
            let about = desk.t("adm-kirim-ulang-isi");
            Ok(known
                .ok()
                .map(|_| desk.row_form(Area::Webhooks, "kirim-ulang", id, about)))
        }
        _ => Ok(None),
    }
}

pub(super) async fn act(
    desk: &Desk,
    confirmed: &Confirmed,
    verb: &str,
    fields: &Fields,
) -> Result<Done, ServiceError> {
    let app = &desk.state.app;
    match verb {
        "tambah-webhook" => {
            let events: BTreeSet<EventKind> = fields
                .all("kejadian")
                .into_iter()
                .filter_map(EventKind::of_word)
                .collect();
            let new = NewWebhook {
                url: fields.one("alamat").to_owned(),
                events,
                opd: perhaps(fields, "opd")?,
            };
            let (_, secret) = webhook::register(app, &desk.subject, confirmed, &new).await?;
            Ok(Done::Secret(secret))
        }
        "hapus-webhook" => {
            let id: WebhookId = parsed(fields, "id")?;
            webhook::delete(app, &desk.subject, id).await?;
            Ok(Done::Saved)
        }
        "kirim-ulang" => {
            let id: DeliveryId = parsed(fields, "id")?;
            webhook::replay(app, &desk.subject, id).await?;
            Ok(Done::Saved)
        }
        other => Err(unknown_verb(other)),
    }
}
