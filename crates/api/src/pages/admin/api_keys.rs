//! API keys: everybody's are seen and revoked, those of integrators are made here.

use std::collections::BTreeSet;

use flow::account::{Role, Scope};
use service::ServiceError;
use service::identity::{self, Confirmed, NewApiKey};

use super::area::Area;
use super::{Desk, Done, parsed, unknown_verb};
use crate::pages::parts::{Choice, Field, Fields, Form, Table};
use crate::pages::profile::scope_in_words;
use crate::problem::Problem;
use crate::show;

pub(super) async fn tables(desk: &Desk) -> Result<Vec<Table>, Problem> {
    let zone = desk.zone();
    let mut table = desk.table(
        "kunci-judul",
        &[
            "kunci-nama",
            "adm-akun-nama",
            "kunci-lingkup",
            "profil-sampai",
            "profil-sesi-terakhir",
        ],
    );
    let keys = identity::api_keys(&desk.state.app, &desk.subject).await?;
    for key in keys.into_iter().filter(|key| key.revoked.is_none()) {
        let shown = |at: Option<flow::time::Timestamp>| {
            at.map_or_else(String::new, |at| show::instant(at, zone))
        };
        let scopes: Vec<String> = key
            .scopes
            .iter()
            .map(|scope| scope_in_words(&desk.frame, *scope))
            .collect();
        let link = desk.link(Area::ApiKeys, "cabut-kunci", &key.id.to_string(), &key.name);
        let cells = vec![
            key.name,
            key.username,
            scopes.join(", "),
            shown(key.expires),
            shown(key.last_used),
        ];
        table.add(0, cells, vec![link], &desk.act_column());
    }
    Ok(vec![table])
}

pub(super) async fn forms(desk: &Desk) -> Result<Vec<Form>, Problem> {
    let integrators = identity::accounts(&desk.state.app, &desk.subject)
        .await?
        .into_iter()
        .filter(|account| {
            account
                .grants
                .iter()
                .any(|grant| grant.role == Role::Integrator)
        })
        .map(|account| Choice::new(account.id.to_string(), account.username))
        .collect();
    let scopes = Scope::ALL
        .into_iter()
        .map(|scope| Choice::new(scope.word(), scope_in_words(&desk.frame, scope)))
        .collect();
    Ok(vec![Form {
        fields: vec![
            Field::new("akun", desk.t("adm-kunci-akun"), "select")
                .options(integrators)
                .hint(desk.t("adm-kunci-akun-bantuan")),
            Field::new("nama", desk.t("kunci-nama"), "text"),
            Field::new("lingkup", desk.t("kunci-lingkup"), "checks").options(scopes),
            Field::new("hari", desk.t("kunci-hari"), "number").value("90"),
        ],
        ..desk.form(Area::ApiKeys, "buat-kunci")
    }])
}

pub(super) async fn row_form(desk: &Desk, verb: &str, id: &str) -> Result<Option<Form>, Problem> {
    if verb != "cabut-kunci" {
        return Ok(None);
    }
    let keys = identity::api_keys(&desk.state.app, &desk.subject).await?;
    let key = keys.into_iter().find(|key| key.id.to_string() == id);
    Ok(key.map(|key| Form {
        danger: true,
        ..desk.row_form(Area::ApiKeys, "cabut-kunci", id, key.name)
    }))
}

pub(super) async fn act(
    desk: &Desk,
    confirmed: &Confirmed,
    verb: &str,
    fields: &Fields,
) -> Result<Done, ServiceError> {
    let app = &desk.state.app;
    match verb {
        "buat-kunci" => {
            let wanted = fields.all("lingkup");
            let scopes: BTreeSet<Scope> = Scope::ALL
                .into_iter()
                .filter(|scope| wanted.contains(&scope.word()))
                .collect();
            let days: u16 = parsed(fields, "hari")?;
            let new = NewApiKey {
                name: fields.one("nama").to_owned(),
                scopes,
                expires: Some(
                    app.now()
                        .plus_seconds(i64::from(days.clamp(1, 365)) * 86_400),
                ),
                account: Some(parsed(fields, "akun")?),
            };
            let (_, key) = identity::create_api_key(app, &desk.subject, confirmed, &new).await?;
            Ok(Done::Secret(key))
        }
        "cabut-kunci" => {
            identity::revoke_api_key(app, &desk.subject, parsed(fields, "id")?).await?;
            Ok(Done::Saved)
        }
        other => Err(unknown_verb(other)),
    }
}
