//! What is stored for ever stays byte for byte: every kind of event, and one canonical content.
#![expect(
    clippy::unwrap_used,
    reason = "a vector that cannot be made fails its test"
)]

use std::{collections::BTreeSet, fs, path::PathBuf};

use flow::{
    Sha256, Timestamp,
    account::{AccountState, Grant, Role, Scope},
    agenda::{self, Instruksi, Mail, Origin},
    event::{Event, EventError, Fact},
    id::{
        AccountId, ApiKeyId, BlobId, DisposisiId, JabatanId, MandatId, NaskahId, OpdId, PejabatId,
        RegisterId,
    },
    jenis::{JenisNaskah, Kelompok},
    mandat::Kapasitas,
    naskah::{
        self, Chain, Content, ContentDigest, ContentRef, Paraf, Prepared, PreparedSigner, Quorum,
        Recipient, Signature, Source, Stage, StageKind,
    },
    nomor::Nomor,
    office::{Actor, Authority},
    office_event::{self, By, OfficeEvent},
    register::{self, RegisterKey, Tombstone},
    sifat::{Keamanan, Sifat},
};

const AT: Timestamp = Timestamp::from_micros(1_795_489_200_123_456);

#[test]
fn events_of_letters_are_written_as_ever() {
    same(&naskah_facts(), "event-naskah.jsonl", 13);
}

#[test]
fn events_of_registers_are_written_as_ever() {
    same(&register_facts(), "event-register.jsonl", 4);
}

#[test]
fn events_of_agendas_are_written_as_ever() {
    same(&agenda_facts(), "event-agenda.jsonl", 7);
}

#[test]
fn events_of_the_office_are_written_as_ever() {
    let by = [By::Account(AccountId::new(AT, [1; 10])), By::Operator];
    let events: Vec<OfficeEvent> = office_facts()
        .into_iter()
        .zip(by.into_iter().cycle())
        .map(|(fact, by)| Event { at: AT, by, fact })
        .collect();
    let lines: Vec<String> = events
        .iter()
        .map(|event| event.to_json().unwrap())
        .collect();
    let text = lines.join("\n");
    assert_eq!(text, vector("event-office.jsonl", &text));
    for (line, event) in lines.iter().zip(&events) {
        assert_eq!(&OfficeEvent::from_json(line).unwrap(), event);
        assert!(
            line.contains(&format!("\"kind\":\"{}\"", event.kind())),
            "{line}"
        );
    }
    let seen: BTreeSet<&str> = events.iter().map(Event::kind).collect();
    assert_eq!(seen.len(), 19, "a vector for every kind");
}

#[test]
fn contents_are_written_and_digested_as_ever() {
    let vectors = [
        ("content-template", template()),
        (
            "content-imported",
            Content {
                source: imported(),
                ..template()
            },
        ),
    ];
    for (name, content) in vectors {
        let json = String::from_utf8(content.to_json().unwrap()).unwrap();
        assert_eq!(json, vector(&format!("{name}.json"), &json));
        let digest = content.digest().unwrap().to_string();
        assert_eq!(digest, vector(&format!("{name}.sha256"), &digest));
        assert_eq!(Content::from_json(json.as_bytes()).unwrap(), content);
    }
}

#[test]
fn events_of_another_version_or_with_unknown_fields_are_not_read() {
    let json = event(naskah::Fact::Submitted).to_json().unwrap();
    let read = |text: &str| Event::<naskah::Fact>::from_json(text);
    assert!(read(&json).is_ok());
    assert!(matches!(
        read(&json.replace("\"v\":1", "\"v\":2")),
        Err(EventError::Version)
    ));
    assert!(matches!(
        read(&json.replace("\"v\":1", "\"v\":1,\"x\":1")),
        Err(EventError::Fields)
    ));
    assert!(matches!(
        read(&json.replace("submitted", "sent")),
        Err(EventError::Json(_))
    ));
}

fn same<F: Fact + PartialEq + std::fmt::Debug + Clone>(facts: &[F], file: &str, kinds: usize) {
    let lines: Vec<String> = facts
        .iter()
        .map(|fact| event(fact.clone()).to_json().unwrap())
        .collect();
    assert_eq!(lines.join("\n"), vector(file, &lines.join("\n")));
    for (line, fact) in lines.iter().zip(facts) {
        assert_eq!(&Event::<F>::from_json(line).unwrap().fact, fact);
        assert!(
            line.contains(&format!("\"kind\":\"{}\"", fact.kind())),
            "{line}"
        );
    }
    let seen: BTreeSet<&str> = facts.iter().map(Fact::kind).collect();
    assert_eq!(seen.len(), kinds, "a vector for every kind");
}

