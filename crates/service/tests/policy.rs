//! The policy, as a table a person can read: everybody on every kind of object.
#![expect(clippy::unwrap_used, reason = "what fails in a helper fails the test")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use flow::account::{Grant, Language, Role, Scope};
use flow::id::{AccountId, JabatanId, MandatId, OpdId, PejabatId, SessionId};
use flow::interval::Interval;
use flow::jabatan::{Holding, Jabatan, Kedudukan};
use flow::jenis::JenisNaskah;
use flow::mandat::{Kapasitas, Mandat, MandatRow, Matter};
use flow::office::{Actor, Office};
use flow::opd::Opd;
use flow::pejabat::Pejabat;
use flow::sifat::Keamanan;
use flow::time::{Timestamp, Zone};
use service::access::{Action, AgendaFacts, Decision, LetterFacts, Object, allowed};
use service::identity::Subject;

const NOW: Timestamp = Timestamp::from_micros(1_795_485_600_000_000);

/// Positions 1 to 3 work in OPD 1, 4 and 5 in OPD 2, 6 in OPD 3; 3 drafts, 2 initials, 1 signs; 4 is addressed and asks
/// 5; 7 is the Plh. of 1 and holds nothing.
#[test]
fn the_policy_is_the_checked_in_one() {
    let mut table = String::new();
    for keamanan in [
        Keamanan::Biasa,
        Keamanan::Terbatas,
        Keamanan::Rahasia,
        Keamanan::SangatRahasia,
    ] {
        for (name, facts) in [
            ("draft", letter(keamanan, false, false)),
            ("submitted", letter(keamanan, true, false)),
            ("dispatched to OPD 2", letter(keamanan, true, true)),
        ] {
            let title = format!("letter of OPD 1, {}, {name}", keamanan.word());
            section(&mut table, &title, Object::Letter(&facts));
        }
        let facts = entry(keamanan);
        let title = format!("entry of OPD 2, {}", keamanan.word());
        section(&mut table, &title, Object::Agenda(&facts));
    }
    section(&mut table, "OPD 1", Object::Opd(opd(1)));
    section(&mut table, "the regency", Object::Regency);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/policy.txt");
    if std::env::var_os("PENA_WRITE_VECTORS").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    let known = std::fs::read_to_string(path).unwrap_or_default();
    for (line, (now, then)) in table.lines().zip(known.lines()).enumerate() {
        assert_eq!(now, then, "line {} of tests/vectors/policy.txt", line + 1);
    }
    assert_eq!(table.lines().count(), known.lines().count());
}

#[test]
fn a_key_narrows_what_its_account_may_do_and_never_widens_it() {
    let office = office();
    let objects = [
        letter(Keamanan::Biasa, true, true),
        letter(Keamanan::Rahasia, true, true),
    ];
    for (_, subject) in subjects() {
        for scope in Scope::ALL {
            let narrowed = Subject {
                scopes: Some([scope].into()),
                ..subject.clone()
            };
            for action in Action::ALL {
                for facts in &objects {
                    for object in [Object::Letter(facts), Object::Opd(opd(1)), Object::Regency] {
                        let whole = allowed(&subject, &office, action, object, NOW);
                        let part = allowed(&narrowed, &office, action, object, NOW);
                        assert!(
                            part == whole || part == Decision::Refuse,
                            "{scope} {action:?} {part:?} {whole:?}"
                        );
                    }
                }
            }
        }
        let useless = Subject {
            scopes: Some(BTreeSet::new()),
            ..subject
        };
        for action in Action::ALL {
            let asked = allowed(&useless, &office, action, Object::Letter(&objects[0]), NOW);
            assert_eq!(asked, Decision::Refuse, "{action:?}");
        }
    }
}

#[test]
fn a_key_that_reads_letters_does_not_sign_them() {
    let office = office();
    let facts = letter(Keamanan::Biasa, true, false);
    let (_, head) = person("", 1, &[]);
    let reads = Subject {
        scopes: Some([Scope::LettersRead].into()),
        ..head
    };
    let ask = |action| allowed(&reads, &office, action, Object::Letter(&facts), NOW);
    assert_eq!(ask(Action::ReadContent), Decision::Allow);
    assert_eq!(ask(Action::Sign), Decision::Refuse);
    assert_eq!(ask(Action::Return), Decision::Refuse);
}

#[test]
fn no_role_alone_shows_what_a_secret_letter_says() {
    let office = office();
    for keamanan in [Keamanan::Rahasia, Keamanan::SangatRahasia] {
        let facts = letter(keamanan, true, true);
        for role in Role::ALL {
            for place in [None, Some(opd(1)), Some(opd(2))] {
                let subject = nobody(role, place);
                for action in [Action::ReadContent, Action::Download, Action::Export] {
                    let decision = allowed(&subject, &office, action, Object::Letter(&facts), NOW);
                    assert_ne!(decision, Decision::Allow, "{role} {place:?} {action:?}");
                }
            }
        }
    }
}

#[test]
fn an_admin_is_told_of_no_letter_that_exists() {
    let office = office();
    let facts = letter(Keamanan::Biasa, true, true);
    let admin = nobody(Role::Admin, None);
    for action in Action::ALL {
        let decision = allowed(&admin, &office, action, Object::Letter(&facts), NOW);
        assert_eq!(decision, Decision::Hide, "{action:?}");
    }
}

