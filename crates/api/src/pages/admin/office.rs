//! OPD and their positions, as a tree.

use flow::id::JabatanId;
use flow::jabatan::Kedudukan;
use flow::time::Zone;
use service::ServiceError;
use service::identity::Confirmed;
use service::office::{self, NewJabatan, NewOpd};

use super::area::Area;
use super::{Desk, Done, parsed, perhaps, unknown_verb};
use crate::pages::parts::{Choice, Field, Fields, Form, Table};

pub(super) fn tables(desk: &Desk) -> Vec<Table> {
    let mut table = desk.table(
        "adm-opd-pohon",
        &["adm-kolom-nama", "adm-kolom-kode", "adm-kolom-pemegang"],
    );
    let mut opds: Vec<_> = desk.office.opd.values().collect();
    opds.sort_by(|one, other| one.name.cmp(&other.name));
    for opd in opds {
        let cells = vec![
            format!("{} ({})", opd.name, opd.zone.word()),
            opd.kode_unit.clone(),
            String::new(),
        ];
        table.add(0, cells, Vec::new(), "");
        for (depth, id) in tree(desk, opd.id) {
            let title = title(desk, id);
            let cells = vec![title, String::new(), holder(desk, id)];
            table.add(depth + 1, cells, Vec::new(), "");
        }
    }
    vec![table]
}

pub(super) fn forms(desk: &Desk) -> Vec<Form> {
    let zones = [Zone::Wib, Zone::Wita, Zone::Wit]
        .into_iter()
        .map(|zone| Choice::new(zone.word(), zone.word()))
        .collect();
    let opd = Form {
        fields: vec![
            Field::new("nama", desk.t("adm-opd-nama"), "text"),
            Field::new("kode_unit", desk.t("adm-opd-kode"), "text")
                .hint(desk.t("adm-opd-kode-bantuan")),
            Field::new("alamat", desk.t("adm-opd-alamat"), "textarea"),
            Field::new("zona", desk.t("adm-opd-zona"), "select").options(zones),
        ],
        ..desk.form(Area::Opd, "tambah-opd")
    };
    let standing = KEDUDUKAN
        .into_iter()
        .map(|(word, _)| Choice::new(word, desk.t(&format!("adm-kedudukan-{word}"))))
        .collect();
    let jabatan = Form {
        fields: vec![
            Field::new("opd", desk.t("agenda-opd"), "select").options(opds(desk)),
            Field::new("nama", desk.t("adm-jabatan-nama"), "text"),
            Field::new("kedudukan", desk.t("adm-jabatan-kedudukan"), "select").options(standing),
            Field::new("atasan", desk.t("adm-jabatan-atasan"), "select")
                .options(with_none(desk, positions(desk)))
                .optional(),
        ],
        ..desk.form(Area::Opd, "tambah-jabatan")
    };
    vec![opd, jabatan]
}

pub(super) async fn act(
    desk: &Desk,
    confirmed: &Confirmed,
    verb: &str,
    fields: &Fields,
) -> Result<Done, ServiceError> {
    let app = &desk.state.app;
    match verb {
        "tambah-opd" => {
            let zone = match fields.one("zona") {
                "WITA" => Zone::Wita,
                "WIT" => Zone::Wit,
                _ => Zone::Wib,
            };
            let new = NewOpd {
                kode_unit: fields.one("kode_unit").to_owned(),
                name: fields.one("nama").to_owned(),
                address: fields.lines("alamat"),
                zone,
            };
            office::add_opd(app, &desk.subject, confirmed, &new).await?;
        }
        "tambah-jabatan" => {
            let new = NewJabatan {
                opd: parsed(fields, "opd")?,
                title: fields.one("nama").to_owned(),
                kedudukan: kedudukan(fields.one("kedudukan")),
                superior: perhaps(fields, "atasan")?,
            };
            office::add_jabatan(app, &desk.subject, confirmed, &new).await?;
        }
        other => return Err(unknown_verb(other)),
    }
    Ok(Done::Saved)
}

/// Every OPD to choose from.
pub(super) fn opds(desk: &Desk) -> Vec<Choice> {
    let opds = desk.office.opd.values();
    opds.map(|opd| Choice::new(opd.id.to_string(), opd.name.clone()))
        .collect()
}

/// Every position to choose from, with its OPD.
pub(super) fn positions(desk: &Desk) -> Vec<Choice> {
    let mut all = Vec::new();
    for opd in desk.office.opd.values() {
        for (_, id) in tree(desk, opd.id) {
            let label = format!("{} · {}", title(desk, id), opd.kode_unit);
            all.push(Choice::new(id.to_string(), label));
        }
    }
    all
}

/// With the choice of none in front.
pub(super) fn with_none(desk: &Desk, choices: Vec<Choice>) -> Vec<Choice> {
    let mut all = vec![Choice::new("", desk.t("hasil-tidak-ada"))];
    all.extend(choices);
    all
}

/// The title of a position.
pub(super) fn title(desk: &Desk, id: JabatanId) -> String {
    let found = desk.office.jabatan.get(&id);
    found.map_or_else(String::new, |jabatan| jabatan.title.clone())
}

fn holder(desk: &Desk, id: JabatanId) -> String {
    let office = &desk.office;
    let person = office
        .holder(id, desk.state.app.now())
        .and_then(|id| office.pejabat.get(&id));
    person.map_or_else(
        || desk.t("adm-kosong-jabatan"),
        flow::pejabat::Pejabat::name_with_gelar,
    )
}

/// The positions of an OPD in reading order, each with its depth; a circle in the data ends.
fn tree(desk: &Desk, opd: flow::id::OpdId) -> Vec<(usize, JabatanId)> {
    let all = || {
        desk.office
            .jabatan
            .values()
            .filter(move |row| row.opd == opd)
    };
    let is_inside = |id: &JabatanId| all().any(|row| row.id == *id);
    let mut tree = Vec::new();
    let mut rest: Vec<(usize, JabatanId)> = all()
        .filter(|row| !row.superior.is_some_and(|above| is_inside(&above)))
        .map(|row| (0, row.id))
        .collect();
    rest.reverse();
    while let Some((depth, id)) = rest.pop() {
        tree.push((depth, id));
        if depth < 6 {
            let below = all().filter(|row| row.superior == Some(id));
            rest.extend(below.map(|row| (depth + 1, row.id)));
        }
    }
    tree
}

const KEDUDUKAN: [(&str, Kedudukan); 4] = [
    ("lainnya", Kedudukan::Lainnya),
    ("sekretaris_daerah", Kedudukan::SekretarisDaerah),
    ("wakil_kepala_daerah", Kedudukan::WakilKepalaDaerah),
    ("kepala_daerah", Kedudukan::KepalaDaerah),
];

fn kedudukan(word: &str) -> Kedudukan {
    KEDUDUKAN
        .into_iter()
        .find(|(known, _)| *known == word)
        .map_or(Kedudukan::Lainnya, |(_, kedudukan)| kedudukan)
}