/// The vector as checked in; `PENA_WRITE_VECTORS` writes one that does not exist yet.
fn vector(file: &str, present: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(file);
    if !path.exists() && std::env::var_os("PENA_WRITE_VECTORS").is_some() {
        fs::write(&path, format!("{present}\n")).unwrap();
    }
    fs::read_to_string(&path).unwrap().trim_end().to_owned()
}

fn event<F>(fact: F) -> Event<F> {
    Event {
        at: AT,
        by: Actor {
            pejabat: pejabat(1),
            jabatan: jabatan(1),
        },
        fact,
    }
}

fn naskah_facts() -> Vec<naskah::Fact> {
    use naskah::Fact as F;
    let content = || template().reference(blob(1)).unwrap();
    vec![
        F::Created {
            content: content(),
            chain: chain(),
        },
        F::Edited {
            content: ContentRef {
                blob: blob(2),
                ..content()
            },
            chain: chain(),
        },
        F::Submitted,
        F::ParafGiven {
            paraf: Paraf {
                stage: 0,
                jabatan: jabatan(2),
                pejabat: pejabat(2),
                authority: Authority::Definitive,
                content_digest: ContentDigest(Sha256([1; 32])),
            },
        },
        F::Returned {
            jabatan: jabatan(2),
            note: blob(3),
        },
        F::Withdrawn,
        F::Rejected {
            jabatan: jabatan(2),
            note: blob(3),
        },
        F::Prepared {
            prepared: prepared(),
        },
        F::Reprepared {
            prepared: prepared(),
        },
        F::Signed {
            signature: Signature {
                step: 0,
                jabatan: jabatan(4),
                pejabat: pejabat(5),
                authority: plh(),
                version_sha256: Sha256([2; 32]),
                signed_sha256: Sha256([3; 32]),
                blob: blob(5),
                signed_at: AT,
            },
        },
        F::Dispatched { opd: opd(1) },
        F::Filed {
            klasifikasi: "000.1.2.3".parse().unwrap(),
        },
        F::Cancelled {
            jabatan: jabatan(4),
            note: blob(3),
            nomor: Some(nomor()),
        },
        F::Cancelled {
            jabatan: jabatan(4),
            note: blob(3),
            nomor: None,
        },
    ]
}

fn register_facts() -> Vec<register::Fact> {
    use register::Fact as F;
    let key = RegisterKey {
        tahun: 2026,
        opd: opd(1),
        kelompok: Kelompok::KorespondensiInternal,
    };
    let pattern = "{klasifikasi}/{urut:3}/{kode_unit}/{bulan_romawi}/{tahun}"
        .parse()
        .unwrap();
    let cancelled = |reason, note| F::Cancelled {
        naskah: naskah(1),
        urut: 17,
        reason,
        note,
    };
    vec![
        F::Opened { key, pattern },
        F::Reserved {
            naskah: naskah(1),
            nomor: nomor(),
        },
        F::Issued {
            naskah: naskah(1),
            urut: 17,
            date: "2026-11-24".parse().unwrap(),
        },
        cancelled(Tombstone::LetterCancelled, Some(blob(3))),
        cancelled(Tombstone::SignerRefused, None),
        cancelled(Tombstone::YearEnded, None),
    ]
}

fn agenda_facts() -> Vec<agenda::Fact> {
    use agenda::Fact as F;
    let id = DisposisiId::new(AT, [1; 10]);
    let mail = |origin| Mail {
        opd: opd(2),
        to: jabatan(6),
        sifat: Sifat::Segera,
        origin,
        urut: None,
    };
    let external = Origin::External {
        file: blob(1),
        sha256: Sha256([4; 32]),
        details: blob(2),
    };
    vec![
        F::Received {
            mail: mail(Origin::Naskah(naskah(1))),
        },
        F::Received {
            mail: mail(external),
        },
        F::Disposed {
            id,
            parent: Some(DisposisiId::new(AT, [2; 10])),
            from: jabatan(6),
            to: jabatan(7),
            instructions: [Instruksi::ProsesLebihLanjut, Instruksi::Wakili].into(),
            note: Some(blob(3)),
            deadline: Some(AT.plus_seconds(86_400)),
        },
        F::Recalled { id },
        F::Read { id },
        F::FollowedUp {
            id,
            note: blob(4),
            naskah: Some(naskah(2)),
        },
        F::Completed,
        F::Filed {
            klasifikasi: "000.5.3.1".parse().unwrap(),
        },
    ]
}

