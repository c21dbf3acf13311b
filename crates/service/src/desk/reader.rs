//! Through what a person sees: the policy of [`crate::access`] as the columns of lists know it.

use flow::account::Role;
use flow::id::{JabatanId, OpdId};
use flow::jenis::JenisNaskah;
use flow::mandat::{MandatRow, Matter};
use flow::office::{Authority, Office};
use flow::time::Timestamp;
use store::model::{Mandated, Reader};

use crate::identity::Subject;
use crate::register::word;

/// Lists show no more than [`crate::access::allowed`] would, letter by letter.
pub(crate) fn reader(subject: &Subject, office: &Office, now: Timestamp) -> Reader {
    let of = |roles: &[Role]| -> Vec<OpdId> {
        let granted = |opd: &OpdId| roles.iter().any(|role| subject.has_in(*role, *opd));
        office.opd.keys().copied().filter(granted).collect()
    };
    let works_in = subject.opds_of_positions(office);
    let audited = of(&[Role::Auditor]);
    let mut opds = of(&[
        Role::Konseptor,
        Role::TataUsaha,
        Role::Arsiparis,
        Role::Integrator,
    ]);
    let mut mail_opds = of(&[Role::TataUsaha, Role::Arsiparis, Role::Integrator]);
    for list in [&mut opds, &mut mail_opds] {
        let more: Vec<OpdId> = audited
            .iter()
            .copied()
            .filter(|opd| !list.contains(opd))
            .collect();
        list.extend(more);
    }
    Reader {
        positions: held(subject, office, now),
        mandated: mandated(subject, office, now),
        opds,
        mail_opds,
        audited,
        registry: of(&[Role::TataUsaha, Role::Arsiparis])
            .into_iter()
            .filter(|opd| works_in.contains(opd))
            .collect(),
    }
}

/// The positions the person holds.
fn held(subject: &Subject, office: &Office, now: Timestamp) -> Vec<JabatanId> {
    let holds = |jabatan: &JabatanId| {
        let pejabat = subject.pejabat;
        pejabat.is_some_and(|pejabat| office.holds(pejabat, *jabatan, now))
    };
    subject.positions.iter().copied().filter(holds).collect()
}

/// The positions the person acts for by a delegation that holds now, to themselves or to a position of theirs.
fn mandated(subject: &Subject, office: &Office, now: Timestamp) -> Vec<Mandated> {
    let delegations = office.mandat.values().cloned().map(MandatRow::from);
    delegations
        .filter_map(|row| {
            let example = Matter {
                jenis: row
                    .kinds
                    .first()
                    .copied()
                    .unwrap_or(JenisNaskah::SuratDinas),
                opd: row
                    .opd
                    .or_else(|| office.jabatan.get(&row.of).map(|of| of.opd))?,
            };
            let given = subject.actors().any(|actor| {
                let by = office.authority(&actor, row.of, example, now);
                matches!(by, Some(Authority::Mandat { mandat, .. }) if mandat == row.id)
            });
            let kinds = row.kinds.iter().map(word).collect::<Result<_, _>>().ok()?;
            given.then_some(Mandated {
                jabatan: row.of,
                kinds,
                opd: row.opd,
            })
        })
        .collect()
}
