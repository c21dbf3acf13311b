//! The made-up regency as an office: ids, positions, holders, one delegation.

use anyhow::Context;
use flow::id::{JabatanId, MandatId, OpdId, PejabatId};
use flow::interval::Interval;
use flow::jabatan::{Holding, Jabatan, Kedudukan};
use flow::mandat::{Kapasitas, Mandat, MandatRow};
use flow::office::Office;
use flow::opd::Opd;
use flow::pejabat::Pejabat;
use flow::time::{Timestamp, Zone};
use service::office::NikOf;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::regency::{OpdSeed, PositionSeed, regency};

/// The office and the NIK of its people.
///
/// Ids are derived from names, so every run of the demo knows the same office without looking it up.
///
/// # Errors
/// When the made-up data breaks a rule of `flow`.
pub fn office(now: Timestamp) -> anyhow::Result<(Office, NikOf)> {
    let (mut office, mut nik) = (Office::default(), NikOf::new());
    let since = Interval::new(now.plus_seconds(-YEAR), None)?;
    for seed in regency() {
        add_opd(&mut office, &mut nik, &seed, since)?;
    }
    let plh = plh(now)?;
    office.mandat.insert(plh.id(), plh);
    Ok((office, nik))
}

/// The position with this title.
pub fn jabatan_titled(title: &str) -> JabatanId {
    JabatanId::from_uuid(derived("jabatan", title))
}

/// The OPD with this unit code.
pub fn opd_coded(code: &str) -> OpdId {
    OpdId::from_uuid(derived("opd", code))
}

/// Who holds the position with this title.
pub fn holder_of(title: &str) -> PejabatId {
    PejabatId::from_uuid(derived("pejabat", title))
}

/// The position whose holder is away, and the one whose holder stands in for it.
pub const ABSENT: &str = "Kepala Dinas Pendidikan";
/// See [`ABSENT`].
pub const PLH: &str = "Sekretaris Dinas Pendidikan";

const YEAR: i64 = 365 * 86_400;

fn add_opd(
    office: &mut Office,
    nik: &mut NikOf,
    seed: &OpdSeed,
    since: Interval,
) -> anyhow::Result<()> {
    let opd = Opd {
        id: opd_coded(&seed.code),
        kode_unit: seed.code.clone(),
        name: seed.name.clone(),
        address: vec![seed.address.clone()],
        zone: Zone::Wib,
    };
    for position in &seed.positions {
        let jabatan = jabatan_titled(&position.title);
        let pejabat = holder_of(&position.title);
        let superior = position
            .superior
            .and_then(|index| seed.positions.get(index))
            .map(|above| jabatan_titled(&above.title));
        office.jabatan.insert(
            jabatan,
            Jabatan {
                id: jabatan,
                opd: opd.id,
                title: position.title.clone(),
                kedudukan: kedudukan(position),
                superior,
            },
        );
        let person = &position.holder;
        office.pejabat.insert(
            pejabat,
            Pejabat {
                id: pejabat,
                name: person.name.clone(),
                gelar_depan: String::new(),
                gelar_belakang: person.degrees.clone(),
                pangkat: Some(person.rank.clone()),
                nip: Some(person.nip.parse().context("a made-up NIP is malformed")?),
            },
        );
        nik.insert(pejabat, Zeroizing::new(person.nik.clone()));
        office.holdings.push(Holding {
            jabatan,
            pejabat,
            interval: since,
        });
    }
    office.opd.insert(opd.id, opd);
    Ok(())
}

fn kedudukan(position: &PositionSeed) -> Kedudukan {
    match position.title.as_str() {
        "Bupati Contohrejo" => Kedudukan::KepalaDaerah,
        "Sekretaris Daerah" => Kedudukan::SekretarisDaerah,
        _ => Kedudukan::Lainnya,
    }
}

/// The head of Dinas Pendidikan is away for a month; its secretary is Plh.
fn plh(now: Timestamp) -> anyhow::Result<Mandat> {
    Ok(Mandat::try_from(MandatRow {
        id: MandatId::from_uuid(derived("mandat", ABSENT)),
        kapasitas: Kapasitas::Plh,
        of: jabatan_titled(ABSENT),
        pejabat: Some(holder_of(PLH)),
        jabatan: None,
        through: None,
        sk: "800.1.11/001/BKPSDM/CONTOH".to_owned(),
        kinds: std::collections::BTreeSet::new(),
        opd: None,
        from: now.plus_seconds(-86_400),
        until: now.plus_seconds(29 * 86_400),
    })?)
}

/// UUIDv8 (RFC 9562 5.8) of a name: the same in every run.
fn derived(kind: &str, name: &str) -> Uuid {
    let hash = ring::digest::digest(
        &ring::digest::SHA256,
        format!("pena-demo/{kind}/{name}").as_bytes(),
    );
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash.as_ref()) {
        *to = *from;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn no_two_positions_share_a_title() {
        let (office, nik) = office(Timestamp::from_micros(1_764_000_000_000_000)).unwrap();
        assert_eq!(office.jabatan.len(), 150);
        assert_eq!(nik.len(), 150);
        assert_eq!(office.opd.len(), 41);
        let titles: BTreeMap<_, _> = office
            .jabatan
            .values()
            .map(|jabatan| (&jabatan.title, jabatan.id))
            .collect();
        assert_eq!(titles.len(), 150);
        for title in [ABSENT, PLH] {
            assert!(
                office.jabatan.contains_key(&jabatan_titled(title)),
                "{title}"
            );
        }
    }
}
