//! Officials' certificates, and signatures they froze.

use flow::id::{KeyId, PejabatId};
use service::custody::Reason;
use service::identity::Confirmed;
use service::key::{self, KeySource, KeySummary};
use service::{ServiceError, freeze};

use super::area::Area;
use super::people::people;
use super::{Desk, Done, bring, parsed, unknown_verb};
use crate::pages::parts::{Choice, Field, Fields, Form, Table};
use crate::problem::Problem;
use crate::show;

pub(super) async fn tables(desk: &Desk) -> Result<Vec<Table>, Problem> {
    let zone = desk.zone();
    let app = &desk.state.app;
    let mut keys = desk.table(
        "adm-sertifikat-daftar",
        &[
            "adm-pejabat",
            "adm-kunci-tempat",
            "profil-sampai",
            "profil-keadaan",
            "profil-dipakai",
        ],
    );
    for key in key::list(app).await? {
        let links = if key.revoked.is_some() {
            Vec::new()
        } else {
            let id = key.id.to_string();
            vec![desk.link(Area::Certificates, "cabut-sertifikat", &id, &key.name)]
        };
        let cells = vec![
            key.name.clone(),
            place(desk, &key),
            key.until
                .map_or_else(String::new, |until| show::instant(until, zone)),
            state(desk, &key),
            key.uses.to_string(),
        ];
        keys.add(0, cells, links, &desk.act_column());
    }
    let mut frozen = desk.table("adm-beku-daftar", &["adm-pejabat"]);
    for person in desk.office.pejabat.values() {
        if freeze::is_frozen(app, person.id).await?.is_some() {
            let name = person.name_with_gelar();
            let link = desk.link(Area::Certificates, "cairkan", &person.id.to_string(), &name);
            frozen.add(0, vec![name], vec![link], &desk.act_column());
        }
    }
    Ok(vec![keys, frozen])
}

fn state(desk: &Desk, key: &KeySummary) -> String {
    let now = desk.state.app.now();
    match (&key.revoked, key.until) {
        (Some(_), _) => desk.t("profil-dicabut"),
        (None, Some(until)) if until <= now => desk.t("profil-kedaluwarsa"),
        (None, _) => desk.t("profil-berlaku"),
    }
}

fn place(desk: &Desk, key: &KeySummary) -> String {
    let place = desk.t(&format!("adm-kunci-tempat-{}", key.place));
    match &key.provider {
        Some(provider) => format!("{place} ({provider})"),
        None => place,
    }
}

pub(super) fn forms(desk: &Desk) -> Vec<Form> {
    let providers = &desk.state.app.providers;
    let own = |name, kind| {
        Field::new(name, desk.t(&format!("adm-ikat-{name}")), kind).hint(desk.t("adm-ikat-bantuan"))
    };
    let named = |names: Vec<&String>| {
        let choices = names.into_iter().map(|name| Choice::new(name, name));
        Field::new("penyedia", desk.t("adm-ikat-penyedia"), "select").options(choices.collect())
    };
    let official = || Field::new("pejabat", desk.t("adm-pejabat"), "select").options(people(desk));
    let mut forms = vec![issuing(desk), bring::form(desk)];
    if !providers.tokens.is_empty() {
        forms.push(Form {
            fields: vec![
                official(),
                named(providers.tokens.keys().collect()),
                Field::new("label", desk.t("adm-ikat-label"), "text"),
                own("pin", "password"),
                Field {
                    longest: 100_000,
                    ..Field::new("rantai", desk.t("adm-ikat-rantai"), "textarea").optional()
                },
            ],
            ..desk.form(Area::Certificates, "ikat-token")
        });
    }
    if !providers.services.is_empty() {
        forms.push(Form {
            fields: vec![
                official(),
                named(providers.services.keys().collect()),
                Field::new("kredensial", desk.t("adm-ikat-kredensial"), "text"),
                own("pin", "password"),
                own("otp", "password").optional(),
            ],
            ..desk.form(Area::Certificates, "ikat-layanan")
        });
    }
    forms
}

fn issuing(desk: &Desk) -> Form {
    Form {
        fields: vec![
            Field::new("pejabat", desk.t("adm-pejabat"), "select").options(people(desk)),
            Field::new("frasa", desk.t("adm-sertifikat-frasa"), "password")
                .hint(desk.t("adm-sertifikat-frasa-bantuan")),
        ],
        ..desk.form(Area::Certificates, "terbitkan")
    }
}

pub(super) async fn row_form(desk: &Desk, verb: &str, id: &str) -> Result<Option<Form>, Problem> {
    match verb {
        "cabut-sertifikat" => {
            let keys = key::list(&desk.state.app).await?;
            let key = keys.into_iter().find(|key| key.id.to_string() == id);
            let reasons = REASONS
                .into_iter()
                .map(|(word, _)| Choice::new(word, desk.t(&format!("adm-alasan-{word}"))))
                .collect();
            Ok(key.map(|key| Form {
                danger: true,
                fields: vec![Field::new("alasan", desk.t("adm-alasan"), "select").options(reasons)],
                ..desk.row_form(Area::Certificates, "cabut-sertifikat", id, key.name)
            }))
        }
        "cairkan" => {
            let person = id
                .parse()
                .ok()
                .and_then(|id: PejabatId| desk.office.pejabat.get(&id));
            Ok(person.map(|person| Form {
                fields: vec![Field::new("alasan", desk.t("adm-alasan"), "textarea")],
                ..desk.row_form(Area::Certificates, "cairkan", id, person.name_with_gelar())
            }))
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
        "terbitkan" => {
            let official: PejabatId = parsed(fields, "pejabat")?;
            key::issue(app, official, &fields.secret("frasa")).await?;
        }
        "ikat-token" => {
            let pin = fields.secret("pin");
            let source = KeySource::Token {
                provider: fields.one("penyedia"),
                label: fields.one("label"),
                pin: &pin,
                certificates: fields.one("rantai"),
            };
            key::bind(app, parsed(fields, "pejabat")?, source).await?;
        }
        "ikat-layanan" => {
            let pin = fields.secret("pin");
            let code = fields.optional("otp").map(|_| fields.secret("otp"));
            let source = KeySource::Service {
                provider: fields.one("penyedia"),
                credential: fields.one("kredensial"),
                pin: &pin,
                code: code.as_ref(),
            };
            key::bind(app, parsed(fields, "pejabat")?, source).await?;
        }
        "cabut-sertifikat" => {
            let id: KeyId = parsed(fields, "id")?;
            let reason = REASONS
                .into_iter()
                .find(|(word, _)| *word == fields.one("alasan"))
                .map(|(_, reason)| reason)
                .ok_or(ServiceError::Invalid { what: "alasan" })?;
            key::revoke(app, id, reason).await?;
        }
        "cairkan" => {
            let official: PejabatId = parsed(fields, "id")?;
            let reason = fields.one("alasan");
            freeze::unfreeze(app, &desk.subject, confirmed, official, reason).await?;
        }
        other => return Err(unknown_verb(other)),
    }
    Ok(Done::Saved)
}

const REASONS: [(&str, Reason); 4] = [
    ("berhenti", Reason::CessationOfOperation),
    ("pindah", Reason::AffiliationChanged),
    ("diganti", Reason::Superseded),
    ("bocor", Reason::KeyCompromise),
];
