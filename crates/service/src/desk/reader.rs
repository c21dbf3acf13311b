//! Through what a person sees: the policy of [`crate::access`] as the columns of lists know it.

use flow::account::Role;
use flow::id::{JabatanId, OpdId};
use flow::mandat::Penerima;
use flow::office::Office;
use flow::time::Timestamp;
use store::model::Reader;

use crate::identity::Subject;

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
        positions: positions(subject, office, now),
        opds,
        mail_opds,
        audited,
        registry: of(&[Role::TataUsaha, Role::Arsiparis])
            .into_iter()
            .filter(|opd| works_in.contains(opd))
            .collect(),
    }
}

/// Own positions, and those for which one of them acts a.n. or u.b.
fn positions(subject: &Subject, office: &Office, now: Timestamp) -> Vec<JabatanId> {
    let mut all = subject.positions.clone();
    for mandat in office.mandat.values() {
        let through = match mandat.penerima() {
            Penerima::Pejabat(_) => continue,
            Penerima::Jabatan(jabatan) | Penerima::Below { jabatan, .. } => jabatan,
        };
        let given = mandat.masa().contains(now) && subject.positions.contains(&through);
        if given && !all.contains(&mandat.of()) {
            all.push(mandat.of());
        }
    }
    all
}
