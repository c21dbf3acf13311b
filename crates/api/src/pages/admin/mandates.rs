//! Delegations: Plt., Plh., Pj., Pjs., a.n., u.b.

use std::collections::BTreeSet;

use flow::mandat::{Kapasitas, Mandat, Penerima};
use service::ServiceError;
use service::identity::Confirmed;
use service::office::{self, NewMandat};

use super::area::Area;
use super::office::{opds, positions, title, with_none};
use super::people::people;
use super::{Desk, Done, beginning, day, parsed, perhaps, unknown_verb};
use crate::pages::parts::{Choice, Field, Fields, Form, Table};
use crate::show;

pub(super) fn tables(desk: &Desk) -> Vec<Table> {
    let zone = desk.zone();
    let now = desk.state.app.now();
    let mut table = desk.table(
        "adm-mandat-daftar",
        &[
            "adm-mandat-untuk",
            "adm-mandat-kepada",
            "surat-sk",
            "adm-mandat-masa",
        ],
    );
    for mandat in desk.office.mandat.values() {
        let lang = desk.frame.lang;
        let from = show::date(mandat.masa().from().date_in(zone), lang);
        let until = mandat
            .masa()
            .until()
            .map(|until| show::date(until.plus_seconds(-1).date_in(zone), lang));
        let of = format!("{} {}", mandat.kapasitas().word(), title(desk, mandat.of()));
        let live = mandat.masa().until().is_none_or(|until| now < until);
        let links = if live {
            vec![desk.link(
                Area::Mandates,
                "akhiri-mandat",
                &mandat.id().to_string(),
                &of,
            )]
        } else {
            Vec::new()
        };
        let cells = vec![
            of,
            receiver(desk, mandat),
            mandat.sk().to_owned(),
            format!("{from} – {}", until.unwrap_or_default()),
        ];
        table.add(0, cells, links, &desk.act_column());
    }
    vec![table]
}

pub(super) fn forms(desk: &Desk) -> Vec<Form> {
    let capacities = KAPASITAS
        .into_iter()
        .map(|(word, kapasitas)| Choice::new(word, kapasitas.word()))
        .collect();
    vec![Form {
        fields: vec![
            Field::new("kapasitas", desk.t("adm-mandat-kapasitas"), "select").options(capacities),
            Field::new("jabatan", desk.t("adm-mandat-untuk"), "select").options(positions(desk)),
            Field::new("pejabat", desk.t("adm-mandat-pejabat"), "select")
                .options(with_none(desk, people(desk)))
                .hint(desk.t("adm-mandat-pejabat-bantuan"))
                .optional(),
            Field::new("penerima", desk.t("adm-mandat-jabatan"), "select")
                .options(with_none(desk, positions(desk)))
                .hint(desk.t("adm-mandat-jabatan-bantuan"))
                .optional(),
            Field::new("melalui", desk.t("adm-mandat-melalui"), "select")
                .options(with_none(desk, positions(desk)))
                .optional(),
            Field::new("sk", desk.t("surat-sk"), "text"),
            Field::new("opd", desk.t("adm-mandat-opd"), "select")
                .options(with_none(desk, opds(desk)))
                .optional(),
            Field::new("mulai", desk.t("adm-mulai"), "date"),
            Field::new("sampai", desk.t("adm-sampai"), "date"),
        ],
        ..desk.form(Area::Mandates, "beri-mandat")
    }]
}

pub(super) fn row_form(desk: &Desk, verb: &str, id: &str) -> Option<Form> {
    if verb != "akhiri-mandat" {
        return None;
    }
    let mandat = desk.office.mandat.get(&id.parse().ok()?)?;
    let about = format!(
        "{} {}: {}",
        mandat.kapasitas().word(),
        title(desk, mandat.of()),
        receiver(desk, mandat)
    );
    Some(Form {
        danger: true,
        ..desk.row_form(Area::Mandates, "akhiri-mandat", id, about)
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
        "beri-mandat" => {
            let kapasitas = KAPASITAS
                .into_iter()
                .find(|(word, _)| *word == fields.one("kapasitas"))
                .map(|(_, kapasitas)| kapasitas)
                .ok_or(ServiceError::Invalid { what: "kapasitas" })?;
            let new = NewMandat {
                kapasitas,
                of: parsed(fields, "jabatan")?,
                pejabat: perhaps(fields, "pejabat")?,
                jabatan: perhaps(fields, "penerima")?,
                through: perhaps(fields, "melalui")?,
                sk: fields.one("sk").to_owned(),
                kinds: BTreeSet::new(),
                opd: perhaps(fields, "opd")?,
                from: beginning(desk, fields, "mulai")?,
                // The last day counts.
                until: day(desk, fields, "sampai")?.plus_seconds(86_400),
            };
            office::grant_mandat(app, &desk.subject, confirmed, &new).await?;
        }
        "akhiri-mandat" => {
            let id = parsed(fields, "id")?;
            office::end_mandat(app, &desk.subject, confirmed, id).await?;
        }
        other => return Err(unknown_verb(other)),
    }
    Ok(Done::Saved)
}

const KAPASITAS: [(&str, Kapasitas); 6] = [
    ("plh", Kapasitas::Plh),
    ("plt", Kapasitas::Plt),
    ("pj", Kapasitas::Pj),
    ("pjs", Kapasitas::Pjs),
    ("an", Kapasitas::AtasNama),
    ("ub", Kapasitas::UntukBeliau),
];

fn receiver(desk: &Desk, mandat: &Mandat) -> String {
    match mandat.penerima() {
        Penerima::Pejabat(id) => desk
            .office
            .pejabat
            .get(&id)
            .map_or_else(String::new, flow::pejabat::Pejabat::name_with_gelar),
        Penerima::Jabatan(jabatan) | Penerima::Below { jabatan, .. } => title(desk, jabatan),
    }
}
