//! Accounts of some made-up people, so that `pena serve` on a demo can be tried at once.

use std::sync::Arc;

use flow::account::{Grant, Role};
use flow::id::PejabatId;
use service::App;
use service::identity::{NewAccount, operator};

use super::office::{PLH, holder_of, opd_coded};
use super::secrets::Secrets;

/// One account: its name, the position of its owner, its roles and the OPD they hold in.
pub struct Seed {
    /// What its owner types.
    pub username: &'static str,
    /// The position whose holder it belongs to.
    pub title: Option<&'static str>,
    roles: &'static [Role],
    opd: Option<&'static str>,
    /// Whether its owner signs letters, and so has a key.
    pub signs: bool,
}

impl Seed {
    /// The person it belongs to.
    pub fn person(&self) -> Option<PejabatId> {
        self.title.map(holder_of)
    }
}

/// Makes the accounts that are not there yet.
///
/// # Errors
/// What the service refuses.
pub async fn settle(app: &Arc<App>, secrets: &Secrets) -> anyhow::Result<()> {
    let there = operator::accounts(app).await?;
    for seed in ACCOUNTS {
        if there
            .iter()
            .any(|account| account.username == seed.username)
        {
            continue;
        }
        let opd = seed.opd.map(opd_coded);
        let new = NewAccount {
            username: seed.username.to_owned(),
            pejabat: seed.person(),
            grants: seed.roles.iter().map(|&role| Grant { role, opd }).collect(),
        };
        operator::add(app, &new, &secrets.password_of(seed.username)?).await?;
    }
    Ok(())
}

/// The accounts of the demo.
pub const ACCOUNTS: &[Seed] = &[
    seed("bupati", "Bupati Contohrejo", PEJABAT, "SETDA").signs(),
    seed("sekda", "Sekretaris Daerah", PEJABAT, "SETDA").signs(),
    seed("kabag-hukum", "Kepala Bagian Hukum", PEJABAT, "SETDA"),
    seed("tu-setda", "Kepala Bagian Umum", REGISTRY, "SETDA"),
    seed(
        "kadis-kominfo",
        "Kepala Dinas Komunikasi dan Informatika",
        PEJABAT,
        "KOMINFO",
    )
    .signs(),
    seed(
        "sekretaris-kominfo",
        "Sekretaris Dinas Komunikasi dan Informatika",
        PEJABAT,
        "KOMINFO",
    ),
    seed(
        "konseptor-kominfo",
        "Kepala Bidang Program Dinas Komunikasi dan Informatika",
        DRAFTER,
        "KOMINFO",
    ),
    seed(
        "tu-kominfo",
        "Kepala Subbagian Umum Dinas Komunikasi dan Informatika",
        REGISTRY,
        "KOMINFO",
    ),
    seed(
        "kadis-kesehatan",
        "Kepala Dinas Kesehatan",
        PEJABAT,
        "DINKES",
    )
    .signs(),
    seed(
        "sekretaris-kesehatan",
        "Sekretaris Dinas Kesehatan",
        PEJABAT,
        "DINKES",
    ),
    seed(
        "konseptor-kesehatan",
        "Kepala Bidang Program Dinas Kesehatan",
        DRAFTER,
        "DINKES",
    ),
    seed(
        "tu-kesehatan",
        "Kepala Subbagian Umum Dinas Kesehatan",
        REGISTRY,
        "DINKES",
    ),
    seed("plh-pendidikan", PLH, PEJABAT, "DISDIK").signs(),
    Seed {
        opd: Some("KOMINFO"),
        ..of_nobody("aplikasi-kominfo", &[Role::Integrator])
    },
    of_nobody("arsiparis", &[Role::Arsiparis]),
    of_nobody("auditor", &[Role::Auditor]),
    of_nobody("admin", &[Role::Admin]),
];

const PEJABAT: &[Role] = &[Role::Pejabat];
const DRAFTER: &[Role] = &[Role::Konseptor, Role::Pejabat];
const REGISTRY: &[Role] = &[Role::TataUsaha, Role::Konseptor];

const fn seed(
    username: &'static str,
    title: &'static str,
    roles: &'static [Role],
    opd: &'static str,
) -> Seed {
    Seed {
        username,
        title: Some(title),
        roles,
        opd: Some(opd),
        signs: false,
    }
}

const fn of_nobody(username: &'static str, roles: &'static [Role]) -> Seed {
    Seed {
        username,
        title: None,
        roles,
        opd: None,
        signs: false,
    }
}

impl Seed {
    const fn signs(self) -> Self {
        Self {
            signs: true,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use flow::time::Timestamp;

    use super::*;

    #[test]
    fn every_account_of_a_person_belongs_to_one_of_the_regency() {
        let now = Timestamp::from_micros(1_764_000_000_000_000);
        let (office, _) = super::super::office::office(now).unwrap();
        for seed in ACCOUNTS {
            if let Some(person) = seed.person() {
                assert!(office.pejabat.contains_key(&person), "{}", seed.username);
            }
            if let Some(opd) = seed.opd {
                assert!(
                    office.opd.contains_key(&opd_coded(opd)),
                    "{}",
                    seed.username
                );
            }
        }
    }
}
