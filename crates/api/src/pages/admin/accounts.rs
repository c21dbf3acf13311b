//! Accounts and their roles.

use flow::account::{AccountState, Grant, Role};
use flow::id::{AccountId, OpdId};
use service::ServiceError;
use service::identity::{self, Account, Confirmed, NewAccount};

use super::area::Area;
use super::office::{opds, with_none};
use super::people::people;
use super::{Desk, Done, parsed, perhaps, unknown_verb};
use crate::pages::parts::{Choice, Field, Fields, Form, Link, Table};
use crate::problem::Problem;

pub(super) async fn tables(desk: &Desk) -> Result<Vec<Table>, Problem> {
    let mut table = desk.table(
        "adm-akun-daftar",
        &[
            "adm-akun-nama",
            "adm-pejabat",
            "adm-akun-peran",
            "adm-kolom-keadaan",
        ],
    );
    for account in identity::accounts(&desk.state.app, &desk.subject).await? {
        let person = account
            .pejabat
            .and_then(|id| desk.office.pejabat.get(&id))
            .map_or_else(String::new, flow::pejabat::Pejabat::name_with_gelar);
        let state = match account.state {
            AccountState::Active => desk.t("adm-akun-aktif"),
            AccountState::Disabled => desk.t("adm-akun-nonaktif"),
        };
        let links = links(desk, &account);
        let cells = vec![
            account.username.clone(),
            person,
            roles(desk, &account),
            state,
        ];
        table.add(0, cells, links, &desk.act_column());
    }
    Ok(vec![table])
}

fn links(desk: &Desk, account: &Account) -> Vec<Link> {
    let state = match account.state {
        AccountState::Active => "nonaktifkan-akun",
        AccountState::Disabled => "aktifkan-akun",
    };
    let mut verbs = vec!["atur-peran", "sandi-akun", state];
    if account.totp {
        verbs.push("lepas-totp");
    }
    verbs
        .into_iter()
        .map(|verb| {
            desk.link(
                Area::Accounts,
                verb,
                &account.id.to_string(),
                &account.username,
            )
        })
        .collect()
}

fn roles(desk: &Desk, account: &Account) -> String {
    let words = account.grants.iter().map(|grant| {
        let role = desk.t(&format!("peran-{}", grant.role.word()));
        match grant.opd.and_then(|opd| desk.office.opd.get(&opd)) {
            Some(opd) => format!("{role} ({})", opd.kode_unit),
            None => role,
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

pub(super) fn forms(desk: &Desk) -> Vec<Form> {
    vec![Form {
        fields: vec![
            Field::new("nama", desk.t("adm-akun-nama"), "text")
                .hint(desk.t("adm-akun-nama-bantuan")),
            Field::new("pejabat", desk.t("adm-pejabat"), "select")
                .options(with_none(desk, people(desk)))
                .optional(),
            Field::new("peran", desk.t("adm-akun-peran"), "checks").options(role_choices(desk)),
            opd_field(desk),
            Field::new("sandi-baru", desk.t("profil-sandi-baru"), "password")
                .hint(desk.t("profil-sandi-bantuan")),
        ],
        ..desk.form(Area::Accounts, "tambah-akun")
    }]
}

pub(super) async fn row_form(desk: &Desk, verb: &str, id: &str) -> Result<Option<Form>, Problem> {
    let wanted: Result<AccountId, _> = id.parse();
    let accounts = identity::accounts(&desk.state.app, &desk.subject).await?;
    let found = wanted
        .ok()
        .and_then(|id| accounts.into_iter().find(|account| account.id == id));
    let Some(account) = found else {
        return Ok(None);
    };
    let form = |verb| desk.row_form(Area::Accounts, verb, id, account.username.clone());
    Ok(match verb {
        "atur-peran" => {
            let held: Vec<&str> = account
                .grants
                .iter()
                .map(|grant| grant.role.word())
                .collect();
            let opd = account.grants.iter().find_map(|grant| grant.opd);
            let mut field = opd_field(desk);
            let chosen = opd.map(|opd| opd.to_string()).unwrap_or_default();
            field.options = Choice::chosen(field.options, &[&chosen]);
            let options = Choice::chosen(role_choices(desk), &held);
            Some(Form {
                fields: vec![
                    Field::new("peran", desk.t("adm-akun-peran"), "checks").options(options),
                    field,
                ],
                ..form("atur-peran")
            })
        }
        "sandi-akun" => Some(Form {
            fields: vec![
                Field::new("sandi-baru", desk.t("profil-sandi-baru"), "password")
                    .hint(desk.t("profil-sandi-bantuan")),
            ],
            ..form("sandi-akun")
        }),
        "nonaktifkan-akun" => Some(Form {
            danger: true,
            ..form("nonaktifkan-akun")
        }),
        "aktifkan-akun" => Some(form("aktifkan-akun")),
        "lepas-totp" => Some(Form {
            danger: true,
            ..form("lepas-totp")
        }),
        _ => None,
    })
}

pub(super) async fn act(
    desk: &Desk,
    confirmed: &Confirmed,
    verb: &str,
    fields: &Fields,
) -> Result<Done, ServiceError> {
    let (app, by) = (&desk.state.app, &desk.subject);
    if verb == "tambah-akun" {
        let new = NewAccount {
            username: fields.one("nama").to_owned(),
            pejabat: perhaps(fields, "pejabat")?,
            grants: grants(fields)?,
        };
        let password = fields.secret("sandi-baru");
        identity::create_account(app, by, confirmed, &new, &password).await?;
        return Ok(Done::Saved);
    }
    let id: AccountId = parsed(fields, "id")?;
    match verb {
        "atur-peran" => identity::set_grants(app, by, confirmed, id, &grants(fields)?).await?,
        "sandi-akun" => {
            let password = fields.secret("sandi-baru");
            identity::reset_password(app, by, confirmed, id, &password).await?;
        }
        "nonaktifkan-akun" => {
            identity::set_state(app, by, confirmed, id, AccountState::Disabled).await?;
        }
        "aktifkan-akun" => {
            identity::set_state(app, by, confirmed, id, AccountState::Active).await?;
        }
        "lepas-totp" => identity::reset_totp(app, by, confirmed, id).await?,
        other => return Err(unknown_verb(other)),
    }
    Ok(Done::Saved)
}

fn opd_field(desk: &Desk) -> Field {
    Field::new("opd", desk.t("adm-akun-opd"), "select")
        .options(with_none(desk, opds(desk)))
        .hint(desk.t("adm-akun-opd-bantuan"))
        .optional()
}

fn role_choices(desk: &Desk) -> Vec<Choice> {
    Role::ALL
        .into_iter()
        .map(|role| Choice::new(role.word(), desk.t(&format!("peran-{}", role.word()))))
        .collect()
}

/// The ticked roles, all in the chosen OPD, or in the whole regency.
fn grants(fields: &Fields) -> Result<Vec<Grant>, ServiceError> {
    let opd: Option<OpdId> = perhaps(fields, "opd")?;
    let wanted = fields.all("peran");
    Ok(Role::ALL
        .into_iter()
        .filter(|role| wanted.contains(&role.word()))
        .map(|role| Grant { role, opd })
        .collect())
}