fn section(table: &mut String, title: &str, object: Object<'_>) {
    let office = office();
    writeln!(table, "# {title}").unwrap();
    for (name, subject) in subjects() {
        let ask = |action: Action| allowed(&subject, &office, action, object, NOW);
        let may: Vec<&str> = Action::ALL
            .into_iter()
            .filter(|action| ask(*action) == Decision::Allow)
            .map(Action::word)
            .collect();
        let rest: BTreeSet<Decision> = Action::ALL
            .into_iter()
            .map(ask)
            .filter(|decision| *decision != Decision::Allow)
            .collect();
        let rest: Vec<String> = rest.iter().map(|one| format!("{one:?}")).collect();
        let may = if may.is_empty() {
            "nothing".to_owned()
        } else {
            may.join(" ")
        };
        writeln!(table, "{name:28} {may}; else {}", rest.join(" ")).unwrap();
    }
    table.push('\n');
}

fn subjects() -> Vec<(String, Subject)> {
    let mut all = vec![
        person("drafter", 3, &[(Role::Konseptor, 1)]),
        person("initials", 2, &[(Role::Pejabat, 1)]),
        person("signs", 1, &[(Role::Pejabat, 1)]),
        person("Plh. of who signs", 7, &[(Role::Pejabat, 1)]),
        person("addressee", 4, &[(Role::Pejabat, 2)]),
        person("asked by a disposisi", 5, &[(Role::Pejabat, 2)]),
        person(
            "works in OPD 3",
            6,
            &[(Role::Konseptor, 3), (Role::Pejabat, 3)],
        ),
        person("registry of OPD 1", 8, &[(Role::TataUsaha, 1)]),
    ];
    for role in Role::ALL {
        for (place, opd) in [
            ("OPD 1", Some(opd(1))),
            ("OPD 2", Some(opd(2))),
            ("all", None),
        ] {
            all.push((format!("{role} of {place}"), nobody(role, opd)));
        }
    }
    all
}

/// A role without a person, as an account of a system.
fn nobody(role: Role, opd: Option<OpdId>) -> Subject {
    Subject {
        account: AccountId::new(NOW, [1; 10]),
        username: "seseorang".to_owned(),
        name: "seseorang".to_owned(),
        pejabat: None,
        positions: Vec::new(),
        grants: vec![Grant { role, opd }],
        scopes: None,
        session: Some(SessionId::new(NOW, [1; 10])),
        language: Language::Id,
    }
}

fn person(name: &str, n: u8, roles: &[(Role, u8)]) -> (String, Subject) {
    let position = if n == 7 { 1 } else { n };
    let subject = Subject {
        pejabat: Some(pejabat(n)),
        positions: vec![jabatan(position)],
        grants: roles
            .iter()
            .map(|&(role, n)| Grant {
                role,
                opd: Some(opd(n)),
            })
            .collect(),
        ..nobody(Role::Pejabat, None)
    };
    (name.to_owned(), subject)
}

fn letter(keamanan: Keamanan, submitted: bool, dispatched: bool) -> LetterFacts {
    LetterFacts {
        matter: Matter {
            jenis: JenisNaskah::SuratDinas,
            opd: opd(1),
        },
        keamanan,
        drafter: Actor {
            pejabat: pejabat(3),
            jabatan: jabatan(3),
        },
        chain: [jabatan(1), jabatan(2)].into(),
        signers: vec![jabatan(1)],
        submitted,
        awaited: vec![jabatan(2)],
        acted: BTreeSet::new(),
        mail: dispatched.then(|| entry(keamanan)).into_iter().collect(),
    }
}

fn entry(keamanan: Keamanan) -> AgendaFacts {
    AgendaFacts {
        opd: opd(2),
        keamanan,
        to: jabatan(4),
        asked: [jabatan(5)].into(),
        asking: [jabatan(4)].into(),
        awaited: vec![jabatan(5)],
    }
}

fn office() -> Office {
    let place = [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 3), (8, 1)];
    let since = Interval::new(NOW.plus_seconds(-60), None).unwrap();
    let plh = MandatRow {
        id: MandatId::new(NOW, [1; 10]),
        kapasitas: Kapasitas::Plh,
        of: jabatan(1),
        pejabat: Some(pejabat(7)),
        jabatan: None,
        through: None,
        sk: "800/001/CONTOH".to_owned(),
        kinds: BTreeSet::new(),
        opd: None,
        from: NOW.plus_seconds(-60),
        until: NOW.plus_seconds(60),
    };
    Office::new(
        [1, 2, 3].map(|n| Opd {
            id: opd(n),
            kode_unit: format!("OPD-{n}"),
            name: format!("DINAS CONTOH {n}"),
            address: vec!["Jalan Contoh 1".to_owned()],
            zone: Zone::Wib,
        }),
        place.map(|(n, of)| Jabatan {
            id: jabatan(n),
            opd: opd(of),
            title: format!("Jabatan {n}"),
            kedudukan: Kedudukan::Lainnya,
            superior: None,
        }),
        (1..=8).map(|n| Pejabat {
            id: pejabat(n),
            name: format!("Contoh Orang {n}"),
            gelar_depan: String::new(),
            gelar_belakang: String::new(),
            pangkat: None,
            nip: None,
        }),
        place.map(|(n, _)| Holding {
            jabatan: jabatan(n),
            pejabat: pejabat(n),
            interval: since,
        }),
        [Mandat::try_from(plh).unwrap()],
    )
}

fn opd(n: u8) -> OpdId {
    OpdId::new(NOW, [n; 10])
}

fn jabatan(n: u8) -> JabatanId {
    JabatanId::new(NOW, [n; 10])
}

fn pejabat(n: u8) -> PejabatId {
    PejabatId::new(NOW, [n; 10])
}
