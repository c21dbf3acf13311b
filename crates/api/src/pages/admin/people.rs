//! Officials, and which positions they hold.

use flow::pejabat::Nip;
use service::ServiceError;
use service::identity::Confirmed;
use service::office::{self, NewPejabat};

use super::area::Area;
use super::office::{positions, title};
use super::{Desk, Done, beginning, parsed, perhaps, unknown_verb};
use crate::pages::parts::{Choice, Field, Fields, Form, Table};
use crate::show;

pub(super) fn tables(desk: &Desk) -> Vec<Table> {
    let zone = desk.zone();
    let now = desk.state.app.now();
    let mut table = desk.table(
        "adm-pejabat-daftar",
        &[
            "adm-kolom-nama",
            "adm-kolom-nip",
            "adm-kolom-jabatan",
            "adm-kolom-sejak",
        ],
    );
    let mut people: Vec<_> = desk.office.pejabat.values().collect();
    people.sort_by_key(|person| person.name_with_gelar());
    for person in people {
        let name = person.name_with_gelar();
        let nip = person
            .nip
            .as_ref()
            .map_or_else(String::new, |nip| nip.as_str().to_owned());
        let held: Vec<_> = desk
            .office
            .holdings
            .iter()
            .filter(|row| row.pejabat == person.id && row.interval.contains(now))
            .collect();
        if held.is_empty() {
            let cells = vec![name.clone(), nip.clone(), String::new(), String::new()];
            table.add(0, cells, Vec::new(), "");
        }
        for row in held {
            let since = show::date(row.interval.from().date_in(zone), desk.frame.lang);
            let id = format!("{}.{}", row.jabatan, row.pejabat);
            let link = desk.link(Area::People, "akhiri-jabatan", &id, &name);
            let cells = vec![name.clone(), nip.clone(), title(desk, row.jabatan), since];
            table.add(0, cells, vec![link], &desk.act_column());
        }
    }
    vec![table]
}

pub(super) fn forms(desk: &Desk) -> Vec<Form> {
    let person = Form {
        fields: vec![
            Field::new("nama", desk.t("adm-pejabat-nama"), "text"),
            Field::new("gelar_depan", desk.t("adm-pejabat-gelar-depan"), "text").optional(),
            Field::new(
                "gelar_belakang",
                desk.t("adm-pejabat-gelar-belakang"),
                "text",
            )
            .optional(),
            Field::new("pangkat", desk.t("adm-pejabat-pangkat"), "text").optional(),
            Field::new("nip", desk.t("adm-kolom-nip"), "text")
                .hint(desk.t("adm-pejabat-nip-bantuan"))
                .optional(),
        ],
        ..desk.form(Area::People, "tambah-pejabat")
    };
    let holding = Form {
        fields: vec![
            Field::new("pejabat", desk.t("adm-pejabat"), "select").options(people(desk)),
            Field::new("jabatan", desk.t("adm-kolom-jabatan"), "select").options(positions(desk)),
            Field::new("mulai", desk.t("adm-mulai"), "date"),
        ],
        ..desk.form(Area::People, "mulai-jabatan")
    };
    vec![person, holding]
}

pub(super) fn row_form(desk: &Desk, verb: &str, id: &str) -> Option<Form> {
    if verb != "akhiri-jabatan" {
        return None;
    }
    let (jabatan, pejabat) = id.split_once('.')?;
    let person = desk.office.pejabat.get(&pejabat.parse().ok()?)?;
    let about = format!(
        "{}, {}",
        person.name_with_gelar(),
        title(desk, jabatan.parse().ok()?)
    );
    Some(Form {
        danger: true,
        ..desk.row_form(Area::People, "akhiri-jabatan", id, about)
    })
}

pub(super) async fn act(
    desk: &Desk,
    confirmed: &Confirmed,
    verb: &str,
    fields: &Fields,
) -> Result<Done, ServiceError> {
    let app = &desk.state.app;
    match verb {
        "tambah-pejabat" => {
            let new = NewPejabat {
                name: fields.one("nama").to_owned(),
                gelar_depan: fields.one("gelar_depan").to_owned(),
                gelar_belakang: fields.one("gelar_belakang").to_owned(),
                pangkat: fields.optional("pangkat").map(str::to_owned),
                nip: perhaps::<Nip>(fields, "nip")?,
                nik: None,
            };
            office::add_pejabat(app, &desk.subject, confirmed, &new).await?;
        }
        "mulai-jabatan" => {
            let (jabatan, pejabat) = (parsed(fields, "jabatan")?, parsed(fields, "pejabat")?);
            let from = beginning(desk, fields, "mulai")?;
            office::start_holding(app, &desk.subject, confirmed, jabatan, pejabat, from).await?;
        }
        "akhiri-jabatan" => {
            let invalid = || ServiceError::Invalid { what: "id" };
            let (jabatan, pejabat) = fields.one("id").split_once('.').ok_or_else(invalid)?;
            let jabatan = jabatan.parse().map_err(|_| invalid())?;
            let pejabat = pejabat.parse().map_err(|_| invalid())?;
            office::end_holding(app, &desk.subject, confirmed, jabatan, pejabat).await?;
        }
        other => return Err(unknown_verb(other)),
    }
    Ok(Done::Saved)
}

/// Every official to choose from.
pub(super) fn people(desk: &Desk) -> Vec<Choice> {
    let people = desk.office.pejabat.values();
    people
        .map(|person| Choice::new(person.id.to_string(), person.name_with_gelar()))
        .collect()
}
