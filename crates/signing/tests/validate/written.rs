//! What this crate's own writer signs, its validator finds intact.

use std::{fs, io::Write as _, path::Path};

use crate::made::{Office, letter};
use signing::{
    AttributeSigner, UtcTime,
    budget::Budget,
    sign::{Appearance, Lock, NewField, Permission, Place, Request, place_fields, sign},
    validate::{ChangeKind, Code, Evidence, Headline, Modification, Report, Verdict, verify},
};

fn at() -> UtcTime {
    UtcTime::parse_rfc3339("2026-11-24T00:00:00Z").unwrap()
}

fn report(bytes: &[u8], office: &Office) -> Report {
    verify(
        &bytes,
        &Evidence::new(),
        &office.policy(),
        at(),
        Budget::office(),
    )
}

fn field(name: &str, lock: Option<Lock>) -> NewField {
    NewField {
        name: name.to_owned(),
        page: 0,
        rect: [72.0, 72.0, 200.0, 60.0],
        appearance: Appearance::Transparent,
        lock,
    }
}

fn with_fields(fields: &[NewField]) -> Vec<u8> {
    let mut file = letter();
    let append = place_fields(&file, fields, Budget::office()).unwrap();
    file.extend_from_slice(append.bytes());
    file
}

fn written(mut file: Vec<u8>, request: Request, signer: &dyn AttributeSigner) -> Vec<u8> {
    let append = sign(&file, request, signer, Budget::office()).unwrap();
    file.extend_from_slice(append.bytes());
    file
}

fn into(name: &str) -> Request {
    Request::new(Place::Existing(name.to_owned()), at())
}

fn certifying(name: &str) -> Request {
    let mut request = into(name);
    request.certify = Some(Permission::P2);
    request
}

#[test]
fn a_letter_of_two_signers_is_intact_and_says_what_it_allows() {
    let office = Office::new();
    let fields = [field("ttd_1", None), field("ttd_2", Some(Lock::EVERYTHING))];
    let first = office.official("Siti Contoh").ring();
    let second = office.official("Budi Contoh").ring();
    let once = written(with_fields(&fields), certifying("ttd_1"), &first);
    let twice = written(once.clone(), into("ttd_2"), &second);
    let judged = report(&once, &office);
    assert_eq!(judged.headline, Headline::Intact, "{judged:#?}");
    assert_eq!(judged.signatures[0].certifies, Some(2));
    let judged = report(&twice, &office);
    assert_eq!(judged.headline, Headline::Intact, "{judged:#?}");
    let classes: Vec<_> = judged
        .signatures
        .iter()
        .map(|one| one.modification)
        .collect();
    assert_eq!(classes, [Modification::Sign, Modification::None]);
    let codes = |at: usize| {
        judged.signatures[at]
            .findings
            .iter()
            .map(|finding| finding.code)
    };
    assert!(codes(0).any(|code| code == Code::Change(ChangeKind::SignatureAdded)));
    let changes = &judged.signatures[0].changes;
    let added = changes
        .iter()
        .find(|change| change.kind == ChangeKind::SignatureAdded)
        .unwrap();
    assert_eq!(added.place.page, Some(1));
    assert!(added.place.rectangle.is_some() && added.place.revision.is_some());
    assert!(added.apa.starts_with("Tanda tangan lain ditambahkan"));
}

#[test]
fn files_of_every_structure_are_intact_once_signed() {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("PENA_CORPUS").map_or(default, Into::into);
    if !folder.join("MANIFEST.tsv").is_file() {
        assert!(std::env::var_os("CI").is_none(), "the corpus is missing");
        let _ = writeln!(std::io::stderr(), "left out: the corpus is not there");
        return;
    }
    let office = Office::new();
    let first = office.official("Siti Contoh").ring();
    let second = office.official("Budi Contoh").ring();
    let mut wrong = Vec::new();
    let mut count = 0_u32;
    for group in [
        "U-classic",
        "U-xrefstream",
        "U-linearized",
        "U-hybrid",
        "U-sigfields",
    ] {
        for entry in fs::read_dir(folder.join(group)).unwrap() {
            let path = entry.unwrap().path();
            let mut file = fs::read(&path).unwrap();
            let unsigned = report(&file, &office);
            if unsigned.headline != Headline::Unsigned || !unsigned.findings.is_empty() {
                continue;
            }
            let request = || Request::new(Place::Invisible { name: None }, at());
            for signer in [&first, &second] {
                let Ok(append) = sign(&file, request(), signer, Budget::office()) else {
                    break;
                };
                file.extend_from_slice(append.bytes());
                count += 1;
                let judged = report(&file, &office);
                let passed = judged
                    .signatures
                    .iter()
                    .all(|one| one.verdict == Verdict::TotalPassed);
                if judged.headline != Headline::Intact || !passed {
                    wrong.push(format!("{}: {judged:#?}", path.display()));
                }
            }
        }
    }
    println!("{count} signatures judged");
    assert!(count > 20, "only {count} signatures were made");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