fn office_facts() -> Vec<office_event::Fact> {
    use office_event::Fact as F;
    let sha256 = Sha256([5; 32]);
    let api_key = ApiKeyId::new(AT, [1; 10]);
    let grants = vec![
        Grant {
            role: Role::TataUsaha,
            opd: Some(opd(1)),
        },
        Grant {
            role: Role::Auditor,
            opd: None,
        },
    ];
    vec![
        F::OfficeInstalled { sha256 },
        F::AccountCreated {
            pejabat: Some(pejabat(5)),
            grants: grants.clone(),
        },
        F::GrantsSet { grants },
        F::AccountStateSet {
            state: AccountState::Disabled,
        },
        F::PasswordSet,
        F::TotpEnrolled,
        F::TotpRemoved,
        F::OidcLinked { sha256 },
        F::ApiKeyCreated {
            api_key,
            scopes: [Scope::LettersRead, Scope::Verify].into(),
            expires: Some(AT.plus_seconds(60)),
        },
        F::ApiKeyRevoked { api_key },
        F::OpdAdded { sha256 },
        F::JabatanAdded {
            opd: opd(1),
            superior: Some(jabatan(4)),
            sha256,
        },
        F::PejabatAdded,
        F::HoldingStarted {
            pejabat: pejabat(5),
            from: AT,
        },
        F::HoldingEnded {
            pejabat: pejabat(5),
            until: AT,
        },
        F::MandatGranted {
            kapasitas: Kapasitas::UntukBeliau,
            of: jabatan(4),
            pejabat: None,
            jabatan: Some(jabatan(6)),
            through: Some(jabatan(5)),
            kinds: [JenisNaskah::SuratDinas].into(),
            opd: Some(opd(1)),
            from: AT,
            until: AT.plus_seconds(60),
            sk_sha256: sha256,
        },
        F::MandatEnded { until: AT },
        F::Frozen,
        F::Unfrozen { reason: sha256 },
    ]
}

fn template() -> Content {
    Content {
        v: Content::VERSION,
        jenis: JenisNaskah::NotaDinas,
        opd: opd(1),
        dari: jabatan(4),
        hal: "Undangan rapat \"koordinasi\" – triwulan IV".to_owned(),
        source: Source::Template {
            id: "nota_dinas".to_owned(),
            version: 1,
            body: "Bersama ini kami sampaikan:\n\n- satu\n- dua\n".to_owned(),
        },
        sifat: Sifat::AmatSegera,
        klasifikasi: "000.1.2.3".parse().unwrap(),
        keamanan: Keamanan::Terbatas,
        lampiran: vec![Sha256([9; 32])],
        recipients: vec![Recipient {
            name: "Kepala Dinas Contoh".to_owned(),
            opd: Some(opd(2)),
        }],
        recipients_place: "Contohrejo".to_owned(),
        tembusan: vec![Recipient {
            name: "Bupati Contohrejo".to_owned(),
            opd: None,
        }],
        signers: vec![jabatan(4)],
    }
}

fn imported() -> Source {
    Source::Imported {
        sha256: Sha256([7; 32]),
    }
}

fn chain() -> Chain {
    let stage = |kind, participants: &[u8], quorum| Stage {
        kind,
        participants: participants.iter().copied().map(jabatan).collect(),
        quorum,
    };
    Chain::new(vec![
        stage(StageKind::ParafHierarki, &[2], Quorum::Any),
        stage(StageKind::ParafKoordinasi, &[3, 6, 7], Quorum::AtLeast(2)),
        stage(StageKind::TandaTangan, &[4], Quorum::All),
    ])
    .unwrap()
}

fn prepared() -> Prepared {
    Prepared {
        nomor: nomor(),
        date: "2026-11-24".parse().unwrap(),
        content_digest: ContentDigest(Sha256([1; 32])),
        version_sha256: Sha256([2; 32]),
        blob: blob(4),
        signers: vec![PreparedSigner {
            jabatan: jabatan(4),
            pejabat: pejabat(5),
            authority: plh(),
            field: "TandaTangan1".to_owned(),
        }],
    }
}

fn plh() -> Authority {
    Authority::Mandat {
        mandat: MandatId::new(AT, [1; 10]),
        kapasitas: Kapasitas::Plh,
    }
}

fn nomor() -> Nomor {
    let register = RegisterId::new(AT, [1; 10]);
    Nomor::new(
        register,
        2026,
        17,
        "000.1.2.3/017/CONTOH/XI/2026".to_owned(),
    )
    .unwrap()
}

fn opd(n: u8) -> OpdId {
    OpdId::new(AT, [n; 10])
}

fn jabatan(n: u8) -> JabatanId {
    JabatanId::new(AT, [n; 10])
}

fn pejabat(n: u8) -> PejabatId {
    PejabatId::new(AT, [n; 10])
}

fn naskah(n: u8) -> NaskahId {
    NaskahId::new(AT, [n; 10])
}

fn blob(n: u8) -> BlobId {
    BlobId::new(AT, [n; 10])
}
